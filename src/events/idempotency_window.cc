#include "events/idempotency_window.h"

#include <charconv>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "events/limits.h"
#include "storage/key.h"
#include "storage/record.h"

namespace pinion::events {
namespace {

using storage::KeySpace;
using storage::KeyWriter;

constexpr std::string_view kCleanUp = "events.forget-accepted";
// Half of a SHA-256: no two events meet by chance, nor by an effort that would be worth it.
constexpr size_t kIdentityBytes = 16;
// A mark of day d counts until the end of day d + 1.
constexpr int64_t kDaysKept = 2;

int64_t DayOf(base::Timestamp at) {
  return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

KeyWriter DayPrefix(int64_t day) {
  return KeyWriter(KeySpace::kEventId).U32(static_cast<uint32_t>(day));
}

std::string MarkKey(int64_t day, const base::AppId& app, std::string_view identity) {
  return DayPrefix(day).Text(app.value()).Raw(identity).Take();
}

bool WithinWindow(const std::optional<std::string>& mark, base::Timestamp now) {
  uint64_t millis = 0;
  std::string_view bytes = mark.has_value() ? std::string_view(*mark) : std::string_view();
  return storage::ConsumeVarint(bytes, millis) &&
         now - base::TimestampFromMillis(static_cast<int64_t>(millis)) <= kDuplicateWindow;
}

void AppendPart(std::string& out, std::string_view part) {
  storage::AppendVarint(out, part.size());
  out.append(part);
}

}  // namespace

std::string EventIdentity(std::string_view endpoint_key,
                          std::string_view event_id,
                          std::string_view event_type,
                          base::Timestamp reported_at) {
  std::string identity;
  identity.reserve(endpoint_key.size() + event_id.size() + event_type.size() + 16);
  AppendPart(identity, endpoint_key);
  AppendPart(identity, event_id);
  AppendPart(identity, event_type);
  storage::AppendVarint(identity, static_cast<uint64_t>(base::ToMillis(reported_at)));
  return base::Sha256(identity).substr(0, kIdentityBytes);
}

IdempotencyWindow::IdempotencyWindow(storage::KeyValueStore& store, timers::TimerService& timers)
    : store_(store), timers_(timers) {
  timers_.Register(std::string(kCleanUp), *this);
}

base::Result<std::vector<bool>> IdempotencyWindow::WereAccepted(
    const base::AppId& app, std::span<const std::string> identities, base::Timestamp now) const {
  std::vector<std::string> keys;
  keys.reserve(kDaysKept * identities.size());
  for (int64_t day = DayOf(now); day > DayOf(now) - kDaysKept; --day) {
    for (const std::string& identity : identities) {
      keys.push_back(MarkKey(day, app, identity));
    }
  }
  PINION_TRY(const auto marks, store_.MultiGet(keys));
  std::vector<bool> accepted(identities.size());
  for (size_t i = 0; i < marks.size(); ++i) {
    if (WithinWindow(marks[i], now)) {
      accepted[i % identities.size()] = true;
    }
  }
  return accepted;
}

void IdempotencyWindow::Mark(const base::AppId& app,
                             std::span<const std::string> identities,
                             base::Timestamp now,
                             storage::WriteBatch& batch) {
  if (identities.empty()) {
    return;
  }
  const int64_t day = DayOf(now);
  std::string value;
  storage::AppendVarint(value, static_cast<uint64_t>(base::ToMillis(now)));
  for (const std::string& identity : identities) {
    batch.Put(MarkKey(day, app, identity), value);
  }
  if (scheduled_day_ != day) {
    const base::Timestamp due{std::chrono::days{day + kDaysKept}};
    timers::TimerService::Schedule(batch, {due, std::string(kCleanUp), std::to_string(day), ""});
  }
}

void IdempotencyWindow::Applied(base::Timestamp now) {
  if (scheduled_day_.exchange(DayOf(now)) != DayOf(now)) {
    timers_.Wake();
  }
}

void IdempotencyWindow::DeleteApp(const base::AppId& app,
                                  base::Timestamp now,
                                  storage::WriteBatch& batch) {
  for (int64_t day = DayOf(now); day > DayOf(now) - kDaysKept; --day) {
    batch.DeletePrefix(DayPrefix(day).Text(app.value()).Take());
  }
}

base::Status IdempotencyWindow::OnTimer(const timers::Timer& timer, storage::WriteBatch& batch) {
  int64_t day = 0;
  const char* end = timer.key.data() + timer.key.size();
  if (std::from_chars(timer.key.data(), end, day).ptr != end) {
    return base::Internal("a timer for the clean-up of accepted events names no day");
  }
  batch.DeletePrefix(DayPrefix(day).Take());
  return {};
}

}  // namespace pinion::events
