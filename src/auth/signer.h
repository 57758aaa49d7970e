// Signs requests with Signature Version 4, in the Authorization header: for Pinion's own command
// line, for tests, and for calls to services that ask for it. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "auth/canonical_request.h"
#include "base/clock.h"

namespace pinion::auth {

struct SigningCredentials {
  std::string_view access_key_id;
  std::string_view secret;
  std::string_view session_token = {};
  std::string_view region;
  std::string_view service = "mobiletargeting";
};

struct UnsignedRequest {
  std::string_view method;
  // As they will be sent.
  std::string_view path;
  std::string_view query = {};
  std::string_view host;
  // Further headers to sign, with names in lower case; not host, not x-amz-*.
  std::span<const Header> headers = {};
  std::string_view body = {};
};

// Headers to add to the request.
struct SignatureHeaders {
  std::string authorization;
  std::string amz_date;
  std::string amz_content_sha256;
  // To be sent only if not empty.
  std::string amz_security_token;
};

SignatureHeaders Sign(const UnsignedRequest& request,
                      const SigningCredentials& credentials,
                      base::Timestamp now);

}  // namespace pinion::auth
