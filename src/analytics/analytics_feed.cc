#include "analytics/analytics_feed.h"

#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "storage/key.h"

namespace pinion::analytics {
namespace {

using namespace std::chrono_literals;

// Being behind by more than this is worth a line in the log, so often.
constexpr eventlog::Position kBehindWorthTelling = 50'000;
constexpr auto kTellEvery = 5s;

constexpr std::string_view kDeletion = "deletion";

storage::KeyWriter DeletionKeys() {
  storage::KeyWriter key(storage::KeySpace::kAnalyticsState);
  key.Text(kDeletion);
  return key;
}

std::string DeletionKey(const base::AppId& app) {
  return DeletionKeys().Text(app.value()).Take();
}

}  // namespace

base::Status AnalyticsFeed::Open(std::unique_ptr<SqlDatabase> database) {
  PINION_CHECK(deps_.analytics.Open(std::move(database)));
  if (deps_.analytics.position() > deps_.log.end()) {
    base::Log(base::LogLevel::kWarning,
              "analytics",
              "The tables tell of more than the event log has; they are built anew",
              {{"position", std::to_string(deps_.analytics.position())},
               {"end", std::to_string(deps_.log.end())}});
    PINION_CHECK(deps_.analytics.Clear());
  }
  std::vector<base::AppId> interrupted;
  const auto take = [&](std::string_view, std::string_view app) {
    interrupted.emplace_back(app);
    return true;
  };
  PINION_CHECK(deps_.store.Scan({.prefix = DeletionKeys().Take()}, take));
  for (const base::AppId& app : interrupted) {
    Delete(app);
  }
  return {};
}

void AnalyticsFeed::MarkDeletion(const base::AppId& app, storage::WriteBatch& batch) {
  batch.Put(DeletionKey(app), app.value());
}

void AnalyticsFeed::Delete(const base::AppId& app) {
  base::Status status = deps_.analytics.DeleteApp(app, deps_.log.end());
  if (status.ok()) {
    storage::WriteBatch batch;
    batch.Delete(DeletionKey(app));
    const auto applied = deps_.store.Apply(batch);
    status = applied.ok() ? base::Status() : base::Status(applied.error());
  }
  if (!status.ok()) {
    base::Log(base::LogLevel::kError,
              "analytics",
              "A deleted application's rows stay until the next start",
              {{"application", app.value()}, {"error", status.error().message}});
  }
}

base::Result<std::optional<eventlog::Position>> AnalyticsFeed::OwnPosition() {
  return std::optional(deps_.analytics.position());
}

base::Status AnalyticsFeed::Consume(std::span<const eventlog::LoggedEvent> events,
                                    storage::WriteBatch&) {
  PINION_CHECK(deps_.commit.WaitUntilDurable(deps_.store.LastSequence()));
  PINION_CHECK(deps_.analytics.Add(events));
  TellProgress(events.back().position);
  return {};
}

void AnalyticsFeed::TellProgress(eventlog::Position reached) {
  const eventlog::Position end = deps_.log.end();
  const auto now = std::chrono::steady_clock::now();
  if (end < reached + kBehindWorthTelling) {
    told_at_.reset();
  } else if (!told_at_ || now >= *told_at_ + kTellEvery) {
    told_at_ = now;
    base::Log(base::LogLevel::kInfo,
              "analytics",
              "The tables catch up with the event log",
              {{"position", std::to_string(reached)}, {"end", std::to_string(end)}});
  }
}

}  // namespace pinion::analytics
