// The records of journeys: keys, reading, writing into a batch. The small record of state and tags
// and the large definition are kept apart, so that a change of state does not write the definition
// again. Who changes a journey holds the write lock from reading its record to applying the batch.
// Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "journeys/journey_metrics.h"
#include "model/journeys.h"
#include "storage/key_value_store.h"

namespace pinion::journeys {

// What is counted: the journey or one run of it, as a whole or at one activity.
struct CountScope {
  std::string_view run = {};       // "" counts over all runs
  std::string_view activity = {};  // "" counts the journey or run as a whole
};

class JourneyStore {
 public:
  explicit JourneyStore(storage::KeyValueStore& store) : store_(store) {}

  [[nodiscard]] std::unique_lock<std::mutex> LockForWriting() { return std::unique_lock(writes_); }
  storage::KeyValueStore& store() { return store_; }

  base::Result<std::optional<model::JourneyRecord>> FindRecord(const base::AppId& app,
                                                               std::string_view id) const;
  // kNotFound.
  base::Result<model::JourneyRecord> ReadRecord(const base::AppId& app, std::string_view id) const;
  // The definition in the version that `record` names. kNotFound when the journey was deleted
  // meanwhile; kInternal when the definition alone is missing.
  base::Result<model::WriteJourneyRequest> ReadDefinition(const base::AppId& app,
                                                          const model::JourneyRecord& record) const;
  base::Status VisitRecords(const base::AppId& app,
                            const std::function<void(model::JourneyRecord)>& visit) const;
  base::Status VisitRuns(const base::AppId& app,
                         std::string_view id,
                         const std::function<void(model::JourneyRunRecord)>& visit) const;
  base::Result<std::optional<model::JourneyRunRecord>> FindRun(const base::AppId& app,
                                                               std::string_view id,
                                                               std::string_view run) const;
  base::Result<MetricCounts> ReadCounts(const base::AppId& app,
                                        std::string_view id,
                                        const CountScope& scope) const;
  // When an id that a caller chose was last given up (API-72).
  base::Result<std::optional<base::Timestamp>> DeletedAt(const base::AppId& app,
                                                         std::string_view id) const;

  static void Put(const base::AppId& app,
                  const model::JourneyRecord& record,
                  storage::WriteBatch& batch);
  static void PutDefinition(const base::AppId& app,
                            const model::JourneyRecord& record,
                            const model::WriteJourneyRequest& journey,
                            storage::WriteBatch& batch);
  static void Put(const base::AppId& app,
                  std::string_view id,
                  const model::JourneyRunRecord& run,
                  storage::WriteBatch& batch);
  static void PutCount(const base::AppId& app,
                       std::string_view id,
                       const CountScope& scope,
                       std::string_view name,
                       int64_t count,
                       storage::WriteBatch& batch);
  // The journey with definition, runs and counts; its id rests from `now` on.
  static void DeleteJourney(const base::AppId& app,
                            std::string_view id,
                            base::Timestamp now,
                            storage::WriteBatch& batch);
  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

  // Something that is certain to happen to journeys and has still to be carried out. It is written
  // with its cause and removed with its effect, so a crash in between loses nothing.
  struct Due {
    enum class Kind : uint8_t {
      kEntryEnds = 0,       // `id` is a journey whose EndTime has passed
      kSegmentDeleted = 1,  // `id` is the segment
    };
    Kind kind;
    base::AppId app;
    std::string id;
  };
  base::Result<std::vector<Due>> ReadDue() const;
  static void PutDue(const Due& due, storage::WriteBatch& batch);
  static void DeleteDue(const Due& due, storage::WriteBatch& batch);

 private:
  storage::KeyValueStore& store_;
  std::mutex writes_;
};

}  // namespace pinion::journeys
