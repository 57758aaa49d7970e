// Keeps the first answers to requests with an Idempotency-Key for a day (section 18 of the wire
// protocol), sealed, since they may show a secret that is shown once. A claim is written into the
// store's log before the operation's own writes, and its answer behind them: whatever of the
// operation survives a crash, the claim survives, and whoever saw an answer finds it again. A claim
// that a crash left without an answer stays as one whose outcome is not known. What is kept is
// bounded in number and size; what is a day old goes with a timer. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "api/first_answers.h"
#include "auth/secret_box.h"
#include "base/clock.h"
#include "base/result.h"
#include "storage/key_value_store.h"
#include "timers/timer_service.h"

namespace pinion::server {

// How long a key stands for its request.
inline constexpr std::chrono::hours kFirstAnswerKept{24};

class AnswerStore final : public api::FirstAnswers, public timers::TimerHandler {
 public:
  struct Limits {
    uint64_t answers_max = 10'000'000;
    uint64_t bytes_max = uint64_t{4} << 30;
    // A longer answer is not kept, only that there was one.
    size_t answer_bytes_max = size_t{1} << 20;
    // Of all guests together: this part of the room.
    uint64_t guest_part = 10;
  };
  // All must outlive this. Registers itself with the timers.
  struct Parts {
    storage::KeyValueStore& store;
    const auth::SecretBox& secrets;
    const base::Clock& clock;
    timers::TimerService& timers;
  };
  explicit AnswerStore(const Parts& parts) : AnswerStore(parts, Limits{}) {}
  AnswerStore(const Parts& parts, const Limits& limits);

  // Before the first request.
  base::Status Open();

  base::Result<std::optional<api::FirstAnswer>> Begin(
      const api::RepeatableRequest& request) override;
  base::Status Keep(const api::RepeatableRequest& request, const api::FirstAnswer& answer) override;
  void Release(const api::RepeatableRequest& request) override;
  void Abandon(const api::RepeatableRequest& request) override;

  base::Status OnTimer(const timers::Timer& timer, storage::WriteBatch& batch) override;

 private:
  struct Usage {
    uint64_t answers = 0;
    uint64_t bytes = 0;
  };
  struct Totals {
    Usage all;
    Usage guests;  // part of `all`
  };
  // A claim that is not settled yet.
  struct Held {
    base::Timestamp began;
    uint64_t bytes = 0;
  };

  base::Status CheckRoom(bool guest) const;
  void AddUsage(bool guest, int64_t answers, int64_t bytes);
  void Remove(const api::RepeatableRequest& request, const Held& held, storage::WriteBatch& batch);
  base::Status Apply(storage::WriteBatch& batch, const Totals& before);
  base::Result<api::FirstAnswer> AnswerOf(const std::string& key,
                                          std::string_view sealed,
                                          const api::RepeatableRequest& request) const;
  // Whether more may be due.
  base::Result<bool> RemoveSomeExpired(base::Timestamp now);

  const Parts parts_;
  const Limits limits_;
  std::mutex mutex_;
  // Below: guarded by mutex_.
  Totals totals_;
  std::map<std::string, Held> in_work_;  // by key in the store
  base::Timestamp scheduled_{};          // the latest sweep that is set
};

}  // namespace pinion::server
