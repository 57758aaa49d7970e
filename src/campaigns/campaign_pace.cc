#include "campaigns/campaign_pace.h"

#include <chrono>

#include "campaigns/send_counts.h"
#include "storage/record.h"

namespace pinion::campaigns {
namespace {

// On disk.
enum Field : uint32_t { kAnchor = 1, kSecond = 2, kUsed = 3 };

}  // namespace

base::Result<CampaignPace> CampaignPace::Read(const storage::Reader& store,
                                              const base::AppId& app,
                                              std::string_view campaign,
                                              base::Timestamp run_start,
                                              base::Timestamp now) {
  CampaignPace pace;
  pace.anchor_ = run_start;
  PINION_TRY(const auto stored, store.Get(SendCounts::PaceKey(app, campaign)));
  if (stored) {
    storage::RecordReader reader(*stored);
    while (reader.Next()) {
      switch (reader.field()) {
        case kAnchor:
          pace.anchor_ = reader.Time();
          break;
        case kSecond:
          pace.second_ = reader.Int();
          break;
        case kUsed:
          pace.used_ = reader.Uint();
          break;
      }
    }
    PINION_CHECK(reader.Finish("campaign pace"));
  }
  if (run_start >= pace.NextSecond()) {
    pace = CampaignPace();
    pace.anchor_ = run_start;
  }
  const int64_t second = std::chrono::floor<std::chrono::seconds>(now - pace.anchor_).count();
  if (second > pace.second_) {
    pace.second_ = second;
    pace.used_ = 0;
  }
  return pace;
}

void CampaignPace::WriteTo(const base::AppId& app,
                           std::string_view campaign,
                           storage::WriteBatch& batch) const {
  batch.Put(SendCounts::PaceKey(app, campaign),
            storage::RecordWriter()
                .Time(kAnchor, anchor_)
                .Int(kSecond, second_)
                .Uint(kUsed, used_)
                .Take());
}

}  // namespace pinion::campaigns
