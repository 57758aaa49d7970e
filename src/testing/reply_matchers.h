// What a client sees of a reply, and matchers over it. For tests only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gmock/gmock.h>

#include "http/message.h"

namespace pinion::testing {

struct Reply {
  int status = 0;
  http::Headers headers;
  std::string body;

  // The JSON value at a pointer ("/Item/0/Name"), strings without quotes, everything else as
  // compact JSON text; nothing when there is no such value.
  std::optional<std::string> At(std::string_view pointer) const;
  std::string Header(std::string_view name) const;
};

void PrintTo(const Reply& reply, std::ostream* out);

// Expected values of JsonAt as the text that Reply::At gives, or a matcher of that text.
inline ::testing::Matcher<std::string> TextMatcher(const char* text) {
  return ::testing::Eq(std::string(text));
}
inline ::testing::Matcher<std::string> TextMatcher(const std::string& text) {
  return ::testing::Eq(text);
}
inline ::testing::Matcher<std::string> TextMatcher(bool value) {
  return ::testing::Eq(std::string(value ? "true" : "false"));
}
inline ::testing::Matcher<std::string> TextMatcher(int value) {
  return ::testing::Eq(std::to_string(value));
}
template <class M>
::testing::Matcher<std::string> TextMatcher(const M& matcher) {
  return ::testing::SafeMatcherCast<std::string>(matcher);
}

MATCHER_P(HasStatusCode, status, "has status " + ::testing::PrintToString(status)) {
  return arg.status == status;
}
inline auto HasStatus(int status) {
  return HasStatusCode(status);
}

MATCHER_P2(JsonTextAt, pointer, matcher, "") {
  const std::optional<std::string> text = arg.At(pointer);
  if (!text) {
    *result_listener << "there is nothing at " << pointer;
    return false;
  }
  *result_listener << "at " << pointer << " there is " << *text;
  return ::testing::ExplainMatchResult(matcher, *text, result_listener);
}
template <class Expected>
auto JsonAt(const std::string& pointer, const Expected& expected) {
  return JsonTextAt(pointer, TextMatcher(expected));
}

MATCHER_P(JsonLacks, pointer, "has nothing at " + ::testing::PrintToString(pointer)) {
  return !arg.At(pointer).has_value();
}

// Status, exception name in header and body, and the request id in both.
MATCHER_P2(IsErrorReply, status, exception, "") {
  return arg.status == status && arg.Header("x-amzn-ErrorType") == exception &&
         arg.At("/__type") == std::optional<std::string>(exception) && arg.At("/Message") &&
         arg.At("/RequestID") == std::optional<std::string>(arg.Header("x-amzn-RequestId"));
}
inline auto IsError(int status, const std::string& exception) {
  return IsErrorReply(status, exception);
}
// The failures that tests ask for most.
inline auto IsBadRequest() {
  return IsError(400, "BadRequestException");
}
inline auto IsNotFound() {
  return IsError(404, "NotFoundException");
}

}  // namespace pinion::testing
