// Brings the event log into the analytics tables: a consumer of the log whose position lives in the
// tables. It takes events only once they are durable, so that the tables never know of one that a
// power cut takes back.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "analytics/analytics_store.h"
#include "base/ids.h"
#include "base/result.h"
#include "eventlog/consumer.h"
#include "eventlog/event_log.h"
#include "storage/group_commit.h"
#include "storage/key_value_store.h"

namespace pinion::analytics {

class AnalyticsFeed final : public eventlog::Consumer {
 public:
  static constexpr std::string_view kName = "analytics";

  struct Options {
    // Events of one transaction, and the real time that it waits for them to come together: a
    // transaction costs the same for one event as for thousands.
    size_t batch_max = 8192;
    std::chrono::milliseconds gather_time{250};
  };
  // All must outlive it.
  struct Dependencies {
    AnalyticsStore& analytics;
    eventlog::EventLog& log;
    storage::KeyValueStore& store;
    storage::GroupCommit& commit;  // of the store
  };
  AnalyticsFeed(const Dependencies& dependencies, Options options)
      : deps_(dependencies), options_(options) {}

  // Opens the tables in `database` and finishes deletions that a crash has interrupted. After the
  // log's Open.
  base::Status Open(std::unique_ptr<SqlDatabase> database);

  // DeleteApp (KPI-32): the mark that goes with the deletion, then the deletion itself. What fails
  // or dies between the two is done at the next start.
  static void MarkDeletion(const base::AppId& app, storage::WriteBatch& batch);
  void Delete(const base::AppId& app);

  std::string_view name() const override { return kName; }
  base::Result<std::optional<eventlog::Position>> OwnPosition() override;
  size_t batch_max() const override { return options_.batch_max; }
  std::chrono::milliseconds gather_time() const override { return options_.gather_time; }
  base::Status Consume(std::span<const eventlog::LoggedEvent> events,
                       storage::WriteBatch& batch) override;

 private:
  void TellProgress(eventlog::Position reached);

  const Dependencies deps_;
  const Options options_;
  std::optional<std::chrono::steady_clock::time_point> told_at_;  // on the consumer's thread
};

}  // namespace pinion::analytics
