// Events that are to send a campaign: a consumer of the event log matches what apps report with the
// campaigns that act on events, and queues what matches for the campaign's activity (CMP-902,
// CMP-903). The queue and the position in the log are one write; the runner takes a row in the
// write that sends. Consume is called by one thread, the queue's functions are stateless.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "audience/audience_service.h"
#include "campaigns/campaign_store.h"
#include "eventlog/consumer.h"
#include "segments/event_criteria.h"
#include "segments/membership.h"

namespace pinion::campaigns {

// One event that matched one treatment.
struct Trigger {
  uint64_t position = 0;  // of the event in the log
  int32_t version = 0;    // of the campaign
  std::string endpoint_id;
  base::Timestamp arrived_at;
};

class TriggerQueue {
 public:
  static void Put(const RunKey& activity, const Trigger& trigger, storage::WriteBatch& batch);
  static void Delete(const RunKey& activity, const Trigger& trigger, storage::WriteBatch& batch);
  // Oldest first, at most `limit`.
  static base::Result<std::vector<Trigger>> Read(const storage::Reader& store,
                                                 const RunKey& activity,
                                                 size_t limit);
  // The activities for which anything waits; the cost follows their number.
  static base::Result<std::vector<RunKey>> Waiting(const storage::Reader& store);
  static std::string PrefixOf(const RunKey& activity);
};

class EventTriggers final : public eventlog::Consumer {
 public:
  // All must outlive it.
  struct Dependencies {
    CampaignStore& campaigns;
    const audience::AudienceService& audience;
    const segments::Membership& membership;
  };
  explicit EventTriggers(const Dependencies& dependencies) : deps_(dependencies) {}
  // Called after anything was queued.
  void SetListener(std::function<void()> on_queued) { on_queued_ = std::move(on_queued); }

  std::string_view name() const override { return "campaign-triggers"; }
  base::Status Consume(std::span<const eventlog::LoggedEvent> events,
                       storage::WriteBatch& batch) override;
  void OnApplied() override;

 private:
  // A treatment that acts on events, as it is read once for a batch.
  struct Listening {
    CampaignStore::Live live;
    base::Timestamp start;
    std::optional<base::Timestamp> end;
    std::string segment_id;
    std::optional<int32_t> segment_version;
    segments::EventCriteria criteria;
  };
  class Batch;

  const Dependencies deps_;
  std::function<void()> on_queued_;
  bool has_queued_ = false;
};

}  // namespace pinion::campaigns
