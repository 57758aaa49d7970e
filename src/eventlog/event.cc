#include "eventlog/event.h"

#include <algorithm>

namespace pinion::eventlog {

const std::string* Event::FindAttribute(std::string_view name) const {
  const auto found = std::find_if(attributes.begin(), attributes.end(), [&](const auto& attribute) {
    return attribute.first == name;
  });
  return found == attributes.end() ? nullptr : &found->second;
}

const std::string* Event::FindFact(std::string_view name) const {
  const auto found = std::find_if(
      facts.begin(), facts.end(), [&](const auto& fact) { return fact.first == name; });
  return found == facts.end() ? nullptr : &found->second;
}

}  // namespace pinion::eventlog
