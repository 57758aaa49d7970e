// Makes audit records of calls (OPS-62, KPI-130 to KPI-132): of all that change something, and of
// all that were refused for lack of permission. A call that changes something is announced before
// its handler runs and completed afterwards, so that even a change whose process died in between
// has left a trace; both writes become durable together with the change and cost no sync. The
// exceptions are changes of endpoints, of which there may be very many: they have one record,
// written behind the change and before the answer. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "audit/audit_log.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "http/message.h"
#include "model/operation.h"

namespace pinion::api {

// OPS-62: what is kept of a larger body is its beginning.
inline constexpr size_t kAuditedBodyBytesMax = size_t{10} * 1024;

class CallAuditor {
 public:
  struct Options {
    std::string account_id;
    // KPI-132: successful reads are recorded, too.
    bool reads = false;
  };
  // All must outlive the auditor.
  struct Parts {
    audit::AuditLog& log;
    base::IdGenerator& ids;
    const base::Clock& wall_clock;
  };
  CallAuditor(const Parts& parts, Options options);

  struct AuditedCall {
    const http::Request& request;
    const CallFacts& facts;
    const model::OperationDescriptor& operation;
    // Of an operation of another service: where the event comes from, and the ARNs of what it is
    // about. Otherwise both follow from the operation.
    std::string_view event_source = {};
    std::vector<std::string> resources = {};
  };
  struct Outcome {
    int status = 200;
    std::string_view exception = {};  // "" on success
    std::string_view message = {};
    std::string_view response_body = {};
  };

  // A record on its way: made by Begin, used up by End.
  struct Entry;
  using EntryPtr = std::shared_ptr<Entry>;

  // Before the handler. Null when the operation is not recorded. Fails as the store does; then the
  // call must not be made.
  base::Result<EntryPtr> Begin(const AuditedCall& call) const;
  // After the handler, before the answer waits for durability.
  base::Status End(Entry& entry, const Outcome& outcome) const;
  // For a call that got no further than authorisation.
  base::Status Refused(const AuditedCall& call, const Outcome& outcome) const;

  // Of something that needs no announcement: a login.
  base::Status Record(const AuditedCall& call, const Outcome& outcome) const;

  // Once a caller is known: the first use of a key from an address is recorded.
  void NoteCaller(const http::Request& request, const CallFacts& facts) const;

 private:
  EntryPtr Describe(const AuditedCall& call) const;

  const Parts parts_;
  const Options options_;
};

}  // namespace pinion::api
