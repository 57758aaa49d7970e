#include "privacy/retention_settings.h"

#include <array>
#include <string>
#include <utility>

#include "model/codec.h"
#include "storage/key.h"

namespace pinion::privacy {
namespace {

std::string SettingsKey(const base::AppId& app) {
  return storage::KeyWriter(storage::KeySpace::kAppOverlay)
      .Text(app.value())
      .Text("retention")
      .Take();
}

struct Member {
  std::string_view name;
  std::optional<int32_t> model::RetentionSettings::*own;
  int32_t RetentionDays::*days;
};
constexpr std::array<Member, 3> kMembers = {
    {{"MessagesDays", &model::RetentionSettings::messages_days, &RetentionDays::messages},
     {"EventsDays", &model::RetentionSettings::events_days, &RetentionDays::events},
     {"MessageBodiesDays",
      &model::RetentionSettings::message_bodies_days,
      &RetentionDays::message_bodies}}};

}  // namespace

base::Result<model::RetentionSettings> RetentionSettings::Read(const base::AppId& app) const {
  PINION_TRY(const auto bytes, store_.Get(SettingsKey(app)));
  return bytes ? model::Decode<model::RetentionSettings>(*bytes)
               : base::Result<model::RetentionSettings>(model::RetentionSettings());
}

base::Result<RetentionDays> RetentionSettings::Days(const base::AppId& app) const {
  PINION_TRY(const model::RetentionSettings own, Read(app));
  RetentionDays days = server_;
  for (const Member& member : kMembers) {
    days.*member.days = (own.*member.own).value_or(server_.*member.days);
  }
  return days;
}

base::Result<model::RetentionResponse> RetentionSettings::Get(const base::AppId& app) const {
  PINION_TRY(const model::RetentionSettings own, Read(app));
  PINION_TRY(const RetentionDays days, Days(app));
  model::RetentionResponse response;
  response.messages_days = days.messages;
  response.events_days = days.events;
  response.message_bodies_days = days.message_bodies;
  for (const Member& member : kMembers) {
    if (own.*member.own) {
      response.overridden.emplace_back(member.name);
    }
  }
  return response;
}

base::Result<model::RetentionResponse> RetentionSettings::Put(
    const base::AppId& app, const model::RetentionSettings& settings) {
  for (const Member& member : kMembers) {
    const int32_t days = (settings.*member.own).value_or(0);
    if (days < 0 || days > kRetentionDaysMax) {
      return base::InvalidArgument("Member '" + std::string(member.name) +
                                   "': expected 0 (for ever) to " +
                                   std::to_string(kRetentionDaysMax) + " days.");
    }
  }
  storage::WriteBatch batch;
  batch.Put(SettingsKey(app), model::ToJson(settings));
  PINION_CHECK(store_.Apply(batch));
  return Get(app);
}

void RetentionSettings::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  batch.Delete(SettingsKey(app));
}

}  // namespace pinion::privacy
