#include "auth/condition_operator.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "auth/canonical_request.h"
#include "base/base64.h"
#include "base/time_text.h"
#include "http/ip_address.h"

namespace pinion::auth {
namespace {

using Kind = ConditionOperator::Kind;
using Order = ConditionOperator::Order;

struct Named {
  std::string_view name;
  Kind kind;
  Order order = Order::kEqual;
  bool negated = false;
};

constexpr Named kOperators[] = {
    {"StringEquals", Kind::kString},
    {"StringNotEquals", Kind::kString, Order::kEqual, true},
    {"StringEqualsIgnoreCase", Kind::kStringIgnoringCase},
    {"StringNotEqualsIgnoreCase", Kind::kStringIgnoringCase, Order::kEqual, true},
    {"StringLike", Kind::kStringLike},
    {"StringNotLike", Kind::kStringLike, Order::kEqual, true},
    {"NumericEquals", Kind::kNumeric},
    {"NumericNotEquals", Kind::kNumeric, Order::kEqual, true},
    {"NumericLessThan", Kind::kNumeric, Order::kLess},
    {"NumericLessThanEquals", Kind::kNumeric, Order::kLessOrEqual},
    {"NumericGreaterThan", Kind::kNumeric, Order::kGreater},
    {"NumericGreaterThanEquals", Kind::kNumeric, Order::kGreaterOrEqual},
    {"DateEquals", Kind::kDate},
    {"DateNotEquals", Kind::kDate, Order::kEqual, true},
    {"DateLessThan", Kind::kDate, Order::kLess},
    {"DateLessThanEquals", Kind::kDate, Order::kLessOrEqual},
    {"DateGreaterThan", Kind::kDate, Order::kGreater},
    {"DateGreaterThanEquals", Kind::kDate, Order::kGreaterOrEqual},
    {"Bool", Kind::kBool},
    {"BinaryEquals", Kind::kBinary},
    {"IpAddress", Kind::kIpAddress},
    {"NotIpAddress", Kind::kIpAddress, Order::kEqual, true},
    {"ArnEquals", Kind::kArn},
    {"ArnNotEquals", Kind::kArn, Order::kEqual, true},
    {"ArnLike", Kind::kArn},
    {"ArnNotLike", Kind::kArn, Order::kEqual, true},
    {"Null", Kind::kNull},
};

constexpr size_t kArnParts = 6;

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (!EqualsIgnoringCase(text.substr(0, prefix.size()), prefix)) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

bool TakeSuffix(std::string_view& text, std::string_view suffix) {
  if (text.size() < suffix.size() ||
      !EqualsIgnoringCase(text.substr(text.size() - suffix.size()), suffix)) {
    return false;
  }
  text.remove_suffix(suffix.size());
  return true;
}

std::optional<double> NumberOf(std::string_view text) {
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failure == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

// An ISO 8601 time, or seconds of the epoch.
std::optional<double> DateOf(std::string_view text) {
  constexpr double kMillisPerSecond = 1000;
  if (const auto instant = base::ParseInstant(text)) {
    return static_cast<double>(base::ToMillis(*instant)) / kMillisPerSecond;
  }
  return NumberOf(text);
}

std::optional<bool> BoolOf(std::string_view text) {
  if (EqualsIgnoringCase(text, "true")) {
    return true;
  }
  return EqualsIgnoringCase(text, "false") ? std::optional(false) : std::nullopt;
}

// An address or a network. Unlike elsewhere, bits behind the prefix may be set, for IAM takes them.
std::optional<http::IpNetwork> NetworkOf(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = http::IpAddress::Parse(text.substr(0, slash));
  if (!address) {
    return std::nullopt;
  }
  const auto bits_max = static_cast<unsigned>(address->bytes().size() * 8);
  if (slash == std::string_view::npos) {
    return http::IpNetwork{*address, bits_max};
  }
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (failure != std::errc() || end != digits.data() + digits.size() || bits > bits_max) {
    return std::nullopt;
  }
  return http::IpNetwork{*address, bits};
}

// An IPv4 address that arrives in IPv6 form is the same address.
std::optional<http::IpAddress> AddressOf(std::string_view text) {
  constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  const auto address = http::IpAddress::Parse(text);
  return address && address->bytes().starts_with(kMapped)
             ? http::IpAddress::FromBytes(address->bytes().substr(kMapped.size()))
             : address;
}

bool InOrder(const std::optional<double>& requested,
             const std::optional<double>& wanted,
             Order order) {
  if (!requested || !wanted) {
    return false;
  }
  switch (order) {
    case Order::kEqual:
      return *requested == *wanted;
    case Order::kLess:
      return *requested < *wanted;
    case Order::kLessOrEqual:
      return *requested <= *wanted;
    case Order::kGreater:
      return *requested > *wanted;
    case Order::kGreaterOrEqual:
      return *requested >= *wanted;
  }
  return false;
}

// Part by part, so that a wildcard does not reach over a colon into the next part.
bool ArnMatches(std::string_view requested, const Glob& wanted) {
  const std::vector<Glob> parts = wanted.SplitAtColons(kArnParts);
  if (parts.size() != kArnParts) {
    return false;
  }
  for (size_t i = 0; i < kArnParts; ++i) {
    const size_t colon = i + 1 < kArnParts ? requested.find(':') : requested.size();
    if (colon == std::string_view::npos || !parts[i].Matches(requested.substr(0, colon))) {
      return false;
    }
    requested.remove_prefix(std::min(requested.size(), colon + 1));
  }
  return true;
}

base::Status Expect(bool right, std::string_view what) {
  return right ? base::Status() : base::InvalidArgument("expected " + std::string(what) + ".");
}

}  // namespace

std::optional<ConditionOperator> ConditionOperator::Parse(std::string_view name) {
  ConditionOperator parsed;
  if (TakePrefix(name, "ForAllValues:")) {
    parsed.quantifier = Quantifier::kForAllValues;
  } else if (TakePrefix(name, "ForAnyValue:")) {
    parsed.quantifier = Quantifier::kForAnyValue;
  }
  parsed.if_exists = TakeSuffix(name, "IfExists");
  for (const Named& named : kOperators) {
    if (EqualsIgnoringCase(named.name, name)) {
      parsed.kind = named.kind;
      parsed.order = named.order;
      parsed.negated = named.negated;
      // Null asks for existence itself.
      const bool odd = parsed.kind == Kind::kNull &&
                       (parsed.if_exists || parsed.quantifier != Quantifier::kNone);
      return odd ? std::nullopt : std::optional(parsed);
    }
  }
  return std::nullopt;
}

PolicyPattern::Syntax::Wildcards ConditionOperator::wildcards() const {
  return kind == Kind::kStringLike || kind == Kind::kArn
             ? PolicyPattern::Syntax::Wildcards::kSpecial
             : PolicyPattern::Syntax::Wildcards::kLiteral;
}

base::Status ConditionOperator::CheckValue(std::string_view value) const {
  switch (kind) {
    case Kind::kNumeric:
      return Expect(NumberOf(value).has_value(), "a number");
    case Kind::kDate:
      return Expect(DateOf(value).has_value(), "an ISO 8601 time or epoch seconds");
    case Kind::kBool:
    case Kind::kNull:
      return Expect(BoolOf(value).has_value(), "true or false");
    case Kind::kIpAddress:
      return Expect(NetworkOf(value).has_value(), "an IP address or a network such as 10.0.0.0/8");
    case Kind::kBinary:
      return Expect(base::Base64Decode(value).has_value(), "base64");
    case Kind::kString:
    case Kind::kStringIgnoringCase:
    case Kind::kStringLike:
    case Kind::kArn:
      break;
  }
  return {};
}

bool ConditionOperator::Matches(std::string_view requested, const Glob& wanted) const {
  switch (kind) {
    case Kind::kString:
    case Kind::kStringLike:
      return wanted.Matches(requested);
    case Kind::kStringIgnoringCase:
      return EqualsIgnoringCase(requested, wanted.Text());
    case Kind::kNumeric:
      return InOrder(NumberOf(requested), NumberOf(wanted.Text()), order);
    case Kind::kDate:
      return InOrder(DateOf(requested), DateOf(wanted.Text()), order);
    case Kind::kBool: {
      const auto value = BoolOf(requested);
      return value && value == BoolOf(wanted.Text());
    }
    case Kind::kBinary: {
      const auto value = base::Base64Decode(requested);
      return value && value == base::Base64Decode(wanted.Text());
    }
    case Kind::kIpAddress: {
      const auto address = AddressOf(requested);
      const auto network = NetworkOf(wanted.Text());
      return address && network && network->Contains(*address);
    }
    case Kind::kArn:
      return ArnMatches(requested, wanted);
    case Kind::kNull:
      break;
  }
  return false;
}

}  // namespace pinion::auth
