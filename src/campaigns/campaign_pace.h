// The pace of a campaign (CMP-806): how many messages it may still hand over in
// the second that runs. One small row per campaign, shared by the runs of its
// treatments and written in the batch of the messages, so the pace holds across
// restarts. Used by the runner's thread only.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::campaigns {

class CampaignPace {
 public:
  // Reads where the campaign stands. `run_start`: seconds count from the start
  // of a run, unless another run of the campaign has used the second into which
  // it falls.
  static base::Result<CampaignPace> Read(const storage::Reader& store,
                                         const base::AppId& app,
                                         std::string_view campaign,
                                         base::Timestamp run_start,
                                         base::Timestamp now);

  // Messages that may still go out in this second.
  uint64_t Budget(uint64_t per_second) const {
    return per_second - (used_ < per_second ? used_ : per_second);
  }
  void Use() { ++used_; }
  base::Timestamp NextSecond() const { return anchor_ + std::chrono::seconds(second_ + 1); }
  void WriteTo(const base::AppId& app, std::string_view campaign, storage::WriteBatch& batch) const;

 private:
  base::Timestamp anchor_;
  int64_t second_ = 0;  // since the anchor
  uint64_t used_ = 0;   // messages handed over in it
};

}  // namespace pinion::campaigns
