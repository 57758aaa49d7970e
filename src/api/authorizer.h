// Decides whether a known caller may make a call (AUTH-34 to AUTH-40). An administrator costs it
// next to nothing; of others it asks the policies, which were compiled when they were set.
// Thread-safe; reads the store, but waits for nothing else.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "api/call.h"
#include "api/policy_target.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"
#include "model/operation.h"

namespace pinion::api {

class Authorizer {
 public:
  // Services and clock must outlive this.
  struct Parts {
    const Services& services;
    const base::Clock& wall_clock;
    std::string account_id;
  };
  explicit Authorizer(Parts parts) : parts_(std::move(parts)) {}

  struct Request {
    const http::Request& request;
    const CallFacts& facts;
    const model::OperationDescriptor& operation;
  };
  // kForbidden with the sentence of AUTH-40; kInvalidArgument when a policy asks for tags of a body
  // that cannot be read.
  base::Status Check(const Request& call) const;

  // An operation of another service. `resources` are names of one and the same resource: a policy
  // that permits one of them is enough, one that denies one of them is too much. No guest may.
  struct SiblingRequest {
    const http::Request& request;
    const CallFacts& facts;
    std::string_view action;
    std::span<const std::string> resources;
  };
  base::Status CheckSibling(const SiblingRequest& call) const;

  // The ARN of a resource of Pinpoint ("apps/x/segments/y"), of a service of the server ("ses",
  // "identity/z").
  std::string ArnOf(std::string_view resource) const;
  std::string ArnOfService(std::string_view service, std::string_view resource) const;

 private:
  base::Status CheckGuest(const Request& call) const;
  base::Status CheckPolicies(const Request& call) const;
  std::string ArnOf(const Request& call, const PolicyTarget& target) const;
  std::string RegionOf(std::string_view path, const std::string& fallback) const;

  const Parts parts_;
};

}  // namespace pinion::api
