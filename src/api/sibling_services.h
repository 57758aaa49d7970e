// Operations of other AWS services that Pinpoint's clients also call: at POST /, told apart by the
// header X-Amz-Target or the form field Action, or at a path of their own. One table row each;
// errors have the form of their service. Set up at start, then shared without locks.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/authenticator.h"
#include "api/authorizer.h"
#include "api/call.h"
#include "api/call_auditor.h"
#include "api/edge.h"
#include "api/page.h"
#include "api/services.h"
#include "auth/address_limits.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"

namespace pinion::api {

// What serves them; all must outlive the edge.
struct SiblingParts {
  Services& services;
  const Authenticator& authenticator;
  const Authorizer& authorizer;
  const CallAuditor* auditor;  // null keeps no audit
  const PageTokens& page_tokens;
  const base::Clock& wall_clock;
  // Of the operations that need no credentials (AUTH-60).
  auth::AddressLimits& limits;
  // As Edge::Options has it (OPS-7).
  std::function<std::optional<std::string>()> refuse_changes = {};
};

struct SiblingCall {
  const http::Request& request;
  CallFacts& facts;  // who notes the caller here has it in the log
  Services& services;
  const SiblingParts& parts;
};

struct SiblingOperation {
  std::string_view name;    // in metrics and the log
  std::string_view target;  // the value of X-Amz-Target; empty where `action` or `path` counts
  std::string_view action;  // the value of the form field Action
  http::Response (*answer)(SiblingCall&);
  std::string_view path = {};
};

std::span<const SiblingOperation> SiblingOperations();

// Lets the edge serve them. Before the first request.
base::Status AddSiblingServices(Edge& edge, const SiblingParts& parts);

}  // namespace pinion::api
