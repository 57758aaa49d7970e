// Does what is to be done about personal data, on a thread of its own: erasures and access requests
// in the order in which they were made, and once a day the removal of what is older than it is
// kept. Only this thread changes or removes what is stored of messages and events that are over.
// Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "analytics/analytics_store.h"
#include "apps/application_service.h"
#include "audience/audience_service.h"
#include "audit/audit_log.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/work_tracker.h"
#include "campaigns/campaign_store.h"
#include "delivery/dispatcher.h"
#include "eventlog/consumer.h"
#include "eventlog/event_log.h"
#include "privacy/erased_opt_outs.h"
#include "privacy/private_files.h"
#include "privacy/retention_settings.h"
#include "segments/membership.h"
#include "segments/segment_service.h"
#include "storage/key_value_store.h"
#include "timers/timer_service.h"

namespace pinion::privacy {

class PrivacyRunner {
 public:
  // All must outlive it.
  struct Dependencies {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    const base::Clock& wall_clock;
    base::IdGenerator& ids;
    base::WorkTracker& work;
    timers::TimerService& timers;
    const apps::ApplicationService& applications;
    audience::AudienceService& audience;
    segments::SegmentService& segments;
    const segments::Membership& membership;
    const campaigns::CampaignStore& campaigns;
    delivery::Dispatcher& dispatcher;
    eventlog::EventLog& events;
    eventlog::ConsumerGroup& consumers;
    analytics::AnalyticsStore& analytics;
    audit::AuditLog& audit;
    ErasedOptOuts& opt_outs;
    const RetentionSettings& retention;
    const PrivateFiles& files;
    // Of keyed hashes; stays the same for the life of the store.
    std::string hash_key;
    std::string account_id;
    std::string region;
    // Called at start, and whenever an erasure is over, on the runner's thread.
    std::function<void()> on_erased = {};
    // How much one write takes on.
    size_t batch_max = 500;
  };
  // Registers its timer.
  explicit PrivacyRunner(Dependencies dependencies);
  ~PrivacyRunner();

  // Sets the daily timer and goes on with what was left unfinished. After the consumers.
  base::Status Start();
  // Leaves what is in hand for the next start. Before the consumers and the dispatcher stop.
  void Stop();
  // There is a new request.
  void Wake();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinion::privacy
