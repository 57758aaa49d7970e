// One step of a run: decides on the next endpoints of its list and puts what follows (messages,
// records, counts and the position in the list) into one write batch. Nothing is remembered between
// steps but what the run record says. Used by the runner's thread only.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "bitmap/bitmap.h"
#include "campaigns/campaign_rules.h"
#include "campaigns/campaign_store.h"
#include "campaigns/event_triggers.h"
#include "campaigns/run_record.h"
#include "delivery/channel_facts.h"
#include "delivery/delivery_service.h"
#include "delivery/message_log.h"
#include "delivery/message_plan.h"
#include "eventlog/event.h"

namespace pinion::campaigns {

// Endpoints of one batch at most.
inline constexpr size_t kBatchEndpointsMax = 500;
// Messages that wait in one lane for their transport; a run goes no further ahead of it, so that
// what it sends is fresh, and little goes out after a deletion.
inline constexpr size_t kBacklogMax = 5000;
// How long it then waits.
inline constexpr std::chrono::milliseconds kBacklogWait{200};

// What a run says, and to whom; the same from its start to its end.
struct RunContent {
  EffectiveLimits limits;
  std::optional<QuietHours> quiet;
  model::CampaignVersionRecord version;
  size_t treatment = 0;
  bool may_run_again = false;  // so that its own caps can refuse somebody
  std::shared_ptr<const delivery::MessagePlan> plan;
  templates::MissingPolicy missing = templates::MissingPolicy::kOmit;
  std::string application_name;
  bitmap::Bitmap list;        // targets and duplicates
  bitmap::Bitmap duplicates;  // of them
};

struct RunStep {
  RunRecord next;
  storage::WriteBatch batch;
  std::vector<eventlog::Event> events;
  std::set<delivery::Lane> lanes;  // that have got messages
  size_t taken_triggers = 0;       // and taken out of their queue
};

class RunBatchBuilder {
 public:
  // All must outlive it.
  struct Dependencies {
    const storage::Reader& store;
    const base::Clock& clock;
    base::RandomSource& random;
    const audience::AudienceService& audience;
    delivery::DeliveryService& delivery;
    const delivery::MessageLog& messages;
    const delivery::ChannelFactsSource& channels;
    std::string_view envelope_key;
    size_t endpoints_max = kBatchEndpointsMax;  // of one batch; not more than that
    size_t backlog_max = kBacklogMax;
  };
  explicit RunBatchBuilder(const Dependencies& dependencies) : deps_(dependencies) {}

  // `run` is kRunning and not waiting. The caller adds the position and the events to the batch.
  base::Result<RunStep> Build(const RunKey& key, const RunRecord& run, const RunContent& content);
  // `run` is kOpen; `triggers` are the oldest of its queue, all of the version of `content`. As
  // many as the pace allows are answered.
  base::Result<RunStep> BuildTriggered(const RunKey& key,
                                       const RunRecord& run,
                                       const RunContent& content,
                                       std::span<const Trigger> triggers);

 private:
  class Builder;
  const Dependencies deps_;
};

}  // namespace pinion::campaigns
