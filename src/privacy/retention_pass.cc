#include "privacy/retention_pass.h"

#include <algorithm>
#include <utility>

#include "privacy/privacy_store.h"

namespace pinion::privacy {

base::Status RetentionPass::Run() const {
  std::vector<base::AppId> apps;
  PINION_CHECK(deps_.applications.ForEach([&apps](const base::AppId& app) {
    apps.push_back(app);
    return base::Status();
  }));
  for (const base::AppId& app : apps) {
    PINION_CHECK(OfApplication(app));
    if (deps_.stopping) {
      return {};
    }
  }
  return RemoveExports();
}

base::Status RetentionPass::OfApplication(const base::AppId& app) const {
  PINION_TRY(const RetentionDays days, deps_.settings.Days(app));
  const base::Timestamp now = deps_.clock.Now();
  if (days.message_bodies > 0) {
    PINION_CHECK(RemoveMessages(
        app, now - std::chrono::days(days.message_bodies), &delivery::MessageLog::RemoveContent));
  }
  if (days.messages > 0) {
    PINION_CHECK(
        RemoveMessages(app, now - std::chrono::days(days.messages), &delivery::MessageLog::Remove));
  }
  if (days.events > 0) {
    PINION_CHECK(RemoveEvents(app, now - std::chrono::days(days.events)));
  }
  return {};
}

base::Status RetentionPass::RemoveMessages(const base::AppId& app,
                                           base::Timestamp before,
                                           Remover remove) const {
  std::string after;
  do {
    storage::WriteBatch batch;
    PINION_TRY(const auto removed,
               (messages_.*remove)(
                   app, {.at = before, .after = after, .examined_max = deps_.batch_max}, batch));
    if (!batch.empty()) {
      PINION_CHECK(deps_.store.Apply(batch));
    }
    after = removed.next;
  } while (!after.empty() && !deps_.stopping);
  return {};
}

base::Status RetentionPass::RemoveEvents(const base::AppId& app, base::Timestamp before) const {
  eventlog::Position read_by_all = deps_.events.end();
  for (const eventlog::ConsumerLag& consumer : deps_.consumers.Lags()) {
    read_by_all = std::min(read_by_all, consumer.cursor);
  }
  size_t removed = 0;
  do {
    storage::WriteBatch batch;
    PINION_TRY(
        removed,
        deps_.events.Remove(
            app, {.arrived = before, .up_to = read_by_all, .chunks_max = deps_.batch_max}, batch));
    if (!batch.empty()) {
      PINION_CHECK(deps_.store.Apply(batch));
    }
  } while (removed == deps_.batch_max && !deps_.stopping);
  return deps_.analytics.RemoveBefore(app, before);
}

base::Status RetentionPass::RemoveExports() const {
  PINION_TRY(auto exports, PrivacyStore(deps_.store).All<model::PrivacyExportRecord>());
  for (model::PrivacyExportRecord& exported : exports) {
    if (exported.status != model::PrivacyExportStatus::kCompleted ||
        exported.expires_at > deps_.clock.Now()) {
      continue;
    }
    const base::AppId app(exported.application_id);
    PINION_CHECK(deps_.files.Remove(app, exported.id));
    // An application that is being deleted may take its requests with it meanwhile.
    const auto use = deps_.applications.UseForCall(app);
    if (use.ok()) {
      exported.status = model::PrivacyExportStatus::kExpired;
      storage::WriteBatch batch;
      PrivacyStore::Put(exported, batch);
      PINION_CHECK(deps_.store.Apply(batch));
    }
  }
  return {};
}

}  // namespace pinion::privacy
