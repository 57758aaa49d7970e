#include "segments/version_order.h"

#include <algorithm>

namespace pinion::segments {
namespace {

constexpr std::string_view kSeparators = ".-_+";

std::string_view TakePart(std::string_view& rest) {
  const size_t end = std::min(rest.find_first_of(kSeparators), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

bool IsNumber(std::string_view part) {
  return part.find_first_not_of("0123456789") == std::string_view::npos;
}

// Numbers of any length, without leading zeros; a missing part is empty and equals 0.
std::weak_ordering CompareNumbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) {
    return a.size() <=> b.size();
  }
  return a.compare(b) <=> 0;
}

std::weak_ordering CompareParts(std::string_view a, std::string_view b) {
  const bool a_is_number = IsNumber(a);
  const bool b_is_number = IsNumber(b);
  if (a_is_number && b_is_number) {
    return CompareNumbers(a, b);
  }
  if (a_is_number != b_is_number) {
    return a_is_number ? std::weak_ordering::greater : std::weak_ordering::less;
  }
  return a.compare(b) <=> 0;
}

std::optional<VersionCondition::Operator> TakeOperator(std::string_view& text) {
  using Operator = VersionCondition::Operator;
  static constexpr std::pair<std::string_view, Operator> kOperators[] = {
      {">=", Operator::kGreaterOrEqual},
      {"<=", Operator::kLessOrEqual},
      {">", Operator::kGreater},
      {"<", Operator::kLess},
      {"=", Operator::kEqual}};
  for (const auto& [sign, op] : kOperators) {
    if (text.starts_with(sign)) {
      text.remove_prefix(sign.size());
      return op;
    }
  }
  return std::nullopt;
}

}  // namespace

std::weak_ordering CompareVersions(std::string_view a, std::string_view b) {
  for (std::string_view* version : {&a, &b}) {
    if (version->starts_with('v') || version->starts_with('V')) {
      version->remove_prefix(1);
    }
  }
  while (!a.empty() || !b.empty()) {
    const std::weak_ordering order = CompareParts(TakePart(a), TakePart(b));
    if (order != std::weak_ordering::equivalent) {
      return order;
    }
  }
  return std::weak_ordering::equivalent;
}

bool VersionCondition::Holds(std::string_view version) const {
  return std::all_of(bounds.begin(), bounds.end(), [version](const Bound& bound) {
    const std::weak_ordering order = CompareVersions(version, bound.version);
    switch (bound.op) {
      case Operator::kGreaterOrEqual:
        return order >= 0;
      case Operator::kLessOrEqual:
        return order <= 0;
      case Operator::kGreater:
        return order > 0;
      case Operator::kLess:
        return order < 0;
      case Operator::kEqual:
        return order == 0;
    }
    return false;
  });
}

bool IsVersionCondition(std::string_view text) {
  return !text.empty() && (text[0] == '>' || text[0] == '<' || text[0] == '=');
}

std::optional<VersionCondition> ParseVersionCondition(std::string_view text) {
  VersionCondition condition;
  while (!text.empty()) {
    if (text[0] == ' ') {
      text.remove_prefix(1);
      continue;
    }
    const auto op = TakeOperator(text);
    const std::string_view version = text.substr(0, text.find(' '));
    if (!op || version.empty() || IsVersionCondition(version)) {
      return std::nullopt;
    }
    condition.bounds.push_back({.op = *op, .version = std::string(version)});
    text.remove_prefix(version.size());
  }
  return condition.bounds.empty() ? std::nullopt : std::optional(std::move(condition));
}

}  // namespace pinion::segments
