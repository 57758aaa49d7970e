// Counts what apps report of in-app messages: displayed, dismissed, clicked (INA-109), and how
// often each endpoint has displayed each campaign (INA-110). Counts and the position in the log are
// one write. Consume is called by one thread.
#pragma once

#include "campaigns/campaign_counters.h"
#include "campaigns/campaign_store.h"
#include "eventlog/consumer.h"

namespace pinion::campaigns {

class InAppEvents final : public eventlog::Consumer {
 public:
  // Must outlive it.
  explicit InAppEvents(CampaignStore& campaigns) : campaigns_(campaigns) {}

  std::string_view name() const override { return "in-app-events"; }
  base::Status Consume(std::span<const eventlog::LoggedEvent> events,
                       storage::WriteBatch& batch) override;

 private:
  class Batch;
  CampaignStore& campaigns_;
};

}  // namespace pinion::campaigns
