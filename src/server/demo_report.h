// What the demo's campaign did, as a table for the operator's terminal. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/campaigns.h"
#include "model/delivery.h"

namespace pinion::server {

struct DemoOutcome {
  model::ActivityResponse activity;
  model::CampaignCounters counters;
  std::vector<model::MessageLogItem> messages;
};

// Endpoints of the segment that no message was made for, by the run's own count (CMP-604).
int64_t FilteredOut(const model::ActivityResponse& activity);

// The messages with their ends and reasons, then the sums, then why endpoints were left out.
std::string DemoTable(const DemoOutcome& outcome);

}  // namespace pinion::server
