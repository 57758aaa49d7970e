#include "apps/settings_service.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "apps/hook_rules.h"
#include "base/time_of_day.h"
#include "base/time_text.h"
#include "model/codec.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::apps {

namespace {

constexpr int32_t kMaximumDurationMin = 60;
constexpr int32_t kTimeframeDaysMax = 365;

std::string KeyOf(const base::AppId& app) {
  return storage::KeyWriter(storage::KeySpace::kAppSettings).Text(app.value()).Take();
}

base::Status CheckNotNegative(std::string_view member, const std::optional<int32_t>& value) {
  if (value && *value < 0) {
    return base::InvalidArgument("Member '" + std::string(member) + "' must be at least 0.");
  }
  return {};
}

base::Status CheckLimits(const model::CampaignLimits& limits) {
  PINION_CHECK(CheckNotNegative("Limits.Daily", limits.daily));
  PINION_CHECK(CheckNotNegative("Limits.MaximumDuration", limits.maximum_duration));
  PINION_CHECK(CheckNotNegative("Limits.MessagesPerSecond", limits.messages_per_second));
  PINION_CHECK(CheckNotNegative("Limits.Session", limits.session));
  PINION_CHECK(CheckNotNegative("Limits.Total", limits.total));
  const int32_t duration = limits.maximum_duration.value_or(0);
  if (duration != 0 && duration < kMaximumDurationMin) {
    return base::InvalidArgument("Member 'Limits.MaximumDuration' must be 0 or at least 60.");
  }
  return {};
}

base::Status CheckJourneyLimits(const model::ApplicationSettingsJourneyLimits& limits) {
  PINION_CHECK(CheckNotNegative("JourneyLimits.DailyCap", limits.daily_cap));
  PINION_CHECK(CheckNotNegative("JourneyLimits.TotalCap", limits.total_cap));
  if (limits.timeframe_cap) {
    PINION_CHECK(CheckNotNegative("JourneyLimits.TimeframeCap.Cap", limits.timeframe_cap->cap));
    PINION_CHECK(CheckNotNegative("JourneyLimits.TimeframeCap.Days", limits.timeframe_cap->days));
    if (limits.timeframe_cap->days.value_or(0) > kTimeframeDaysMax) {
      return base::InvalidArgument("Member 'JourneyLimits.TimeframeCap.Days' must be at most 365.");
    }
  }
  return {};
}

base::Status CheckQuietTime(const model::QuietTime& quiet) {
  if (quiet.start.has_value() != quiet.end.has_value()) {
    return base::InvalidArgument("Member 'QuietTime' needs both 'Start' and 'End', or neither.");
  }
  if (quiet.start && !(base::ParseTimeOfDay(*quiet.start) && base::ParseTimeOfDay(*quiet.end))) {
    return base::InvalidArgument(
        "Members 'QuietTime.Start' and 'QuietTime.End' must be times of day such as 22:00.");
  }
  return {};
}

base::Status Check(const model::WriteApplicationSettingsRequest& request) {
  if (request.campaign_hook) {
    PINION_CHECK(CheckHook(*request.campaign_hook, "CampaignHook"));
  }
  if (request.limits) {
    PINION_CHECK(CheckLimits(*request.limits));
  }
  if (request.quiet_time) {
    PINION_CHECK(CheckQuietTime(*request.quiet_time));
  }
  if (request.journey_limits) {
    PINION_CHECK(CheckJourneyLimits(*request.journey_limits));
  }
  return {};
}

template <class T>
void TakeIfPresent(std::optional<T>& stored, const std::optional<T>& given) {
  if (given) {
    stored = given;
  }
}

model::ApplicationSettingsResource ResourceOf(const base::AppId& app,
                                              const model::ApplicationSettingsRecord& record) {
  model::ApplicationSettingsResource resource;
  resource.application_id = app.value();
  resource.campaign_hook = record.campaign_hook.value_or(model::CampaignHook{});
  resource.limits = record.limits.value_or(model::CampaignLimits{});
  resource.quiet_time = record.quiet_time.value_or(model::QuietTime{});
  resource.journey_limits =
      record.journey_limits.value_or(model::ApplicationSettingsJourneyLimits{});
  resource.cloud_watch_metrics_enabled = record.cloud_watch_metrics_enabled.value_or(false);
  resource.event_tagging_enabled = record.event_tagging_enabled.value_or(false);
  resource.last_modified_date = base::FormatIso8601(record.last_modified_at);
  return resource;
}

}  // namespace

SettingsService::SettingsService(storage::KeyValueStore& store,
                                 const base::Clock& clock,
                                 const ApplicationService& applications)
    : store_(store), clock_(clock), applications_(applications) {}

base::Result<model::ApplicationSettingsRecord> SettingsService::Read(const base::AppId& app) const {
  PINION_TRY(const auto stored, store_.Get(KeyOf(app)));
  if (stored) {
    return model::Decode<model::ApplicationSettingsRecord>(*stored);
  }
  model::ApplicationSettingsRecord fresh;
  PINION_TRY(fresh.last_modified_at, applications_.CreatedAt(app));
  return fresh;
}

base::Result<model::ApplicationSettingsResource> SettingsService::Get(
    const base::AppId& app) const {
  PINION_TRY(const auto record, Read(app));
  return ResourceOf(app, record);
}

base::Result<model::ApplicationSettingsResource> SettingsService::Update(
    const base::AppId& app, const model::WriteApplicationSettingsRequest& request) {
  PINION_CHECK(Check(request));
  const std::lock_guard lock(writes_);
  PINION_TRY(auto record, Read(app));
  TakeIfPresent(record.campaign_hook, request.campaign_hook);
  TakeIfPresent(record.limits, request.limits);
  TakeIfPresent(record.quiet_time, request.quiet_time);
  TakeIfPresent(record.journey_limits, request.journey_limits);
  TakeIfPresent(record.cloud_watch_metrics_enabled, request.cloud_watch_metrics_enabled);
  TakeIfPresent(record.event_tagging_enabled, request.event_tagging_enabled);
  record.last_modified_at = clock_.Now();
  storage::WriteBatch batch;
  batch.Put(KeyOf(app), model::ToJson(record));
  PINION_CHECK(store_.Apply(batch));
  return ResourceOf(app, record);
}

base::Status SettingsService::OnDelete(const base::AppId& app, storage::WriteBatch& batch) {
  batch.Delete(KeyOf(app));
  return {};
}

}  // namespace pinion::apps
