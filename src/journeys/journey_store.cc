#include "journeys/journey_store.h"

#include <charconv>
#include <utility>

#include "base/time_text.h"
#include "model/codec.h"
#include "storage/key.h"

namespace pinion::journeys {
namespace {

using storage::KeyReader;
using storage::KeySpace;
using storage::KeyWriter;

constexpr std::string_view kDeletedKind = "journey";

std::string RecordKey(const base::AppId& app, std::string_view id) {
  return KeyWriter(KeySpace::kJourney).Text(app.value()).Text(id).Take();
}

// Everything of one journey in a family whose keys begin with application and journey.
std::string PrefixOf(KeySpace space, const base::AppId& app, std::string_view id) {
  return KeyWriter(space).Text(app.value()).Text(id).Take();
}

std::string VersionKey(const base::AppId& app, std::string_view id, int32_t version) {
  return KeyWriter(KeySpace::kJourneyVersion)
      .Text(app.value())
      .Text(id)
      .U32(static_cast<uint32_t>(version))
      .Take();
}

std::string RunKey(const base::AppId& app, std::string_view id, std::string_view run) {
  return KeyWriter(KeySpace::kJourneyRun).Text(app.value()).Text(id).Text(run).Take();
}

KeyWriter CountsOf(const base::AppId& app, std::string_view id, const CountScope& scope) {
  KeyWriter key(KeySpace::kJourneyMetric);
  key.Text(app.value()).Text(id).Text(scope.run).Text(scope.activity);
  return key;
}

std::string DeletedIdKey(const base::AppId& app, std::string_view id) {
  return KeyWriter(KeySpace::kDeletedId).Text(kDeletedKind).Text(app.value()).Text(id).Take();
}

std::string DueKey(const JourneyStore::Due& due) {
  return KeyWriter(KeySpace::kJourneyDue)
      .U8(static_cast<uint8_t>(due.kind))
      .Text(due.app.value())
      .Text(due.id)
      .Take();
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

template <class T>
base::Status VisitAll(const storage::Reader& store,
                      const std::string& prefix,
                      const std::function<void(T)>& visit) {
  base::Status failure;
  PINION_CHECK(store.Scan({.prefix = prefix}, [&](std::string_view, std::string_view bytes) {
    auto record = model::Decode<T>(bytes);
    if (!record.ok()) {
      failure = std::move(record).error();
      return false;
    }
    visit(*std::move(record));
    return true;
  }));
  return failure;
}

}  // namespace

base::Result<std::optional<model::JourneyRecord>> JourneyStore::FindRecord(
    const base::AppId& app, std::string_view id) const {
  return Find<model::JourneyRecord>(store_, RecordKey(app, id));
}

base::Result<model::JourneyRecord> JourneyStore::ReadRecord(const base::AppId& app,
                                                            std::string_view id) const {
  PINION_TRY(auto record, FindRecord(app, id));
  if (!record) {
    return base::NotFound("Resource not found");
  }
  return *std::move(record);
}

base::Result<model::WriteJourneyRequest> JourneyStore::ReadDefinition(
    const base::AppId& app, const model::JourneyRecord& record) const {
  PINION_TRY(auto found,
             Find<model::JourneyVersionRecord>(store_, VersionKey(app, record.id, record.version)));
  if (!found) {
    // Deleted between the two reads.
    PINION_CHECK(ReadRecord(app, record.id));
    return base::Internal("Version " + std::to_string(record.version) + " of journey " + record.id +
                          " is missing in the store.");
  }
  return std::move(found->journey);
}

base::Status JourneyStore::VisitRecords(
    const base::AppId& app, const std::function<void(model::JourneyRecord)>& visit) const {
  return VisitAll(store_, KeyWriter(KeySpace::kJourney).Text(app.value()).Take(), visit);
}

base::Status JourneyStore::VisitRuns(
    const base::AppId& app,
    std::string_view id,
    const std::function<void(model::JourneyRunRecord)>& visit) const {
  return VisitAll(store_, PrefixOf(KeySpace::kJourneyRun, app, id), visit);
}

base::Result<std::optional<model::JourneyRunRecord>> JourneyStore::FindRun(
    const base::AppId& app, std::string_view id, std::string_view run) const {
  return Find<model::JourneyRunRecord>(store_, RunKey(app, id, run));
}

base::Result<MetricCounts> JourneyStore::ReadCounts(const base::AppId& app,
                                                    std::string_view id,
                                                    const CountScope& scope) const {
  MetricCounts counts;
  base::Status failure;
  const std::string prefix = CountsOf(app, id, scope).Take();
  PINION_CHECK(store_.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view text) {
    KeyReader reader(key);
    for (int part = 0; part < 4; ++part) {
      reader.Text();
    }
    int64_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    std::string name = reader.Text();
    if (!reader.AtEnd() || read.ec != std::errc()) {
      failure = base::Internal("A count of a journey is damaged.");
      return false;
    }
    counts.emplace(std::move(name), count);
    return true;
  }));
  PINION_CHECK(std::move(failure));
  return counts;
}

base::Result<std::optional<base::Timestamp>> JourneyStore::DeletedAt(const base::AppId& app,
                                                                     std::string_view id) const {
  PINION_TRY(const auto text, store_.Get(DeletedIdKey(app, id)));
  return text ? base::ParseInstant(*text) : std::nullopt;
}

void JourneyStore::Put(const base::AppId& app,
                       const model::JourneyRecord& record,
                       storage::WriteBatch& batch) {
  batch.Put(RecordKey(app, record.id), model::ToJson(record));
}

void JourneyStore::PutDefinition(const base::AppId& app,
                                 const model::JourneyRecord& record,
                                 const model::WriteJourneyRequest& journey,
                                 storage::WriteBatch& batch) {
  model::JourneyVersionRecord version;
  version.version = record.version;
  version.journey = journey;
  batch.Put(VersionKey(app, record.id, record.version), model::ToJson(version));
}

void JourneyStore::Put(const base::AppId& app,
                       std::string_view id,
                       const model::JourneyRunRecord& run,
                       storage::WriteBatch& batch) {
  batch.Put(RunKey(app, id, run.id), model::ToJson(run));
}

void JourneyStore::PutCount(const base::AppId& app,
                            std::string_view id,
                            const CountScope& scope,
                            std::string_view name,
                            int64_t count,
                            storage::WriteBatch& batch) {
  batch.Put(CountsOf(app, id, scope).Text(name).Take(), std::to_string(count));
}

void JourneyStore::DeleteJourney(const base::AppId& app,
                                 std::string_view id,
                                 base::Timestamp now,
                                 storage::WriteBatch& batch) {
  batch.Delete(RecordKey(app, id));
  for (const KeySpace space :
       {KeySpace::kJourneyVersion, KeySpace::kJourneyRun, KeySpace::kJourneyMetric}) {
    batch.DeletePrefix(PrefixOf(space, app, id));
  }
  batch.Put(DeletedIdKey(app, id), base::FormatIso8601(now));
}

void JourneyStore::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  for (const KeySpace space : {KeySpace::kJourney,
                               KeySpace::kJourneyVersion,
                               KeySpace::kJourneyRun,
                               KeySpace::kJourneyMetric}) {
    batch.DeletePrefix(KeyWriter(space).Text(app.value()).Take());
  }
  batch.DeletePrefix(KeyWriter(KeySpace::kDeletedId).Text(kDeletedKind).Text(app.value()).Take());
  for (const Due::Kind kind : {Due::Kind::kEntryEnds, Due::Kind::kSegmentDeleted}) {
    batch.DeletePrefix(
        KeyWriter(KeySpace::kJourneyDue).U8(static_cast<uint8_t>(kind)).Text(app.value()).Take());
  }
}

base::Result<std::vector<JourneyStore::Due>> JourneyStore::ReadDue() const {
  std::vector<Due> found;
  const std::string prefix = KeyWriter(KeySpace::kJourneyDue).Take();
  PINION_CHECK(store_.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view) {
    KeyReader reader(key);
    const auto kind = static_cast<Due::Kind>(reader.U8());
    base::AppId app(reader.Text());
    found.push_back({.kind = kind, .app = std::move(app), .id = reader.Text()});
    return true;
  }));
  return found;
}

void JourneyStore::PutDue(const Due& due, storage::WriteBatch& batch) {
  batch.Put(DueKey(due), "");
}

void JourneyStore::DeleteDue(const Due& due, storage::WriteBatch& batch) {
  batch.Delete(DueKey(due));
}

}  // namespace pinion::journeys
