// One erasure from its beginning to its end (OPS-63). It goes step by step; each write changes the
// data and moves the erasure's cursor, so that it goes on where it was, whenever the process ends.
// What was done is not found again by a second look, so that nothing is done twice. Used by
// PrivacyRunner's thread only.
//
// - RESOLVE, only after a restore: finds the ids that the stored hashes stand for.
// - ENDPOINTS: collects ids and addresses, deletes the endpoints. From here on nobody is reached.
// - PENDING: takes messages out of the outbox.
// - TRACES: campaigns, one-time passwords, failures of imports, refused events, lists of segments.
// - MESSAGES: the message log; waits for messages that are with a transport.
// - EVENTS: event log and analytics tables, once every consumer has read the log so far.
// - AUDIT: the audit log.
// - FINISH: a second look at messages and events that came meanwhile; then the ids are forgotten.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/analytics_store.h"
#include "audience/audience_service.h"
#include "audit/audit_log.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "campaigns/campaign_store.h"
#include "delivery/dispatcher.h"
#include "delivery/message_log.h"
#include "eventlog/consumer.h"
#include "eventlog/event_log.h"
#include "model/privacy.h"
#include "privacy/erased_opt_outs.h"
#include "privacy/person.h"
#include "privacy/private_files.h"
#include "segments/segment_service.h"
#include "storage/key_value_store.h"

namespace pinion::privacy {

class ErasureRun {
 public:
  struct Dependencies {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    const base::Clock& wall_clock;
    base::IdGenerator& ids;
    audience::AudienceService& audience;
    segments::SegmentService& segments;
    const campaigns::CampaignStore& campaigns;
    delivery::Dispatcher& dispatcher;
    eventlog::EventLog& events;
    eventlog::ConsumerGroup& consumers;
    analytics::AnalyticsStore& analytics;
    audit::AuditLog& audit;
    ErasedOptOuts& opt_outs;
    const PrivateFiles& files;
    const std::string& hash_key;
    const std::string& account_id;
    const std::string& region;
    const std::atomic<bool>& stopping;
    // Messages, chunks of events, or audit records of one write.
    size_t batch_max;
  };
  ErasureRun(const Dependencies& dependencies, model::ErasureRecord erasure);

  // Returns at the end, or early when stopping. A failure leaves it where it stands; kNotFound when
  // the application is gone.
  base::Status Run();
  // The next write, for tests of what comes after a crash.
  base::Status Step();
  bool done() const { return erasure_.status == model::ErasureStatus::kCompleted; }

 private:
  Person ThePerson() const;
  Person::Ids Ids() const;
  base::Status Store(const storage::WriteBatch& changes = {});
  void GoTo(model::ErasureStep step);

  base::Status Resolve();
  base::Status DeleteEndpoints();
  base::Status TakeOutOfOutbox();
  base::Status RemoveTraces();
  base::Status RemoveExports(const Person& person, storage::WriteBatch& batch);
  base::Status AnonymiseMessages();
  base::Status AnonymiseQueued(const std::vector<delivery::MessageRecord>& queued);
  base::Status RewriteEvents();
  base::Status RewriteAudit();
  base::Status Finish();

  // Until no transport has the message; kUnavailable after a while.
  base::Status WaitForTransport(const delivery::Lane& lane, const base::MessageId& id) const;
  // Until every consumer has taken the events up to `position`; kUnavailable after a while.
  base::Status WaitForConsumers(eventlog::Position position) const;
  audit::AuditRecord Notice() const;

  const Dependencies deps_;
  const delivery::MessageLog messages_;
  model::ErasureRecord erasure_;
  const base::AppId app_;
  const Pseudonyms pseudonyms_;
};

}  // namespace pinion::privacy
