// What is wrong with a journey, collected: a publication names every problem (JRN-501), a draft the
// first few (API-28). Not thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pinion::journeys {

// The codes of JRN-501, and DEFINITION for what no draft may have either.
namespace code {
inline constexpr std::string_view kDefinition = "DEFINITION";
inline constexpr std::string_view kNoStart = "NO_START";
inline constexpr std::string_view kStartCondition = "START_CONDITION";
inline constexpr std::string_view kActivityType = "ACTIVITY_TYPE";
inline constexpr std::string_view kUnknownNext = "UNKNOWN_NEXT";
inline constexpr std::string_view kCycle = "CYCLE";
inline constexpr std::string_view kUnreachable = "UNREACHABLE";
inline constexpr std::string_view kTemplate = "TEMPLATE";
inline constexpr std::string_view kWait = "WAIT";
inline constexpr std::string_view kSplit = "SPLIT";
inline constexpr std::string_view kMessageActivity = "MESSAGE_ACTIVITY";
inline constexpr std::string_view kPercent = "PERCENT";
inline constexpr std::string_view kLimits = "LIMITS";
inline constexpr std::string_view kTooMany = "TOO_MANY";
inline constexpr std::string_view kSchedule = "SCHEDULE";
inline constexpr std::string_view kContactCenter = "CONTACT_CENTER";
}  // namespace code

struct Problem {
  std::string activity_id;  // "" for the journey as a whole
  std::string_view code;    // of namespace code
  std::string text;         // a sentence that names the member by its path
};

class Problems {
 public:
  // `member` is the path from the root of the request.
  void Add(std::string_view activity_id,
           std::string_view problem_code,
           std::string_view member,
           std::string_view rule);
  // Of the journey as a whole.
  void Add(std::string_view problem_code, std::string_view member, std::string_view rule) {
    Add("", problem_code, member, rule);
  }
  void Add(Problem problem);

  bool empty() const { return items_.empty(); }
  const std::vector<Problem>& items() const { return items_; }
  // The texts of the first ten, separated by a blank (API-28).
  std::string Sentences() const;
  // `activityId: CODE text` of every one, separated by `; ` (JRN-501).
  std::string PublicationList() const;

 private:
  std::vector<Problem> items_;
};

// The path of an activity in a request, its id cut to what a message may repeat (API-28).
std::string ActivityPath(std::string_view activity_id);

}  // namespace pinion::journeys
