// What became of the messages of campaigns, counted from the event log: per campaign, activity,
// treatment and day (CMP-1205). Counts and the position in the log are one write, so every event
// counts exactly once. Consume is called by one thread; reading is thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "campaigns/execution_metrics.h"
#include "eventlog/consumer.h"
#include "model/campaigns.h"
#include "storage/key_value_store.h"

namespace pinion::campaigns {

struct OutcomeCounts {
  // Numbers are on disk.
  enum Count : uint8_t {
    kRecords = 0,  // every `_campaign.send`
    kSent = 1,
    kDelivered = 2,
    kHardBounced = 3,
    kSoftBounced = 4,
    kComplained = 5,
    kRejected = 6,
    kOpened = 7,
    kClicked = 8,
    kUnsubscribed = 9,
    kSmsParts = 10,
    kTargeted = 11,
    kInAppDisplayed = 12,
    kInAppDismissed = 13,
    kInAppClicked = 14,
    kInAppReached = 15,  // different endpoints that have displayed it
    kInAppGiven = 16,    // different endpoints that were given it
  };
  static constexpr size_t kCountCount = 17;

  std::array<uint64_t, kCountCount> counts{};
  double price_in_millicents = 0;
  ExecutionMetrics outcomes;  // SUCCESS and the words after it

  void Add(const OutcomeCounts& other);
  bool operator==(const OutcomeCounts&) const = default;
};

// Who writes a row: no two write the same one. Numbers are on disk.
enum class CounterWriter : uint8_t { kEvents = 0, kRun = 1, kInAppEvents = 2, kInAppRequests = 3 };

// Where something is counted; views.
struct CounterPlace {
  const base::AppId& app;
  std::string_view campaign;
  std::string_view activity;
  std::string_view treatment;
  base::Timestamp at;  // its day counts
  CounterWriter writer;
};

// What one batch adds to the rows of its writer.
class CounterChanges {
 public:
  OutcomeCounts& Of(const CounterPlace& place);
  // Adds the new sums to `batch`. The caller is the only one to write these rows until it is
  // applied.
  base::Status WriteTo(const storage::Reader& store, storage::WriteBatch& batch) const;

 private:
  std::map<std::string, OutcomeCounts> rows_;
};

class CampaignCounters final : public eventlog::Consumer {
 public:
  // Must outlive it. `on_records`: called, after the counts have been stored, when `_campaign.send`
  // records were among them.
  explicit CampaignCounters(storage::KeyValueStore& store) : store_(store) {}
  void SetListener(std::function<void()> on_records) { on_records_ = std::move(on_records); }

  std::string_view name() const override { return "campaign-counters"; }
  base::Status Consume(std::span<const eventlog::LoggedEvent> events,
                       storage::WriteBatch& batch) override;
  void OnApplied() override;

  // Sums over days and treatments.
  base::Result<OutcomeCounts> OfActivity(const base::AppId& app,
                                         std::string_view campaign,
                                         std::string_view activity) const;
  base::Result<OutcomeCounts> OfCampaign(const base::AppId& app, std::string_view campaign) const;

  // Who was targeted is told by the run, in its own batch: the number so far (CMP-604).
  static void PutTargeted(const base::AppId& app,
                          std::string_view campaign,
                          std::string_view activity,
                          std::string_view treatment,
                          base::Timestamp day_of,
                          uint64_t targeted,
                          storage::WriteBatch& batch);

 private:
  base::Result<OutcomeCounts> Sum(const std::string& prefix) const;

  storage::KeyValueStore& store_;
  std::function<void()> on_records_;
  bool has_records_ = false;
};

model::CampaignCounters ToResponse(const OutcomeCounts& counts);

}  // namespace pinion::campaigns
