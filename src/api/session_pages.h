// What browsers call to log in and out (OPS-40, OPS-43), below /pinion/v1/session:
//   POST, GET, DELETE /session     begins, tells and ends a session
//   POST /session/setup            redeems a setup code: {"Code","UserName"?,"Password"}
//   PUT /session/password          {"Password","NewPassword"}; ends all sessions of the user
//   POST, PUT, DELETE /session/totp  a new secret {"Password"}, its first code {"TotpCode"}, none
//   any
//                                  more {"Password"}
// They are pages rather than operations: their callers have no credentials yet, or prove anew who
// they are. Each attempt is an audit record, under the name of whom it is about.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/call_auditor.h"
#include "api/durability_gate.h"
#include "api/edge.h"
#include "api/session_guard.h"
#include "auth/address_limits.h"
#include "base/clock.h"
#include "base/result.h"
#include "users/console_access.h"

namespace pinion::api {

// Bodies are a few names and passwords.
inline constexpr size_t kSessionBodyBytesMax = size_t{16} * 1024;

// What serves them; all must outlive the edge.
struct SessionParts {
  users::ConsoleAccess& console;
  const SessionGuard& guard;
  const CallAuditor& auditor;
  DurabilityGate& durability;
  const base::Clock& wall_clock;
  auth::AddressLimits& address_limits;  // AUTH-60, of each address
  auth::AddressLimits& login_limits;    // AUTH-60, of each address and name
  std::string account_id;
  std::string region;
};
// Lets the edge serve them. Before the first request.
base::Status AddSessionPages(Edge& edge, const SessionParts& parts);

// What metrics and log call them.
std::vector<std::string_view> SessionPageNames();

}  // namespace pinion::api
