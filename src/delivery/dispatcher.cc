#include "delivery/dispatcher.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "delivery/answer_writer.h"
#include "delivery/sandbox/sandbox_transport.h"

namespace pinion::delivery {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kProbeTimer = "outbox.probe";
constexpr uint32_t kFailuresBeforeRest = 10;
constexpr std::chrono::milliseconds kRest = 30s;
constexpr size_t kAnswersPerBatch = 256;
// How long a lane whose store or settings cannot be read is left alone, in real time.
constexpr auto kTroublePause = 1s;
constexpr size_t kPriorities = 2;

// What is known of a lane. Invariants, under the dispatcher's mutex:
//  1. The row of every id in `in_flight` is in the outbox, and exactly one Answer for it is still
//  to be written.
//  2. The lane holds a work token while it has rows that may be handed over or messages in flight.
struct LaneState {
  std::set<std::string> in_flight;
  // Reading goes on after these ids, per priority; "" is the front.
  std::array<std::string, kPriorities> position;
  bool may_have_rows = false;
  size_t parallel_max = 1;
  uint32_t failures = 0;  // temporary ones in a row
  bool resting = false;   // until the probe timer
  bool probing = false;   // one message at a time, until one succeeds
  std::chrono::steady_clock::time_point not_before{};
  std::optional<base::WorkTracker::Token> token;

  size_t Room() const {
    const size_t most = probing ? 1 : parallel_max;
    return most - std::min(most, in_flight.size());
  }
  bool CanHandOver() const {
    return may_have_rows && !resting && Room() > 0 &&
           std::chrono::steady_clock::now() >= not_before;
  }
};

struct Rows {
  std::vector<OutboxRow> rows;
  std::array<std::string, kPriorities> position;
  bool more = false;
};

OutboundMessage ToOutbound(const Message& message) {
  OutboundMessage outbound;
  outbound.id = message.record.id;
  outbound.app = message.app;
  outbound.channel = message.record.channel;
  outbound.address = message.record.address;
  outbound.trace_id = message.record.source.trace_id;
  outbound.created_at = message.record.created_at;
  outbound.email = message.content.email;
  outbound.sms = message.content.sms;
  return outbound;
}

std::string ProbeKey(const Lane& lane) {
  return lane.app.value() + "/" + lane.channel;
}

}  // namespace

class Dispatcher::Impl final : public timers::TimerHandler {
 public:
  explicit Impl(Dependencies dependencies)
      : deps_(std::move(dependencies)),
        log_(deps_.store),
        writer_(deps_.store, deps_.clock, deps_.random, deps_.events) {
    deps_.timers.Register(std::string(kRetryTimer), *this);
    deps_.timers.Register(std::string(kProbeTimer), *this);
  }

  ~Impl() override { Stop(); }

  base::Status Start() {
    PINION_TRY(const std::vector<Lane> lanes, Outbox::Lanes(deps_.store));
    for (const Lane& lane : lanes) {
      Wake(lane);
    }
    thread_ = std::thread([this] { Run(); });
    return {};
  }

  void Stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) {
      thread_.join();
    }
  }

  void Wake(const Lane& lane) {
    {
      const std::lock_guard lock(mutex_);
      LaneState& state = lanes_[lane];
      state.may_have_rows = true;
      HoldToken(state);
    }
    wake_.notify_all();
  }

  base::Result<std::vector<OutboxRow>> Withdraw(const std::vector<OutboxRow>& rows) {
    storage::WriteBatch batch;
    for (const OutboxRow& row : rows) {
      Outbox::Remove(row, batch);
    }
    PINION_CHECK(deps_.store.Apply(batch));
    const std::lock_guard lock(mutex_);
    ++withdrawals_;
    std::vector<OutboxRow> in_flight;
    for (const OutboxRow& row : rows) {
      if (IsInFlightLocked(row.lane, row.id)) {
        in_flight.push_back(row);
      }
    }
    return in_flight;
  }

  bool IsInFlight(const Lane& lane, const base::MessageId& id) const {
    const std::lock_guard lock(mutex_);
    return IsInFlightLocked(lane, id);
  }

  size_t in_flight() const {
    const std::lock_guard lock(mutex_);
    return in_flight_;
  }

  base::Status OnTimer(const timers::Timer& timer, storage::WriteBatch& batch) override {
    if (timer.kind == kRetryTimer) {
      PINION_TRY(const OutboxRow row, Outbox::ParseRowKey(timer.key));
      Outbox::Put(row, batch);
    }
    return {};
  }

  void OnApplied(const timers::Timer& timer) override {
    if (timer.kind == kRetryTimer) {
      const auto row = Outbox::ParseRowKey(timer.key);
      if (row.ok()) {
        Wake(row->lane);
      }
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      for (auto& [lane, state] : lanes_) {
        if (state.resting && ProbeKey(lane) == timer.key) {
          state.resting = false;
          state.probing = true;
          state.may_have_rows = true;
          HoldToken(state);
        }
      }
    }
    wake_.notify_all();
  }

 private:
  void HoldToken(LaneState& state) {
    if (!state.token && !state.resting) {
      state.token = deps_.work.Start();
    }
  }

  bool IsInFlightLocked(const Lane& lane, const base::MessageId& id) const {
    const auto state = lanes_.find(lane);
    return state != lanes_.end() && state->second.in_flight.contains(id.value());
  }

  void ReleaseIfIdle(LaneState& state) {
    if (state.in_flight.empty() && (!state.may_have_rows || state.resting)) {
      state.token.reset();
    }
  }

  void Run() {
    std::unique_lock lock(mutex_);
    while (!stopping_ || in_flight_ > 0) {
      if (!answers_.empty()) {
        TakeAnswers(lock);
      } else if (const std::optional<Lane> lane = stopping_ ? std::nullopt : NextLane()) {
        HandOverOrPause(*lane, lock);
      } else {
        // The pause of a lane in trouble ends without a notification.
        wake_.wait_for(lock, kTroublePause);
      }
    }
  }

  // Lanes take turns.
  std::optional<Lane> NextLane() {
    auto next = lanes_.upper_bound(last_served_);
    for (size_t i = 0; i < lanes_.size(); ++i, ++next) {
      if (next == lanes_.end()) {
        next = lanes_.begin();
      }
      if (next->second.CanHandOver()) {
        last_served_ = next->first;
        return next->first;
      }
    }
    return std::nullopt;
  }

  void HandOverOrPause(const Lane& lane, std::unique_lock<std::mutex>& lock) {
    const base::Status status = HandOver(lane, lock);
    if (!status.ok()) {
      base::Log(base::LogLevel::kError,
                "delivery",
                "A lane cannot be served",
                {{"application", lane.app.value()},
                 {"channel", lane.channel},
                 {"error", status.error().message}});
      lanes_[lane].not_before = std::chrono::steady_clock::now() + kTroublePause;
      lanes_[lane].may_have_rows = true;
    }
  }

  // Fills the lane's transport up. Gives the lock back while it reads and sends; only this thread
  // removes from `in_flight` or moves `position`, so both are as they were when it has the lock
  // again.
  base::Status HandOver(const Lane& lane, std::unique_lock<std::mutex>& lock) {
    LaneState& state = lanes_[lane];
    state.may_have_rows = false;
    lock.unlock();
    auto found = deps_.transports.Find(lane);
    lock.lock();
    PINION_TRY(std::shared_ptr<Transport> transport, std::move(found));
    if (transport == nullptr) {
      transport = sandbox_;
    }
    state.parallel_max = transport->parallel_max();
    const size_t room = state.Room();
    const uint64_t withdrawals = withdrawals_;
    lock.unlock();
    auto rows = ReadRows(lane, state, room);
    auto messages =
        rows.ok() ? Load(lane, rows->rows) : base::Result<std::vector<Answer>>(rows.error());
    lock.lock();
    PINION_TRY(std::vector<Answer> loaded, std::move(messages));
    if (withdrawals != withdrawals_) {
      // Some of the rows may be gone since they were read.
      state.may_have_rows = true;
      return {};
    }
    state.position = rows->position;
    state.may_have_rows = state.may_have_rows || rows->more;
    for (const Answer& answer : loaded) {
      state.in_flight.insert(answer.row.id.value());
    }
    in_flight_ += loaded.size();
    ReleaseIfIdle(state);
    lock.unlock();
    for (Answer& answer : loaded) {
      Send(*transport, std::move(answer));
    }
    lock.lock();
    return {};
  }

  // Up to `room` rows that are not in flight. Ids are ordered by time only nearly, so a walk that
  // has reached the end begins again at the front.
  base::Result<Rows> ReadRows(const Lane& lane, const LaneState& state, size_t room) const {
    Rows result{.rows = {}, .position = state.position, .more = false};
    for (size_t index = 0; index < kPriorities; ++index) {
      std::string& after = result.position[index];
      const auto priority = static_cast<Priority>(index);
      const size_t wanted = room - result.rows.size() + 1;
      PINION_TRY(auto rows, Outbox::Read(deps_.store, lane, priority, after, wanted));
      if (rows.size() < wanted && !after.empty()) {
        after.clear();
        PINION_TRY(
            rows,
            Outbox::Read(deps_.store, lane, priority, after, wanted + state.in_flight.size()));
      }
      for (OutboxRow& row : rows) {
        if (state.in_flight.contains(row.id.value())) {
          continue;
        }
        if (result.rows.size() == room) {
          result.more = true;
          break;
        }
        after = row.id.value();
        result.rows.push_back(std::move(row));
      }
    }
    return result;
  }

  // The messages of `rows`, durable. A row without message (its application is gone) is dropped.
  base::Result<std::vector<Answer>> Load(const Lane& lane, const std::vector<OutboxRow>& rows) {
    std::vector<Answer> loaded;
    storage::WriteBatch orphans;
    for (const OutboxRow& row : rows) {
      PINION_TRY(auto record, log_.FindRecord(lane.app, row.id));
      PINION_TRY(auto content, log_.FindContent(lane.app, row.id));
      if (!record || !content) {
        Outbox::Remove(row, orphans);
        continue;
      }
      loaded.push_back({.row = row,
                        .message = {.app = lane.app,
                                    .record = *std::move(record),
                                    .content = *std::move(content)},
                        .outcome = {}});
    }
    if (!orphans.empty()) {
      PINION_CHECK(deps_.store.Apply(orphans));
    }
    if (!loaded.empty()) {
      PINION_CHECK(deps_.group_commit.WaitUntilDurable(deps_.store.LastSequence()));
    }
    return loaded;
  }

  void Send(Transport& transport, Answer answer) {
    const MessageRecord& record = answer.message.record;
    if (!record.endpoint_id.empty() && deps_.guard) {
      if (auto reason = deps_.guard(answer.message.app, record.endpoint_id)) {
        answer.outcome.kind = Outcome::Kind::kFailed;
        answer.outcome.status_code = 400;
        answer.outcome.status_message = *std::move(reason);
        AddAnswer(std::move(answer));
        return;
      }
    }
    answer.message.record.transport = transport.type();
    if (!record.handed_over_at) {
      answer.message.record.handed_over_at = deps_.clock.Now();
    }
    OutboundMessage outbound = ToOutbound(answer.message);
    auto waiting = std::make_shared<Answer>(std::move(answer));
    transport.Send(std::move(outbound), [this, waiting](Outcome outcome) {
      waiting->outcome = std::move(outcome);
      AddAnswer(std::move(*waiting));
    });
  }

  void AddAnswer(Answer answer) {
    // Notifies under the lock: a dispatcher that stops may be gone as soon as the lock is free.
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
    wake_.notify_all();
  }

  void TakeAnswers(std::unique_lock<std::mutex>& lock) {
    std::vector<Answer> taken;
    const size_t count = std::min(answers_.size(), kAnswersPerBatch);
    taken.assign(std::make_move_iterator(answers_.begin()),
                 std::make_move_iterator(answers_.begin() + static_cast<ptrdiff_t>(count)));
    answers_.erase(answers_.begin(), answers_.begin() + static_cast<ptrdiff_t>(count));
    lock.unlock();
    const base::Status status = writer_.Write(taken);
    deps_.timers.Wake();
    lock.lock();
    if (!status.ok()) {
      base::Log(base::LogLevel::kError,
                "delivery",
                "Outcomes cannot be stored; trying again",
                {{"count", std::to_string(taken.size())}, {"error", status.error().message}});
      answers_.insert(answers_.begin(),
                      std::make_move_iterator(taken.begin()),
                      std::make_move_iterator(taken.end()));
      if (!stopping_) {
        wake_.wait_for(lock, kTroublePause, [this] { return stopping_; });
      } else {
        // What could not be stored is handed over again after the next start.
        in_flight_ -= answers_.size();
        answers_.clear();
      }
      return;
    }
    for (const Answer& answer : taken) {
      Settle(answer);
    }
  }

  // The answer is stored: the lane has room again, and its transport's health is known better.
  void Settle(const Answer& answer) {
    LaneState& state = lanes_[answer.row.lane];
    state.in_flight.erase(answer.row.id.value());
    --in_flight_;
    state.may_have_rows = true;
    if (answer.outcome.kind != Outcome::Kind::kTemporary) {
      state.failures = 0;
      state.probing = false;
    } else if (state.probing || ++state.failures >= kFailuresBeforeRest) {
      Rest(answer.row.lane, state);
    }
    ReleaseIfIdle(state);
  }

  void Rest(const Lane& lane, LaneState& state) {
    if (state.resting) {
      return;
    }
    storage::WriteBatch batch;
    timers::TimerService::Schedule(batch,
                                   {.due = deps_.clock.Now() + kRest,
                                    .kind = std::string(kProbeTimer),
                                    .key = ProbeKey(lane),
                                    .payload = ""});
    // Without its timer the lane would rest for ever.
    if (deps_.store.Apply(batch).ok()) {
      state.resting = true;
      state.probing = false;
      state.failures = 0;
      deps_.timers.Wake();
      base::Log(base::LogLevel::kWarning,
                "delivery",
                "A transport keeps failing; its messages wait",
                {{"application", lane.app.value()}, {"channel", lane.channel}});
    }
  }

  const Dependencies deps_;
  const MessageLog log_;
  AnswerWriter writer_;
  const std::shared_ptr<Transport> sandbox_ = std::make_shared<sandbox::SandboxTransport>();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  // Below: under mutex_.
  std::map<Lane, LaneState> lanes_;
  Lane last_served_;
  std::vector<Answer> answers_;
  size_t in_flight_ = 0;
  uint64_t withdrawals_ = 0;  // how often rows were taken out by others
  bool stopping_ = false;

  std::thread thread_;
};

Dispatcher::Dispatcher(Dependencies dependencies)
    : impl_(std::make_unique<Impl>(std::move(dependencies))) {}
Dispatcher::~Dispatcher() = default;
base::Status Dispatcher::Start() {
  return impl_->Start();
}
void Dispatcher::Stop() {
  impl_->Stop();
}
void Dispatcher::Wake(const Lane& lane) {
  impl_->Wake(lane);
}
base::Result<std::vector<OutboxRow>> Dispatcher::Withdraw(const std::vector<OutboxRow>& rows) {
  return impl_->Withdraw(rows);
}
bool Dispatcher::IsInFlight(const Lane& lane, const base::MessageId& id) const {
  return impl_->IsInFlight(lane, id);
}
size_t Dispatcher::in_flight() const {
  return impl_->in_flight();
}

}  // namespace pinion::delivery
