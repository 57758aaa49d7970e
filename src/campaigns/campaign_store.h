// The records of campaigns: keys, reading, writing into a batch. Who changes a campaign holds the
// write lock from reading its record to applying the batch; there is one for the service and the
// runner. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "bitmap/bitmap.h"
#include "campaigns/run_record.h"
#include "model/campaigns.h"
#include "storage/key_value_store.h"

namespace pinion::campaigns {

// The two lists of a run. Numbers are on disk.
enum class RunList : uint8_t {
  kTargets = 0,     // who passed the filters before the hand-over
  kDuplicates = 1,  // whose address another endpoint of the list has; they get a record only
};

// A run as it is addressed.
struct RunKey {
  base::AppId app;
  base::ActivityId activity;
  auto operator<=>(const RunKey&) const = default;
};

class CampaignStore {
 public:
  explicit CampaignStore(storage::KeyValueStore& store) : store_(store) {}

  [[nodiscard]] std::unique_lock<std::mutex> LockForWriting() { return std::unique_lock(writes_); }
  storage::KeyValueStore& store() { return store_; }

  base::Result<std::optional<model::CampaignRecord>> FindRecord(const base::AppId& app,
                                                                std::string_view id) const;
  // kNotFound.
  base::Result<model::CampaignRecord> ReadRecord(const base::AppId& app, std::string_view id) const;
  base::Result<std::optional<model::CampaignVersionRecord>> FindVersion(const base::AppId& app,
                                                                        std::string_view id,
                                                                        int32_t version) const;
  // kInternal: a version that a record names is there.
  base::Result<model::CampaignVersionRecord> ReadVersion(const base::AppId& app,
                                                         std::string_view id,
                                                         int32_t version) const;
  // From version `from` (0: the latest) downwards until `visit` returns false.
  base::Status VisitVersions(const base::AppId& app,
                             std::string_view id,
                             int32_t from,
                             const std::function<bool(model::CampaignVersionRecord)>& visit) const;
  base::Status VisitRecords(const base::AppId& app,
                            const std::function<void(model::CampaignRecord)>& visit) const;
  base::Result<std::vector<model::CampaignActivityRecord>> Activities(const base::AppId& app,
                                                                      std::string_view id) const;
  base::Result<std::optional<model::CampaignActivityRecord>> FindActivity(
      const base::AppId& app, std::string_view id, std::string_view activity) const;
  base::Result<std::optional<RunRecord>> FindRun(const RunKey& key) const;
  base::Result<std::vector<std::pair<RunKey, RunRecord>>> Runs() const;
  base::Result<bitmap::Bitmap> ReadList(const RunKey& key, RunList list) const;

  static void Put(const base::AppId& app,
                  const model::CampaignRecord& record,
                  storage::WriteBatch& batch);
  static void Put(const base::AppId& app,
                  std::string_view id,
                  const model::CampaignVersionRecord& version,
                  storage::WriteBatch& batch);
  static void Put(const base::AppId& app,
                  std::string_view id,
                  const model::CampaignActivityRecord& activity,
                  storage::WriteBatch& batch);
  static void Put(const RunKey& key, const RunRecord& run, storage::WriteBatch& batch);
  static void PutList(const RunKey& key,
                      RunList list,
                      const bitmap::Bitmap& members,
                      storage::WriteBatch& batch);
  // Position and lists of a run.
  static void DeleteRun(const RunKey& key, storage::WriteBatch& batch);
  // The campaign with its versions and activities; its counters stay (CMP-1205).
  static void DeleteCampaign(const base::AppId& app,
                             std::string_view id,
                             storage::WriteBatch& batch);
  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

  // Treatments whose timer has fired and that were not dealt with yet.
  struct Due {
    base::AppId app;
    std::string campaign_id;
    std::string treatment_id;
    base::Timestamp at;
  };
  base::Result<std::vector<Due>> DueOccurrences() const;
  static void PutDue(const Due& due, storage::WriteBatch& batch);
  static void DeleteDue(const Due& due, storage::WriteBatch& batch);

  // Treatments that act on events now: EXECUTING with Frequency EVENT or IN_APP_EVENT.
  enum class LiveKind : uint8_t { kInApp = 0, kEvent = 1 };  // numbers are on disk
  struct Live {
    std::string campaign_id;
    std::string treatment_id;
    int32_t version = 0;
    base::Timestamp created_at;  // the campaign
    std::string activity_id;
  };
  // By campaign, then treatment.
  base::Result<std::vector<Live>> LiveTreatments(const base::AppId& app, LiveKind kind) const;
  static void PutLive(const base::AppId& app,
                      LiveKind kind,
                      const Live& live,
                      storage::WriteBatch& batch);
  // Of both kinds.
  static void DeleteLive(const base::AppId& app,
                         std::string_view campaign,
                         std::string_view treatment,
                         storage::WriteBatch& batch);

  // Segments whose deletion has still to reach their campaigns.
  struct DeletedSegment {
    base::AppId app;
    std::string segment_id;
  };
  base::Result<std::vector<DeletedSegment>> DeletedSegments() const;
  static void PutDeletedSegment(const DeletedSegment& segment, storage::WriteBatch& batch);
  static void RemoveDeletedSegment(const DeletedSegment& segment, storage::WriteBatch& batch);

 private:
  storage::KeyValueStore& store_;
  std::mutex writes_;
};

}  // namespace pinion::campaigns
