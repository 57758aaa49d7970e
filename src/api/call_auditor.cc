#include "api/call_auditor.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "api/audit_text.h"
#include "base/log.h"

namespace pinion::api {

namespace {

// OPS-62, as in Pinpoint.
constexpr std::array<std::string_view, 3> kNeverRecorded = {
    "PutEvents", "SendMessages", "SendUsersMessages"};
constexpr std::array<std::string_view, 2> kNotOfGuests = {"UpdateEndpoint", "GetInAppMessages"};
// Sent with POST, yet they change nothing.
constexpr std::array<std::string_view, 2> kReads = {"PhoneNumberValidate", "CountSegment"};
// So frequent that announcing them would double what they cost.
constexpr std::array<std::string_view, 2> kNotAnnounced = {"UpdateEndpoint",
                                                           "UpdateEndpointsBatch"};

template <size_t n>
bool Has(const std::array<std::string_view, n>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsExcluded(std::string_view operation, const Principal& principal) {
  return Has(kNeverRecorded, operation) ||
         (principal.type == Principal::Type::kGuest && Has(kNotOfGuests, operation));
}

bool IsRead(const model::OperationDescriptor& operation) {
  return operation.method == "GET" || operation.method == "HEAD" || Has(kReads, operation.name);
}

}  // namespace

struct CallAuditor::Entry {
  audit::AuditRecord record;
  audit::AuditLog::Draft draft = audit::AuditLog::Draft::kNone;
};

CallAuditor::CallAuditor(const Parts& parts, Options options)
    : parts_(parts), options_(std::move(options)) {}

CallAuditor::EntryPtr CallAuditor::Describe(const AuditedCall& call) const {
  auto entry = std::make_shared<Entry>();
  audit::AuditRecord& record = entry->record;
  record.at = parts_.wall_clock.Now();
  record.event_id = parts_.ids.NewUuid();
  record.operation = EventName(call.operation);
  record.principal_arn = call.facts.principal.arn;
  record.principal_name = call.facts.principal.name;
  record.resources = call.event_source.empty()
                         ? ResourcesOf(call.operation, call.facts, options_.account_id)
                         : call.resources;
  record.members = DescribeCall({.at = record.at,
                                 .event_id = record.event_id,
                                 .event_name = record.operation,
                                 .event_source = call.event_source,
                                 .account_id = options_.account_id,
                                 .read_only = IsRead(call.operation),
                                 .request = call.request,
                                 .facts = call.facts,
                                 .operation = call.operation,
                                 .resources = record.resources});
  return entry;
}

base::Result<CallAuditor::EntryPtr> CallAuditor::Begin(const AuditedCall& call) const {
  const bool read = IsRead(call.operation);
  if (IsExcluded(call.operation.name, call.facts.principal) || (read && !options_.reads)) {
    return EntryPtr();
  }
  EntryPtr entry = Describe(call);
  if (!read && !Has(kNotAnnounced, call.operation.name)) {
    PINION_CHECK(parts_.log.AddDraft(entry->record));
    entry->draft = audit::AuditLog::Draft::kWritten;
  }
  return entry;
}

base::Status CallAuditor::End(Entry& entry, const Outcome& outcome) const {
  entry.record.members +=
      DescribeOutcome(outcome.exception, outcome.message, outcome.response_body);
  return parts_.log.Append(entry.record, entry.draft);
}

base::Status CallAuditor::Refused(const AuditedCall& call, const Outcome& outcome) const {
  if (IsExcluded(call.operation.name, call.facts.principal)) {
    return {};
  }
  return End(*Describe(call), outcome);
}

base::Status CallAuditor::Record(const AuditedCall& call, const Outcome& outcome) const {
  return End(*Describe(call), outcome);
}

void CallAuditor::NoteCaller(const http::Request& request, const CallFacts& facts) const {
  if (facts.principal.type != Principal::Type::kKey) {
    return;
  }
  const auto is_new = parts_.log.IsNewAddress(facts.principal.access_key_id, facts.client_address);
  base::Status written = is_new.ok() ? base::Status() : base::Status(is_new.error());
  if (is_new.ok() && *is_new) {
    static constexpr model::OperationDescriptor kNewAddress = {
        .name = "KeyUsedFromNewAddress", .method = "GET", .path = ""};
    http::Request shown;
    shown.headers = request.headers;
    written = End(*Describe({shown, facts, kNewAddress}), {});
  }
  if (!written.ok()) {
    base::Log(base::LogLevel::kError,
              "audit",
              "the first use of a key from an address was not recorded",
              {{"key", facts.principal.access_key_id}, {"error", written.error().message}});
  }
}

}  // namespace pinion::api
