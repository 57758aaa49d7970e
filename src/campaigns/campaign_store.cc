#include "campaigns/campaign_store.h"

#include "model/codec.h"
#include "storage/key.h"
#include "storage/record.h"

namespace pinion::campaigns {
namespace {

using storage::KeyReader;
using storage::KeySpace;
using storage::KeyWriter;

// Ordinals of one chunk of a stored list: at most 128 KiB.
constexpr uint64_t kChunkOrdinals = uint64_t{1} << 20;

// In front of the id of a due row or a deleted segment, which share a family.
constexpr uint8_t kDueCampaign = 0;
constexpr uint8_t kDueSegment = 1;

std::string RecordPrefix(const base::AppId& app) {
  return KeyWriter(KeySpace::kCampaign).Text(app.value()).Take();
}

std::string RecordKey(const base::AppId& app, std::string_view id) {
  return KeyWriter(KeySpace::kCampaign).Text(app.value()).Text(id).Take();
}

std::string VersionsPrefix(const base::AppId& app, std::string_view id) {
  return KeyWriter(KeySpace::kCampaignVersion).Text(app.value()).Text(id).Take();
}

std::string VersionKey(const base::AppId& app, std::string_view id, int32_t version) {
  return KeyWriter(KeySpace::kCampaignVersion)
      .Text(app.value())
      .Text(id)
      .U32(static_cast<uint32_t>(version))
      .Take();
}

std::string ActivitiesPrefix(const base::AppId& app, std::string_view id) {
  return KeyWriter(KeySpace::kCampaignActivity).Text(app.value()).Text(id).Take();
}

std::string ActivityKey(const base::AppId& app, std::string_view id, std::string_view activity) {
  return KeyWriter(KeySpace::kCampaignActivity).Text(app.value()).Text(id).Text(activity).Take();
}

std::string RunRecordKey(const RunKey& key) {
  return KeyWriter(KeySpace::kRunCursor).Text(key.app.value()).Text(key.activity.value()).Take();
}

std::string ListsPrefix(const RunKey& key) {
  return KeyWriter(KeySpace::kRunAudience).Text(key.app.value()).Text(key.activity.value()).Take();
}

std::string ListPrefix(const RunKey& key, RunList list) {
  return KeyWriter(KeySpace::kRunAudience)
      .Text(key.app.value())
      .Text(key.activity.value())
      .U8(static_cast<uint8_t>(list))
      .Take();
}

std::string DueCampaignKey(const CampaignStore::Due& due) {
  return KeyWriter(KeySpace::kCampaignDue)
      .U8(kDueCampaign)
      .Text(due.app.value())
      .Text(due.campaign_id)
      .Text(due.treatment_id)
      .Take();
}

std::string DueSegmentKey(const CampaignStore::DeletedSegment& segment) {
  return KeyWriter(KeySpace::kCampaignDue)
      .U8(kDueSegment)
      .Text(segment.app.value())
      .Text(segment.segment_id)
      .Take();
}

KeyWriter LiveKey(const base::AppId& app, CampaignStore::LiveKind kind) {
  KeyWriter key(KeySpace::kCampaignTrigger);
  key.Text(app.value()).U8(static_cast<uint8_t>(kind));
  return key;
}

constexpr CampaignStore::LiveKind kLiveKinds[] = {CampaignStore::LiveKind::kInApp,
                                                  CampaignStore::LiveKind::kEvent};

// Fields of a live treatment, on disk.
enum LiveField : uint32_t { kLiveVersion = 1, kLiveCreated = 2, kLiveActivity = 3 };

base::Error Damaged(std::string_view what) {
  return base::Internal("The key of a " + std::string(what) + " is damaged.");
}

// Decodes every value below `prefix` until `visit` returns false.
template <class T, class Visit>
base::Status ScanRecords(const storage::Reader& store,
                         const storage::ScanRange& range,
                         const Visit& visit) {
  base::Status failure;
  PINION_CHECK(store.Scan(range, [&](std::string_view, std::string_view bytes) {
    auto record = model::Decode<T>(bytes);
    if (!record.ok()) {
      failure = std::move(record).error();
      return false;
    }
    return visit(*std::move(record));
  }));
  return failure;
}

template <class T>
base::Result<std::optional<T>> Find(const storage::Reader& store, const std::string& key) {
  PINION_TRY(const std::optional<std::string> bytes, store.Get(key));
  if (!bytes) {
    return std::optional<T>();
  }
  PINION_TRY(auto record, model::Decode<T>(*bytes));
  return std::optional<T>(std::move(record));
}

}  // namespace

base::Result<std::optional<model::CampaignRecord>> CampaignStore::FindRecord(
    const base::AppId& app, std::string_view id) const {
  return Find<model::CampaignRecord>(store_, RecordKey(app, id));
}

base::Result<model::CampaignRecord> CampaignStore::ReadRecord(const base::AppId& app,
                                                              std::string_view id) const {
  PINION_TRY(auto record, FindRecord(app, id));
  if (!record) {
    return base::NotFound("Resource not found");
  }
  return *std::move(record);
}

base::Result<std::optional<model::CampaignVersionRecord>> CampaignStore::FindVersion(
    const base::AppId& app, std::string_view id, int32_t version) const {
  return Find<model::CampaignVersionRecord>(store_, VersionKey(app, id, version));
}

base::Result<model::CampaignVersionRecord> CampaignStore::ReadVersion(const base::AppId& app,
                                                                      std::string_view id,
                                                                      int32_t version) const {
  PINION_TRY(auto found, FindVersion(app, id, version));
  if (!found) {
    return base::Internal("Version " + std::to_string(version) + " of campaign " + std::string(id) +
                          " is missing in the store.");
  }
  return *std::move(found);
}

base::Status CampaignStore::VisitVersions(
    const base::AppId& app,
    std::string_view id,
    int32_t from,
    const std::function<bool(model::CampaignVersionRecord)>& visit) const {
  const std::string prefix = VersionsPrefix(app, id);
  const std::string first = from > 0 ? VersionKey(app, id, from) : std::string();
  return ScanRecords<model::CampaignVersionRecord>(
      store_, {.prefix = prefix, .from = first, .direction = storage::Direction::kBackward}, visit);
}

base::Status CampaignStore::VisitRecords(
    const base::AppId& app, const std::function<void(model::CampaignRecord)>& visit) const {
  const std::string prefix = RecordPrefix(app);
  return ScanRecords<model::CampaignRecord>(
      store_, {.prefix = prefix}, [&visit](model::CampaignRecord record) {
        visit(std::move(record));
        return true;
      });
}

base::Result<std::vector<model::CampaignActivityRecord>> CampaignStore::Activities(
    const base::AppId& app, std::string_view id) const {
  std::vector<model::CampaignActivityRecord> activities;
  const std::string prefix = ActivitiesPrefix(app, id);
  PINION_CHECK(ScanRecords<model::CampaignActivityRecord>(
      store_, {.prefix = prefix}, [&activities](model::CampaignActivityRecord record) {
        activities.push_back(std::move(record));
        return true;
      }));
  return activities;
}

base::Result<std::optional<model::CampaignActivityRecord>> CampaignStore::FindActivity(
    const base::AppId& app, std::string_view id, std::string_view activity) const {
  return Find<model::CampaignActivityRecord>(store_, ActivityKey(app, id, activity));
}

base::Result<std::optional<RunRecord>> CampaignStore::FindRun(const RunKey& key) const {
  PINION_TRY(const std::optional<std::string> bytes, store_.Get(RunRecordKey(key)));
  if (!bytes) {
    return std::optional<RunRecord>();
  }
  PINION_TRY(RunRecord run, DecodeRunRecord(*bytes));
  return std::optional(std::move(run));
}

base::Result<std::vector<std::pair<RunKey, RunRecord>>> CampaignStore::Runs() const {
  std::vector<std::pair<RunKey, RunRecord>> runs;
  base::Status failure;
  const std::string prefix = KeyWriter(KeySpace::kRunCursor).Take();
  PINION_CHECK(store_.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view bytes) {
    KeyReader reader(key);
    RunKey run_key{.app = base::AppId(reader.Text()), .activity = base::ActivityId(reader.Text())};
    auto run = DecodeRunRecord(bytes);
    if (!run.ok() || !reader.AtEnd()) {
      failure = run.ok() ? Damaged("run") : std::move(run).error();
      return false;
    }
    runs.emplace_back(std::move(run_key), *std::move(run));
    return true;
  }));
  PINION_CHECK(std::move(failure));
  return runs;
}

base::Result<bitmap::Bitmap> CampaignStore::ReadList(const RunKey& key, RunList list) const {
  bitmap::Bitmap members;
  base::Status failure;
  const std::string prefix = ListPrefix(key, list);
  PINION_CHECK(store_.Scan({.prefix = prefix}, [&](std::string_view, std::string_view bytes) {
    auto chunk = bitmap::Bitmap::Deserialize(bytes);
    if (!chunk.ok()) {
      failure = base::Internal("A list of a campaign run is damaged.");
      return false;
    }
    members |= *chunk;
    return true;
  }));
  PINION_CHECK(std::move(failure));
  return members;
}

void CampaignStore::Put(const base::AppId& app,
                        const model::CampaignRecord& record,
                        storage::WriteBatch& batch) {
  batch.Put(RecordKey(app, record.id), model::ToJson(record));
}

void CampaignStore::Put(const base::AppId& app,
                        std::string_view id,
                        const model::CampaignVersionRecord& version,
                        storage::WriteBatch& batch) {
  batch.Put(VersionKey(app, id, version.version), model::ToJson(version));
}

void CampaignStore::Put(const base::AppId& app,
                        std::string_view id,
                        const model::CampaignActivityRecord& activity,
                        storage::WriteBatch& batch) {
  batch.Put(ActivityKey(app, id, activity.id), model::ToJson(activity));
}

void CampaignStore::Put(const RunKey& key, const RunRecord& run, storage::WriteBatch& batch) {
  batch.Put(RunRecordKey(key), Encode(run));
}

void CampaignStore::PutList(const RunKey& key,
                            RunList list,
                            const bitmap::Bitmap& members,
                            storage::WriteBatch& batch) {
  std::optional<uint32_t> first = members.Min();
  while (first) {
    const uint64_t chunk = *first / kChunkOrdinals;
    const uint64_t end = (chunk + 1) * kChunkOrdinals;
    const bitmap::Bitmap part = members & bitmap::Bitmap::Range(chunk * kChunkOrdinals, end);
    batch.Put(
        ListPrefix(key, list) +
            KeyWriter(KeySpace::kRunAudience).U32(static_cast<uint32_t>(chunk)).Take().substr(1),
        part.Serialize());
    first = end > UINT32_MAX ? std::nullopt : members.NextFrom(static_cast<uint32_t>(end));
  }
}

void CampaignStore::DeleteRun(const RunKey& key, storage::WriteBatch& batch) {
  batch.Delete(RunRecordKey(key));
  batch.DeletePrefix(ListsPrefix(key));
  batch.DeletePrefix(KeyWriter(KeySpace::kCampaignTriggerQueue)
                         .Text(key.app.value())
                         .Text(key.activity.value())
                         .Take());
}

void CampaignStore::DeleteCampaign(const base::AppId& app,
                                   std::string_view id,
                                   storage::WriteBatch& batch) {
  batch.Delete(RecordKey(app, id));
  batch.DeletePrefix(VersionsPrefix(app, id));
  batch.DeletePrefix(ActivitiesPrefix(app, id));
  for (const LiveKind kind : kLiveKinds) {
    batch.DeletePrefix(LiveKey(app, kind).Text(id).Take());
  }
  for (const KeySpace space : {KeySpace::kInAppMessage, KeySpace::kSendCount}) {
    batch.DeletePrefix(KeyWriter(space).Text(app.value()).Text(id).Take());
  }
}

void CampaignStore::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  for (const KeySpace space : {KeySpace::kCampaign,
                               KeySpace::kCampaignVersion,
                               KeySpace::kCampaignActivity,
                               KeySpace::kRunAudience,
                               KeySpace::kRunCursor,
                               KeySpace::kCampaignTrigger,
                               KeySpace::kInAppMessage,
                               KeySpace::kSendCount,
                               KeySpace::kCampaignTriggerQueue,
                               KeySpace::kCampaignCounter}) {
    batch.DeletePrefix(KeyWriter(space).Text(app.value()).Take());
  }
  for (const uint8_t kind : {kDueCampaign, kDueSegment}) {
    batch.DeletePrefix(KeyWriter(KeySpace::kCampaignDue).U8(kind).Text(app.value()).Take());
  }
}

base::Result<std::vector<CampaignStore::Due>> CampaignStore::DueOccurrences() const {
  std::vector<Due> found;
  const std::string prefix = KeyWriter(KeySpace::kCampaignDue).U8(kDueCampaign).Take();
  PINION_CHECK(store_.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view bytes) {
    KeyReader reader(key);
    reader.U8();
    Due due;
    due.app = base::AppId(reader.Text());
    due.campaign_id = reader.Text();
    due.treatment_id = reader.Text();
    storage::KeyReader value(bytes);
    due.at = value.Time();
    found.push_back(std::move(due));
    return true;
  }));
  return found;
}

void CampaignStore::PutDue(const Due& due, storage::WriteBatch& batch) {
  batch.Put(DueCampaignKey(due), KeyWriter(KeySpace::kCampaignDue).Time(due.at).Take());
}

void CampaignStore::DeleteDue(const Due& due, storage::WriteBatch& batch) {
  batch.Delete(DueCampaignKey(due));
}

base::Result<std::vector<CampaignStore::Live>> CampaignStore::LiveTreatments(const base::AppId& app,
                                                                             LiveKind kind) const {
  std::vector<Live> found;
  base::Status failure;
  const std::string prefix = LiveKey(app, kind).Take();
  PINION_CHECK(store_.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view bytes) {
    KeyReader reader(key);
    reader.Text();
    reader.U8();
    Live live;
    live.campaign_id = reader.Text();
    live.treatment_id = reader.Text();
    storage::RecordReader fields(bytes);
    while (fields.Next()) {
      switch (fields.field()) {
        case kLiveVersion:
          live.version = static_cast<int32_t>(fields.Uint());
          break;
        case kLiveCreated:
          live.created_at = fields.Time();
          break;
        case kLiveActivity:
          live.activity_id = fields.Text();
          break;
      }
    }
    failure = fields.Finish("live campaign");
    found.push_back(std::move(live));
    return failure.ok();
  }));
  PINION_CHECK(std::move(failure));
  return found;
}

void CampaignStore::PutLive(const base::AppId& app,
                            LiveKind kind,
                            const Live& live,
                            storage::WriteBatch& batch) {
  batch.Put(LiveKey(app, kind).Text(live.campaign_id).Text(live.treatment_id).Take(),
            storage::RecordWriter()
                .Uint(kLiveVersion, static_cast<uint64_t>(live.version))
                .Time(kLiveCreated, live.created_at)
                .Text(kLiveActivity, live.activity_id)
                .Take());
}

void CampaignStore::DeleteLive(const base::AppId& app,
                               std::string_view campaign,
                               std::string_view treatment,
                               storage::WriteBatch& batch) {
  for (const LiveKind kind : kLiveKinds) {
    batch.Delete(LiveKey(app, kind).Text(campaign).Text(treatment).Take());
  }
}

base::Result<std::vector<CampaignStore::DeletedSegment>> CampaignStore::DeletedSegments() const {
  std::vector<DeletedSegment> found;
  const std::string prefix = KeyWriter(KeySpace::kCampaignDue).U8(kDueSegment).Take();
  PINION_CHECK(store_.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view) {
    KeyReader reader(key);
    reader.U8();
    DeletedSegment segment;
    segment.app = base::AppId(reader.Text());
    segment.segment_id = reader.Text();
    found.push_back(std::move(segment));
    return true;
  }));
  return found;
}

void CampaignStore::PutDeletedSegment(const DeletedSegment& segment, storage::WriteBatch& batch) {
  batch.Put(DueSegmentKey(segment), "");
}

void CampaignStore::RemoveDeletedSegment(const DeletedSegment& segment,
                                         storage::WriteBatch& batch) {
  batch.Delete(DueSegmentKey(segment));
}

}  // namespace pinion::campaigns
