#include "privacy/erasure_run.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "audit/service_event.h"
#include "base/hex.h"
#include "base/json_text.h"
#include "campaigns/endpoint_traces.h"
#include "delivery/otp/one_time_passwords.h"
#include "delivery/outbox.h"
#include "events/ingest_log.h"
#include "jobs/job_store.h"
#include "privacy/privacy_store.h"
#include "privacy/pseudonymisation.h"

namespace pinion::privacy {
namespace {

using namespace std::chrono_literals;
using delivery::MessageRecord;
using delivery::MessageStatus;
using model::ErasureStep;

// In real time: how long one look at what others still have to do lasts, and how long is waited.
constexpr auto kLook = 20ms;
constexpr auto kWaitMax = 10s;
// Messages that were made while the erasure began have ids that are this much older at most.
constexpr auto kSecondLook = 1h;

bool IsGone(const base::Error& error) {
  return error.code == base::Errc::kNotFound;
}

// Adds what is not there yet.
void Learn(std::vector<std::string>& known, std::string_view text) {
  if (!text.empty() && std::find(known.begin(), known.end(), text) == known.end()) {
    known.emplace_back(text);
  }
}

void Append(const storage::WriteBatch& from, storage::WriteBatch& to) {
  for (const storage::WriteBatch::Change& change : from.changes()) {
    switch (change.kind) {
      case storage::WriteBatch::Kind::kPut:
        to.Put(change.key, change.value);
        break;
      case storage::WriteBatch::Kind::kDelete:
        to.Delete(change.key);
        break;
      case storage::WriteBatch::Kind::kDeletePrefix:
        to.DeletePrefix(change.key);
        break;
    }
  }
}

delivery::MessageLog::Recipient Renamed(const MessageRecord& record, const Pseudonyms& pseudonyms) {
  return {
      .endpoint_id = record.endpoint_id.empty() ? "" : pseudonyms.OfEndpoint(record.endpoint_id),
      .user_id = record.user_id.empty() ? "" : pseudonyms.person,
      .address = pseudonyms.person};
}

}  // namespace

ErasureRun::ErasureRun(const Dependencies& dependencies, model::ErasureRecord erasure)
    : deps_(dependencies),
      messages_(dependencies.store),
      erasure_(std::move(erasure)),
      app_(erasure_.application_id),
      pseudonyms_{erasure_.pseudonym, erasure_.salt} {}

base::Status ErasureRun::Run() {
  while (!done() && !deps_.stopping) {
    PINION_CHECK(Step());
  }
  return {};
}

base::Status ErasureRun::Step() {
  switch (erasure_.step) {
    case ErasureStep::kResolve:
      return Resolve();
    case ErasureStep::kEndpoints:
      return DeleteEndpoints();
    case ErasureStep::kPending:
      return TakeOutOfOutbox();
    case ErasureStep::kTraces:
      return RemoveTraces();
    case ErasureStep::kMessages:
      return AnonymiseMessages();
    case ErasureStep::kEvents:
      return RewriteEvents();
    case ErasureStep::kAudit:
      return RewriteAudit();
    case ErasureStep::kFinish:
      return Finish();
  }
  return base::Internal("An erasure is at a step that does not exist.");
}

Person::Ids ErasureRun::Ids() const {
  return {.user_ids = erasure_.user_ids,
          .endpoint_ids = erasure_.endpoint_ids,
          .addresses = erasure_.addresses,
          .is_of_address = erasure_.is_of_address};
}

Person ErasureRun::ThePerson() const {
  return Person(app_, Ids());
}

// Through a transaction of the audience, which an application that is being deleted refuses:
// nothing of it must come back.
base::Status ErasureRun::Store(const storage::WriteBatch& changes) {
  PINION_TRY(auto transaction, deps_.audience.Begin(app_));
  Append(changes, transaction.batch());
  PrivacyStore::Put(erasure_, transaction.batch());
  PINION_CHECK(transaction.Commit());
  return {};
}

void ErasureRun::GoTo(ErasureStep step) {
  erasure_.step = step;
  erasure_.cursor.clear();
}

base::Status ErasureRun::Resolve() {
  const std::set<std::string> hashes(erasure_.hashes.begin(), erasure_.hashes.end());
  const auto user = [&](std::string_view id) {
    if (!id.empty() && hashes.contains(HashOfUser(deps_.hash_key, app_, id))) {
      Learn(erasure_.user_ids, id);
    }
  };
  const auto endpoint = [&](std::string_view id) {
    if (!id.empty() && hashes.contains(HashOfEndpoint(deps_.hash_key, app_, id))) {
      Learn(erasure_.endpoint_ids, id);
    }
  };
  const auto address = [&](std::string_view text) {
    if (!text.empty() && hashes.contains(HashOfAddress(deps_.hash_key, app_, text))) {
      Learn(erasure_.addresses, text);
    }
  };
  const auto goes_on = [this] { return !deps_.stopping; };
  PINION_CHECK(deps_.audience.ScanRecords(app_, [&](const audience::EndpointRecordView& record) {
    user(record.user_id);
    endpoint(record.id);
    address(record.address);
    return goes_on();
  }));
  PINION_CHECK(messages_.VisitRecords(app_, "", [&](const MessageRecord& record) {
    user(record.user_id);
    endpoint(record.endpoint_id);
    address(record.address);
    return goes_on();
  }));
  PINION_CHECK(deps_.events.Visit(
      app_, 0, storage::Direction::kForward, [&](const eventlog::LoggedEvent& logged) {
        user(logged.event.user_id);
        endpoint(logged.event.endpoint_id);
        return goes_on();
      }));
  if (deps_.stopping) {
    return {};
  }
  GoTo(ErasureStep::kEndpoints);
  return Store();
}

// Ids and deletion are one write, so that none is forgotten.
base::Status ErasureRun::DeleteEndpoints() {
  PINION_TRY(auto transaction, deps_.audience.Begin(app_));
  std::vector<audience::EndpointRecord> found;
  for (const std::string& id : erasure_.user_ids) {
    auto user = deps_.audience.FindUser(app_, base::UserId(id));
    if (user.ok()) {
      std::move(user->endpoints.begin(), user->endpoints.end(), std::back_inserter(found));
    } else if (!IsGone(user.error())) {
      return user.error();
    }
  }
  for (const std::string& id : erasure_.endpoint_ids) {
    auto endpoint = deps_.audience.Find(app_, id);
    if (endpoint.ok()) {
      found.push_back(*std::move(endpoint));
    } else if (!IsGone(endpoint.error())) {
      return endpoint.error();
    }
  }
  if (erasure_.is_of_address) {
    for (const std::string& address : erasure_.addresses) {
      PINION_TRY(auto endpoints, deps_.audience.FindByAddress(app_, address));
      std::move(endpoints.begin(), endpoints.end(), std::back_inserter(found));
    }
  }
  std::set<uint32_t> deleted;
  for (const audience::EndpointRecord& endpoint : found) {
    if (!deleted.insert(endpoint.ordinal).second) {
      continue;
    }
    PINION_CHECK(transaction.Delete(endpoint.id));
    Learn(erasure_.endpoint_ids, endpoint.id);
    Learn(erasure_.addresses, endpoint.address);
    if (endpoint.opt_out == audience::OptOut::kAll && !endpoint.address.empty()) {
      PrivacyStore::PutOptOut(
          app_, HashOfAddress(deps_.hash_key, app_, endpoint.address), transaction.batch());
      deps_.opt_outs.Add(app_, endpoint.address);
    }
  }
  erasure_.counts.endpoints += static_cast<int64_t>(deleted.size());
  erasure_.status = model::ErasureStatus::kProcessing;
  GoTo(ErasureStep::kPending);
  PrivacyStore::Put(erasure_, transaction.batch());
  PINION_CHECK(transaction.Commit());
  return {};
}

// Before the long walk through the log, so that nothing more goes out. The messages themselves end
// at MESSAGES.
base::Status ErasureRun::TakeOutOfOutbox() {
  const Person person = ThePerson();
  std::vector<delivery::OutboxRow> rows;
  base::Status readable;
  PINION_CHECK(delivery::Outbox::Visit(deps_.store, app_, [&](const delivery::OutboxRow& row) {
    const auto message = messages_.FindRecord(app_, row.id);
    if (!message.ok()) {
      readable = message.error();
      return false;
    }
    if (*message && person.Owns(**message)) {
      rows.push_back(row);
    }
    return true;
  }));
  PINION_CHECK(std::move(readable));
  PINION_CHECK(deps_.dispatcher.Withdraw(rows));
  GoTo(ErasureStep::kTraces);
  return Store();
}

base::Status ErasureRun::RemoveTraces() {
  // What consumers make of earlier events is there then.
  PINION_CHECK(WaitForConsumers(deps_.events.end()));
  const Person person = ThePerson();
  size_t traces = 0;
  if (!person.user_ids().empty()) {
    PINION_TRY(traces, deps_.segments.ForgetUsers(app_, person.user_ids()));
  }
  PINION_TRY(auto transaction, deps_.audience.Begin(app_));
  storage::WriteBatch& batch = transaction.batch();
  PINION_TRY(const size_t of_campaigns,
             campaigns::ForgetEndpoints(
                 deps_.campaigns, deps_.store, app_, person.endpoint_keys(), batch));
  PINION_TRY(const size_t codes,
             delivery::OneTimePasswords::Forget(
                 deps_.store,
                 app_,
                 [&person](std::string_view address) { return person.HasAddress(address); },
                 batch));
  PINION_TRY(const size_t failures,
             jobs::JobStore(deps_.store)
                 .RewriteFailures(
                     app_,
                     [&](model::ImportFailure& failure) {
                       return Pseudonymise(person, pseudonyms_, failure);
                     },
                     batch));
  PINION_TRY(const size_t refusals,
             events::IngestLog(deps_.store)
                 .Rewrite(
                     app_,
                     [&](model::IngestRefusal& refusal) {
                       return Pseudonymise(person, pseudonyms_, refusal);
                     },
                     batch));
  PINION_CHECK(RemoveExports(person, batch));
  erasure_.counts.others +=
      static_cast<int64_t>(traces + of_campaigns + codes + failures + refusals);
  GoTo(ErasureStep::kMessages);
  PrivacyStore::Put(erasure_, batch);
  PINION_CHECK(transaction.Commit());
  return {};
}

// What was handed over to the person, or to whoever asked, is the person's as well.
base::Status ErasureRun::RemoveExports(const Person& person, storage::WriteBatch& batch) {
  PINION_TRY(const auto exports, PrivacyStore(deps_.store).All<model::PrivacyExportRecord>(app_));
  const std::vector<std::string> mine = HashesOf(deps_.hash_key, app_, Ids());
  for (model::PrivacyExportRecord exported : exports) {
    const bool same = person.HasUser(exported.user_id.value_or("")) ||
                      person.HasEndpoint(exported.endpoint_id.value_or("")) ||
                      person.HasAddress(exported.address.value_or("")) ||
                      std::any_of(mine.begin(), mine.end(), [&exported](const std::string& hash) {
                        const auto& theirs = exported.hashes;
                        return std::find(theirs.begin(), theirs.end(), hash) != theirs.end();
                      });
    if (!same) {
      continue;
    }
    PINION_CHECK(deps_.files.Remove(app_, exported.id));
    exported.status = model::PrivacyExportStatus::kExpired;
    exported.user_id.reset();
    exported.endpoint_id.reset();
    exported.address.reset();
    PrivacyStore::Put(exported, batch);
  }
  return {};
}

base::Status ErasureRun::AnonymiseMessages() {
  const Person person = ThePerson();
  std::vector<MessageRecord> mine;
  std::string last;
  size_t examined = 0;
  PINION_CHECK(messages_.VisitRecords(app_, erasure_.cursor, [&](MessageRecord record) {
    ++examined;
    last = record.id.value();
    if (person.Owns(record)) {
      mine.push_back(std::move(record));
    }
    return examined < deps_.batch_max;
  }));
  storage::WriteBatch batch;
  std::vector<MessageRecord> queued;
  for (MessageRecord& record : mine) {
    if (record.status == MessageStatus::kQueued) {
      queued.push_back(std::move(record));
      continue;
    }
    const auto recipient = Renamed(record, pseudonyms_);
    delivery::MessageLog::Anonymise(app_, std::move(record), recipient, batch);
  }
  PINION_CHECK(AnonymiseQueued(queued));
  erasure_.counts.messages += static_cast<int64_t>(mine.size() - queued.size());
  erasure_.cursor = last;
  if (examined < deps_.batch_max) {
    GoTo(ErasureStep::kEvents);
    // Outcomes of messages that were with a transport are among them.
    erasure_.events_end = static_cast<int64_t>(deps_.events.end());
  }
  return Store(batch);
}

// Messages that have not ended yet end here, once no transport has them. Their content goes with
// it: whoever loads one from now on drops it.
base::Status ErasureRun::AnonymiseQueued(const std::vector<MessageRecord>& queued) {
  storage::WriteBatch batch;
  std::vector<delivery::OutboxRow> rows;
  for (const MessageRecord& one : queued) {
    const delivery::Lane lane{.app = app_, .channel = one.channel};
    PINION_CHECK(WaitForTransport(lane, one.id));
    PINION_TRY(auto record, messages_.FindRecord(app_, one.id));
    if (!record) {
      continue;
    }
    if (record->status == MessageStatus::kQueued) {
      record->status = MessageStatus::kFailed;
      record->updated_at = deps_.clock.Now();
      record->history.push_back({.status = record->status, .at = record->updated_at, .detail = ""});
      ++erasure_.counts.pending_messages;
    } else {
      ++erasure_.counts.messages;
    }
    const auto recipient = Renamed(*record, pseudonyms_);
    delivery::MessageLog::Anonymise(app_, *std::move(record), recipient, batch);
    for (const auto priority : {delivery::Priority::kDirect, delivery::Priority::kBulk}) {
      rows.push_back({.lane = lane, .priority = priority, .id = one.id});
    }
  }
  if (rows.empty()) {
    return {};
  }
  PINION_CHECK(Store(batch));
  // One that was loaded just before comes back with its outcome as it was.
  PINION_TRY(const auto with_transport, deps_.dispatcher.Withdraw(rows));
  storage::WriteBatch again;
  for (const delivery::OutboxRow& row : with_transport) {
    PINION_CHECK(WaitForTransport(row.lane, row.id));
    PINION_TRY(auto record, messages_.FindRecord(app_, row.id));
    if (record && ThePerson().Owns(*record)) {
      record->status =
          record->status == MessageStatus::kQueued ? MessageStatus::kFailed : record->status;
      const auto recipient = Renamed(*record, pseudonyms_);
      delivery::MessageLog::Anonymise(app_, *std::move(record), recipient, again);
    }
  }
  return Store(again);
}

base::Status ErasureRun::WaitForTransport(const delivery::Lane& lane,
                                          const base::MessageId& id) const {
  const auto give_up = std::chrono::steady_clock::now() + kWaitMax;
  while (deps_.dispatcher.IsInFlight(lane, id)) {
    if (deps_.stopping || std::chrono::steady_clock::now() > give_up) {
      return base::Unavailable("A message of the person is still with its transport.");
    }
    std::this_thread::sleep_for(kLook);
  }
  return {};
}

base::Status ErasureRun::RewriteEvents() {
  const auto end = static_cast<eventlog::Position>(erasure_.events_end);
  PINION_CHECK(WaitForConsumers(end));
  const Person person = ThePerson();
  storage::WriteBatch batch;
  PINION_TRY(const auto rewritten,
             deps_.events.Rewrite(app_,
                                  {.after = static_cast<eventlog::Position>(erasure_.events_done),
                                   .up_to = end,
                                   .chunks_max = deps_.batch_max,
                                   .rewrite =
                                       [&](eventlog::LoggedEvent& logged) {
                                         const bool mine = person.Owns(logged.event);
                                         if (mine) {
                                           Pseudonymise(pseudonyms_, logged.event);
                                         }
                                         return mine;
                                       }},
                                  batch));
  // First the tables: what is not in the log yet is found again after a crash, and put in its place
  // once more.
  if (!rewritten.events.empty()) {
    PINION_CHECK(deps_.analytics.Replace(rewritten.events));
  }
  erasure_.counts.events += static_cast<int64_t>(rewritten.events.size());
  erasure_.events_done = static_cast<int64_t>(rewritten.reached);
  if (rewritten.reached >= end) {
    GoTo(erasure_.round == 0 ? ErasureStep::kAudit : ErasureStep::kFinish);
  }
  return Store(batch);
}

base::Status ErasureRun::RewriteAudit() {
  const Person person = ThePerson();
  PINION_CHECK(Store());  // while the application is there
  PINION_CHECK(deps_.audit.Replace(
      {.after = base::HexDecode(erasure_.cursor).value_or(""),
       .records_max = deps_.batch_max,
       .rewrite =
           [&](audit::AuditRecord& record) {
             return Pseudonymise(person, pseudonyms_, app_, record);
           },
       .notice = Notice(),
       .add =
           [this](const audit::AuditLog::Replaced& outcome, storage::WriteBatch& batch) {
             erasure_.counts.audit_records += static_cast<int64_t>(outcome.records);
             erasure_.cursor = base::HexEncode(outcome.next);
             if (outcome.next.empty()) {
               GoTo(ErasureStep::kFinish);
             }
             PrivacyStore::Put(erasure_, batch);
           }}));
  return {};
}

base::Status ErasureRun::Finish() {
  if (erasure_.round == 0) {
    // Whoever was at work on the person when the endpoints went has ended since.
    erasure_.round = 1;
    GoTo(ErasureStep::kMessages);
    erasure_.cursor = delivery::MakeMessageId(erasure_.created_at - kSecondLook, 0, 0).value();
    return Store();
  }
  erasure_.hashes = HashesOf(deps_.hash_key, app_, Ids());
  erasure_.user_ids.clear();
  erasure_.endpoint_ids.clear();
  erasure_.addresses.clear();
  erasure_.salt.clear();
  erasure_.cursor.clear();
  erasure_.status = model::ErasureStatus::kCompleted;
  erasure_.completed_at = deps_.clock.Now();
  return Store();
}

base::Status ErasureRun::WaitForConsumers(eventlog::Position position) const {
  const auto give_up = std::chrono::steady_clock::now() + kWaitMax;
  for (const eventlog::ConsumerLag& consumer : deps_.consumers.Lags()) {
    while (!deps_.consumers.WaitFor(consumer.consumer, position, kLook)) {
      if (deps_.stopping || std::chrono::steady_clock::now() > give_up) {
        return base::Unavailable("The consumer '" + consumer.consumer +
                                 "' of the event log has not read it so far.");
      }
    }
  }
  return {};
}

audit::AuditRecord ErasureRun::Notice() const {
  base::JsonWriter parameters;
  parameters.BeginObject();
  parameters.Key("application-id").String(app_.value()).Key("erasure-id").String(erasure_.id);
  parameters.EndObject();
  return audit::RecordOf(
      {.at = deps_.wall_clock.Now(),
       .event_id = deps_.ids.NewUuid(),
       .operation = "PersonalDataErased",
       .region = deps_.region,
       .account_id = deps_.account_id,
       .resources = {"arn:aws:pinion:" + deps_.region + ":" + deps_.account_id + ":apps/" +
                     app_.value() + "/privacy/erasures/" + erasure_.id},
       .request_parameters = parameters.Take()});
}

}  // namespace pinion::privacy
