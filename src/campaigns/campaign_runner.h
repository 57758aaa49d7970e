// Runs campaigns: makes activities of occurrences that are due and sends their messages, a batch of
// one run after the other on one thread. All that a step does is one write, and the next step is
// decided by what is stored; so a run goes on after a crash where it was, and nobody gets its
// message twice (CMP-1301, CMP-1302). Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "apps/application_service.h"
#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"
#include "base/work_tracker.h"
#include "campaigns/campaign_counters.h"
#include "campaigns/campaign_store.h"
#include "campaigns/event_triggers.h"
#include "campaigns/template_pins.h"
#include "delivery/channel_facts.h"
#include "delivery/delivery_service.h"
#include "delivery/message_log.h"
#include "delivery/outbox.h"
#include "eventlog/event_log.h"
#include "segments/membership.h"
#include "timers/timer_service.h"

namespace pinion::campaigns {

class CampaignRunner {
 public:
  // All must outlive the runner.
  struct Dependencies {
    CampaignStore& campaigns;
    const base::Clock& clock;
    base::RandomSource& random;
    base::IdGenerator& ids;
    base::WorkTracker& work;
    timers::TimerService& timers;
    eventlog::EventLog& events;
    const apps::ApplicationService& applications;
    const audience::AudienceService& audience;
    const segments::SegmentService& segments;
    const segments::Membership& membership;
    const Templates& templates;
    delivery::DeliveryService& delivery;
    const delivery::MessageLog& messages;
    CampaignCounters& counters;
    EventTriggers& triggers;
    delivery::ChannelFactsSource channels;
    // Rows have been put into a lane's outbox.
    std::function<void(const delivery::Lane&)> wake_lane;
    // Signs envelope senders (CHN-73).
    std::string envelope_key;
  };
  struct Options {
    // Real time until work that failed, for example on a full disk, is tried again.
    std::chrono::milliseconds retry_delay{1000};
    // Endpoints of one batch, from 1 to kBatchEndpointsMax.
    size_t batch_endpoints_max = 500;
    // Messages that may wait for one transport before a run waits, too.
    size_t backlog_max = 5000;
  };

  // Registers its timers, and listens to the counters and the triggers.
  CampaignRunner(Dependencies dependencies, Options options);
  ~CampaignRunner();

  // Takes up all runs where they are, on a thread of its own.
  void Start();
  // A batch that has begun is finished; the rest goes on after the next Start.
  void Stop();

  // Something may be due, or an outcome has become known.
  void Wake();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinion::campaigns
