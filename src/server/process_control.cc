#include "server/process_control.h"

#include <filesystem>
#include <optional>
#include <system_error>

#include "api/sibling_application.h"
#include "apps/application_key.h"
#include "base/time_text.h"
#include "server/sending_hold.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::server {

namespace {

std::string ManualTimeKey() {
  return storage::KeyWriter(storage::KeySpace::kSetting).Text("manual-clock").Take();
}

base::Result<int64_t> CountKeys(const storage::Reader& store, storage::KeySpace space) {
  int64_t count = 0;
  PINION_CHECK(store.Scan({.prefix = storage::KeyWriter(space).Take()},
                          [&count](std::string_view, std::string_view) {
                            ++count;
                            return true;
                          }));
  return count;
}

int64_t FreeBytes(const std::string& directory) {
  std::error_code failure;
  const auto space = std::filesystem::space(directory, failure);
  return failure ? 0 : static_cast<int64_t>(space.available);
}

}  // namespace

ProcessControl::ProcessControl(const ProcessFacts& facts, const Parts& parts)
    : facts_(facts), parts_(parts), started_at_(parts.wall_clock.Now()) {}

base::Result<model::SystemResponse> ProcessControl::Describe() const {
  model::SystemResponse response;
  response.version = facts_.version;
  response.commit = facts_.commit;
  response.started_at = started_at_;
  response.uptime =
      std::chrono::duration_cast<std::chrono::seconds>(parts_.wall_clock.Now() - started_at_)
          .count();
  response.data_format = kDataFormat;
  response.clock = parts_.manual_clock != nullptr ? "manual" : "system";
  response.auth_mode = facts_.auth_mode;
  response.region = facts_.region;
  response.account_id = facts_.account_id;
  PINION_TRY(const int64_t applications, CountKeys(parts_.store, storage::KeySpace::kApp));
  const base::AppId hidden{std::string(api::kHiddenApplication)};
  PINION_TRY(const auto has_hidden, parts_.store.Get(apps::ApplicationKey(hidden)));
  response.counts.Set("Applications", applications - (has_hidden ? 1 : 0));
  response.disk.store_bytes = static_cast<int64_t>(parts_.store.ApproximateBytes());
  response.disk.free_bytes = facts_.data_dir.empty() ? 0 : FreeBytes(facts_.data_dir);
  PINION_TRY(response.sending_held_since, SendingHeldSince(parts_.store));
  return response;
}

bool ProcessControl::IsSendingHeld() const {
  const auto held = SendingHeldSince(parts_.store);
  return held.ok() && held->has_value();
}

base::Result<base::Timestamp> ProcessControl::AdvanceClock(std::chrono::seconds by) {
  if (parts_.manual_clock == nullptr) {
    return base::Conflict("The clock can be moved only when the server runs with --manual-clock.");
  }
  PINION_TRY(const auto held, SendingHeldSince(parts_.store));
  if (held) {
    return base::Conflict(
        "Sending is held after a restore, so nothing may fall due; resume it first.");
  }
  const std::lock_guard lock(advance_);
  parts_.work.WaitUntilQuiet();
  PINION_CHECK(parts_.timers.AdvanceTo(*parts_.manual_clock, parts_.manual_clock->Now() + by));
  parts_.work.WaitUntilQuiet();
  storage::WriteBatch batch;
  batch.Put(ManualTimeKey(), base::FormatIso8601(parts_.manual_clock->Now()));
  PINION_CHECK(parts_.store.Apply(batch));
  return parts_.manual_clock->Now();
}

base::Result<std::optional<base::Timestamp>> StoredManualTime(const storage::Reader& store) {
  PINION_TRY(const auto stored, store.Get(ManualTimeKey()));
  return stored ? base::ParseInstant(*stored) : std::nullopt;
}

}  // namespace pinion::server
