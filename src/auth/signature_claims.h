// What a request says about its own signature, in the Authorization header or in the query (AUTH-1,
// AUTH-2, AUTH-9): parsed, nothing verified yet. Pure. With every request comes one, so what can be
// is a view into the request, which must live as long as the claims.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth_error.h"
#include "auth/canonical_request.h"

namespace pinion::auth {

inline constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view kScopeEnd = "aws4_request";
inline constexpr size_t kSignedHeadersMax = 100;

// `yyyymmddThhmmssZ`.
class BasicTimeText {
 public:
  BasicTimeText() = default;
  explicit BasicTimeText(std::chrono::sys_seconds at);
  // `text` must have that form.
  explicit BasicTimeText(std::string_view text);

  std::string_view view() const { return {digits_.data(), digits_.size()}; }

 private:
  std::array<char, 16> digits_{};
};

struct SignatureClaims {
  enum class Form { kHeader, kQuery };
  Form form = Form::kHeader;
  std::string_view access_key_id;
  // The credential scope, date/region/service/aws4_request, and its parts.
  std::string_view scope;
  std::string_view date;
  std::string_view region;
  std::string_view service;
  std::string_view scope_end;
  // In lower case, in the order given, separated by `;`; none of them is empty.
  std::string signed_headers;
  std::array<char, 32> signature{};
  // From the header `Date` if there is no X-Amz-Date.
  BasicTimeText time_text;
  std::chrono::sys_seconds time;
  // Of a presigned query.
  std::chrono::seconds expires{0};
  // X-Amz-Security-Token; empty if there is none.
  std::string_view session_token;
};

// kMissingToken without any signature, kIncompleteSignature if there is one but not a whole one of
// this kind.
AuthResult<SignatureClaims> ReadSignatureClaims(std::span<const Header> headers,
                                                const std::vector<QueryParameter>& query);

}  // namespace pinion::auth
