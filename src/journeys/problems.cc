#include "journeys/problems.h"

#include <utility>

#include "base/utf8.h"

namespace pinion::journeys {
namespace {

constexpr size_t kSentencesMax = 10;
constexpr size_t kEchoedCharactersMax = 100;
// Enough for one problem in every activity that a journey may have.
constexpr size_t kProblemsMax = 1000;

}  // namespace

std::string ActivityPath(std::string_view activity_id) {
  return "Activities." + std::string(base::FirstCodePoints(activity_id, kEchoedCharactersMax));
}

void Problems::Add(std::string_view activity_id,
                   std::string_view problem_code,
                   std::string_view member,
                   std::string_view rule) {
  Add({.activity_id = std::string(activity_id),
       .code = problem_code,
       .text = "Member '" + std::string(member) + "': " + std::string(rule)});
}

void Problems::Add(Problem problem) {
  if (items_.size() < kProblemsMax) {
    items_.push_back(std::move(problem));
  }
}

std::string Problems::Sentences() const {
  std::string sentences;
  for (size_t i = 0; i < items_.size() && i < kSentencesMax; ++i) {
    sentences += (i == 0 ? "" : " ") + items_[i].text;
  }
  return sentences;
}

std::string Problems::PublicationList() const {
  std::string list;
  for (const Problem& problem : items_) {
    if (!list.empty()) {
      list += "; ";
    }
    if (!problem.activity_id.empty()) {
      list += std::string(base::FirstCodePoints(problem.activity_id, kEchoedCharactersMax)) + ": ";
    }
    list += std::string(problem.code) + " " + problem.text;
  }
  return list;
}

}  // namespace pinion::journeys
