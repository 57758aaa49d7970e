// The condition keys of a call (AUTH-39), looked up when a policy asks and no sooner: tags of
// stored resources cost a read, tags of the request that its body is parsed. Belongs to one call
// and one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "auth/authorization_request.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/tags.h"
#include "http/message.h"
#include "model/operation.h"

namespace pinion::api {

class CallConditions final : public auth::ConditionContext {
 public:
  // All must outlive this.
  struct Parts {
    const http::Request& request;
    const CallFacts& facts;
    const model::OperationDescriptor& operation;
    // "apps/x/campaigns/y…", what the call addresses.
    std::string_view path;
    const TagDirectory& tags;
    const base::Clock& wall_clock;
    std::string_view account_id;
  };
  explicit CallConditions(const Parts& parts) : parts_(parts) {}

  std::vector<std::string> Values(const auth::ConditionKey& key) const override;

  // API-25: where a policy asked for tags of the request, whether its body could be read.
  const base::Status& body_status() const { return body_status_; }

 private:
  std::vector<std::string> OfPrincipal(std::string_view name) const;
  std::vector<std::string> OfSession(std::string_view name) const;
  std::vector<std::string> OfRequest(std::string_view name) const;
  std::vector<std::string> ResourceTag(std::string_view tag) const;
  const base::Tags& RequestTags() const;
  std::vector<std::string> TagKeys() const;

  const Parts parts_;
  mutable std::optional<base::Tags> request_tags_;
  mutable base::Status body_status_;
};

}  // namespace pinion::api
