#include "api/authenticator.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace pinion::api {

namespace {

struct Credential {
  std::string access_key_id;
  std::string region;
};

// `Credential=KEY/20261123/us-east-1/mobiletargeting/aws4_request`, as far as it is there.
std::optional<Credential> CredentialOf(std::string_view authorization) {
  constexpr std::string_view kMarker = "Credential=";
  const size_t at = authorization.find(kMarker);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view scope = authorization.substr(at + kMarker.size());
  scope = scope.substr(0, scope.find_first_of(", "));
  const size_t after_key = scope.find('/');
  const size_t after_date =
      after_key == std::string_view::npos ? after_key : scope.find('/', after_key + 1);
  const size_t after_region =
      after_date == std::string_view::npos ? after_date : scope.find('/', after_date + 1);
  if (after_region == std::string_view::npos) {
    return std::nullopt;
  }
  return Credential{std::string(scope.substr(0, after_key)),
                    std::string(scope.substr(after_date + 1, after_region - after_date - 1))};
}

bool IsRegion(std::string_view text) {
  constexpr size_t kRegionCharactersMax = 64;
  return !text.empty() && text.size() <= kRegionCharactersMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

}  // namespace

ErrorReply ErrorReplyFor(AuthenticationFailure failure) {
  return {failure.status,
          std::move(failure.exception),
          std::move(failure.message),
          failure.retry_after_seconds,
          {}};
}

AnonymousAuthenticator::AnonymousAuthenticator(std::string region, std::string account_id)
    : region_(std::move(region)),
      account_id_(std::move(account_id)),
      everything_(std::make_shared<auth::PolicySet>(auth::PolicySet::Everything())) {}

AuthenticationResult AnonymousAuthenticator::Authenticate(const http::Request& request) const {
  Authenticated caller;
  caller.region = region_;
  caller.principal.name = "anonymous";
  caller.principal.policies = everything_;
  caller.principal.arn = "arn:aws:iam::" + account_id_ + ":user/anonymous";
  const auto authorization = request.headers.Find("Authorization");
  const auto credential = authorization ? CredentialOf(*authorization) : std::nullopt;
  if (credential) {
    caller.principal.access_key_id = credential->access_key_id;
    if (IsRegion(credential->region)) {
      caller.region = credential->region;
    }
  }
  return caller;
}

}  // namespace pinion::api
