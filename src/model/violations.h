// Collects what is wrong with a request and where (API-28). Used by the decoder; one per request.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pinion::model {

// Where the decoder is, from the root: member names, map keys and list positions. Names must
// outlive their stay here.
class MemberPath {
 public:
  void PushName(std::string_view name) { steps_.push_back({name, 0}); }
  void PushIndex(size_t index) { steps_.push_back({{}, index}); }
  void Pop() { steps_.pop_back(); }
  void Clear() { steps_.clear(); }
  bool empty() const { return steps_.empty(); }

  // `SegmentGroups.Groups[0].Attributes.tier`; long keys are cut.
  std::string Text() const;
  // The same with one more name behind it.
  std::string TextWith(std::string_view name) const;

 private:
  // A list position has no name (data() is nullptr).
  struct Step {
    std::string_view name;
    size_t index;
  };
  std::vector<Step> steps_;
};

class Violations {
 public:
  // `position` is where in the document the offending value stands.
  void Add(size_t position, std::string message);
  // `Member '<path>': expected <what>, got <what>.`
  void AddMismatch(const MemberPath& path,
                   size_t position,
                   std::string_view expected,
                   std::string_view got);
  // Takes back what was found in [begin, end): that value was given again later (API-43).
  void Withdraw(size_t begin, size_t end);

  bool empty() const { return found_.empty(); }
  size_t size() const { return found_.size(); }
  // The first kViolationsMax messages, separated by a blank.
  std::string Message() const;
  void Clear() { found_.clear(); }

 private:
  struct Violation {
    size_t position;
    std::string message;
  };
  std::vector<Violation> found_;
};

// A caller's value for a message: quoted if it was a string, cut to kEchoedCharactersMax.
std::string Quoted(std::string_view value);
std::string Echoed(std::string_view value);

}  // namespace pinion::model
