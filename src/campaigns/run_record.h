// How far a run has come: everything that a server needs to go on with it after a crash. Written in
// the same batch as the messages that it counts. Values; the bytes are in the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "campaigns/execution_metrics.h"

namespace pinion::campaigns {

// Numbers are on disk.
enum class RunPhase : uint8_t {
  kPending = 0,       // due; nothing is decided yet
  kInitializing = 1,  // the segment is about to be evaluated
  kRunning = 2,       // the list is fixed; messages go out
  kDraining = 3,      // every slot is decided; outcomes are awaited
  kOpen = 4,          // acts on events, for as long as its window is open
};

struct RunRecord {
  std::string campaign_id;
  std::string treatment_id = "0";
  int32_t campaign_version = 0;
  base::Timestamp scheduled;
  base::Timestamp started;
  RunPhase phase = RunPhase::kPending;
  // The next ordinal of the list to decide on.
  uint32_t next_ordinal = 0;
  // Members of the list, holdout included.
  uint64_t listed = 0;
  // `_campaign.send` records that there will be once every outcome is known.
  uint64_t records_expected = 0;
  // Set while the surplus waits for the next second (CMP-806).
  std::optional<base::Timestamp> waiting_until;
  ExecutionMetrics metrics;  // of the filters; outcomes are counted from the log
  // Templates in the versions that were active at the start, as TemplateConfiguration JSON
  // (CMP-705); "" if none.
  std::string templates_json;

  // CMP-604: listed and not held out.
  uint64_t targeted() const { return listed - metrics[Metric::kTreatmentHoldout]; }
  bool operator==(const RunRecord&) const = default;
};

std::string Encode(const RunRecord& record);
// kInternal when the bytes are damaged.
base::Result<RunRecord> DecodeRunRecord(std::string_view bytes);

}  // namespace pinion::campaigns
