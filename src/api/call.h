// What a handler gets beside its typed request: who calls, how, and the services. One Call belongs
// to one request and is used by one thread at a time; it lives until the handler returns.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/page.h"
#include "api/services.h"
#include "auth/access_key.h"
#include "auth/policy_set.h"
#include "auth/session.h"
#include "base/page.h"
#include "base/result.h"
#include "http/message.h"

namespace pinion::api {

// Who makes the call (AUTH-30, AUTH-31).
struct Principal {
  enum class Type { kKey, kUser, kGuest, kAnonymous };
  Type type = Type::kAnonymous;
  std::string access_key_id;
  std::string name;
  std::string arn;
  // What it may do; none: nothing.
  std::shared_ptr<const auth::PolicySet> policies = nullptr;
  // Of kKey: the key. Of kGuest: the session, which says which identity it is.
  std::shared_ptr<const auth::AccessKey> key = nullptr;
  std::shared_ptr<const auth::Session> session = nullptr;
};

// The account in the principal's ARN.
std::string_view AccountOf(const Principal& principal);
// The ARN of a key or user of that name (AUTH-31).
std::string UserArn(std::string_view account_id, std::string_view name);

// Everything that follows from the route and the head of a request.
struct CallFacts {
  std::string request_id;
  std::string_view operation;                // name in the model
  std::vector<std::string> path_parameters;  // decoded, in the order of the path
  Principal principal;
  std::string region;          // of the signing scope, else the server's
  std::string client_address;  // behind trusted proxies; numeric, without port
  bool wrote = false;          // noted by a page: its answer waits until what it wrote is durable
};

class Call {
 public:
  Call(Services& given_services,
       const PageTokens& tokens,
       const CallFacts& facts,
       const http::Headers& headers)
      : services(given_services), tokens_(tokens), facts_(facts), headers_(headers) {}

  Services& services;

  const std::string& request_id() const { return facts_.request_id; }
  const Principal& principal() const { return facts_.principal; }
  const std::string& region() const { return facts_.region; }
  // The caller as `LastModifiedBy` shows it (CHN-2).
  const std::string& caller() const {
    return facts_.principal.access_key_id.empty() ? facts_.principal.name
                                                  : facts_.principal.access_key_id;
  }

  // A request header, names without regard to case.
  std::optional<std::string> Header(std::string_view name) const;
  // The id that the caller chose for a new resource (API-72); its form is checked by the service.
  std::optional<std::string> ChosenId() const { return Header("x-pinion-resource-id"); }

  // The page that a list request asks for. `filters` are the request's filter values in a fixed
  // order: a token is valid for the same operation, path and filters only. kInvalidArgument for a
  // bad size or token.
  base::Result<base::PageRequest> Page(const std::optional<std::string>& page_size,
                                       const std::optional<std::string>& token,
                                       const std::vector<std::string>& filters = {}) const;
  // The token of the page after this one, for the response; nothing when `resume` is "".
  std::optional<std::string> NextToken(const std::string& resume,
                                       const std::vector<std::string>& filters = {}) const;

 private:
  PageScope ScopeOf(const std::vector<std::string>& filters) const;

  const PageTokens& tokens_;
  const CallFacts& facts_;
  const http::Headers& headers_;
};

}  // namespace pinion::api
