// What a request says about its own signature, in the Authorization header or in the query (AUTH-1,
// AUTH-2, AUTH-9): parsed, nothing verified yet. Pure.
#pragma once

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

struct SignatureClaims {
  enum class Form { kHeader, kQuery };
  Form form = Form::kHeader;
  std::string access_key_id;
  // The credential scope.
  std::string date;
  std::string region;
  std::string service;
  std::string scope_end;
  // In lower case, in the order given.
  std::vector<std::string> signed_headers;
  // In lower case.
  std::string signature;
  // `yyyymmddThhmmssZ`; from the header `Date` if there is no X-Amz-Date.
  std::string time_text;
  std::chrono::sys_seconds time;
  // Of a presigned query.
  std::chrono::seconds expires{0};
  // X-Amz-Security-Token; empty if there is none.
  std::string session_token;

  // date/region/service/aws4_request
  std::string Scope() const;
};

// kMissingToken without any signature, kIncompleteSignature if there is one but not a whole one of
// this kind.
AuthResult<SignatureClaims> ReadSignatureClaims(std::span<const Header> headers,
                                                const std::vector<QueryParameter>& query);

// `yyyymmddThhmmssZ` of an instant.
std::string FormatBasicTime(std::chrono::sys_seconds at);

}  // namespace pinion::auth
