#include "server/audit_retention.h"

namespace pinion::server {

namespace {

constexpr char kTimerKind[] = "audit.retention";
// A timer must be quick; what is left over goes a minute later.
constexpr size_t kRemovedAtOnceMax = 5'000;
constexpr std::chrono::minutes kBetweenRounds{1};

timers::Timer TimerAt(base::Timestamp due) {
  return {.due = due, .kind = kTimerKind, .key = "daily", .payload = ""};
}

base::Timestamp NextMidnight(base::Timestamp now) {
  return std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
}

}  // namespace

AuditRetention::AuditRetention(const Parts& parts, std::chrono::days kept)
    : parts_(parts), kept_(kept) {
  parts_.timers.Register(kTimerKind, *this);
}

base::Status AuditRetention::Start() {
  storage::WriteBatch batch;
  timers::TimerService::Schedule(batch, TimerAt(NextMidnight(parts_.clock.Now())));
  PINION_CHECK(parts_.store.Apply(batch));
  return {};
}

base::Status AuditRetention::OnTimer(const timers::Timer& timer, storage::WriteBatch& batch) {
  PINION_TRY(const size_t removed,
             parts_.log.RemoveBefore(parts_.wall_clock.Now() - kept_, kRemovedAtOnceMax));
  const bool more = removed == kRemovedAtOnceMax;
  timers::TimerService::Schedule(
      batch, TimerAt(more ? timer.due + kBetweenRounds : NextMidnight(timer.due)));
  return {};
}

}  // namespace pinion::server
