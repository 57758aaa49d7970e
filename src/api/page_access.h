// Lets a page be read by principals who may, as if it were an operation: signature, rate limit,
// policies, and the audit of refusals (OPS-10). For pages that are open to some without. Thread-
// safe.
#pragma once

#include <optional>

#include "api/authenticator.h"
#include "api/authorizer.h"
#include "api/call_auditor.h"
#include "api/error_reply.h"
#include "http/message.h"
#include "model/operation.h"

namespace pinion::api {

class PageAccess {
 public:
  // All must outlive this.
  PageAccess(const Authenticator& authenticator,
             const Authorizer& authorizer,
             const CallAuditor& auditor)
      : authenticator_(authenticator), authorizer_(authorizer), auditor_(auditor) {}

  // Nothing when the caller, who is noted in the facts, may; `as` says what policies call it.
  std::optional<ErrorReply> Refuse(const http::Request& request,
                                   CallFacts& facts,
                                   const model::OperationDescriptor& as) const;

 private:
  const Authenticator& authenticator_;
  const Authorizer& authorizer_;
  const CallAuditor& auditor_;
};

}  // namespace pinion::api
