// What answers at POST /: operations of other AWS services that Pinpoint's clients also call, told
// apart by the header X-Amz-Target or the form field Action. One table row each; errors have the
// form of their service. Set up at start, then shared without locks.
#pragma once

#include <span>
#include <string_view>

#include "api/authenticator.h"
#include "api/call.h"
#include "api/edge.h"
#include "api/services.h"
#include "auth/address_limits.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"

namespace pinion::api {

struct SiblingCall {
  const http::Request& request;
  CallFacts& facts;  // who notes the caller here has it in the log
  Services& services;
  const Authenticator& authenticator;
};

struct SiblingOperation {
  std::string_view name;    // in metrics and the log
  std::string_view target;  // the value of X-Amz-Target; empty where `action` counts
  std::string_view action;  // the value of the form field Action
  http::Response (*answer)(SiblingCall&);
};

std::span<const SiblingOperation> SiblingOperations();

// What serves them; all must outlive the edge.
struct SiblingParts {
  Services& services;
  const Authenticator& authenticator;
  const base::Clock& wall_clock;
  // Of the operations that need no credentials (AUTH-60).
  auth::AddressLimits& limits;
};
// Lets the edge serve them. Before the first request.
base::Status AddSiblingServices(Edge& edge, const SiblingParts& parts);

}  // namespace pinion::api
