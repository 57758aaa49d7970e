#include "eventlog/consumer.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "storage/key.h"
#include "storage/record.h"

namespace pinion::eventlog {
namespace {

std::string CursorKey(std::string_view consumer) {
  return storage::KeyWriter(storage::KeySpace::kConsumerCursor).Text(consumer).Take();
}

std::string EncodeCursor(Position cursor) {
  return storage::RecordWriter().Uint(1, cursor).Take();
}

base::Result<Position> ReadCursor(const storage::KeyValueStore& store, std::string_view consumer) {
  PINION_TRY(const std::optional<std::string> value, store.Get(CursorKey(consumer)));
  Position cursor = 0;
  storage::RecordReader record(value.has_value() ? std::string_view(*value) : std::string_view());
  while (record.Next()) {
    if (record.field() == 1) {
      cursor = record.Uint();
    }
  }
  PINION_CHECK(record.Finish("consumer's cursor"));
  return cursor;
}

}  // namespace

// A token of the work tracker is held while any consumer is behind end_. The log holds one of its
// own until it has told this listener of the new end, and a consumer counts as caught up only after
// OnApplied has handed over what follows: hence no moment without a token from the append to the
// last consequence.
class ConsumerGroup::Impl final : public EventLog::Listener {
 public:
  Impl(EventLog& log,
       storage::KeyValueStore& store,
       base::WorkTracker& work,
       ConsumerOptions options)
      : log_(log), store_(store), work_(work), options_(options) {}

  void Register(Consumer& consumer) {
    members_.push_back(std::make_unique<Member>());
    members_.back()->consumer = &consumer;
  }
  base::Status Start();
  void Stop();
  uint64_t Lag(std::string_view consumer) const;
  bool WaitFor(std::string_view consumer, Position position, std::chrono::milliseconds at_most);
  std::vector<ConsumerLag> Lags() const;

  void OnVisible(Position end) override;

 private:
  struct Member {
    Consumer* consumer = nullptr;
    bool keeps_position = false;  // beside its effects
    Position cursor = 0;          // guarded by mutex_
    Position awaited = 0;         // guarded by mutex_: somebody waits until it has come this far
    std::thread thread;
  };

  void Run(Member& member);
  // Waits until there is something to take; for more to come together, where that is wanted.
  void WaitForEvents(const Member& member, std::unique_lock<std::mutex>& lock);
  // Takes the next events; answers where the cursor is then. `target`: the end as the caller knows
  // it.
  base::Result<Position> Step(Member& member, Position cursor, Position target);
  void CatchUp(Member& member, Position cursor);
  bool SomebodyIsBehind() const;

  EventLog& log_;
  storage::KeyValueStore& store_;
  base::WorkTracker& work_;
  const ConsumerOptions options_;
  std::vector<std::unique_ptr<Member>> members_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  Position end_ = 0;
  bool stopping_ = false;
  std::optional<base::WorkTracker::Token> busy_;
};

base::Status ConsumerGroup::Impl::Start() {
  for (const auto& member : members_) {
    PINION_TRY(const std::optional<Position> own, member->consumer->OwnPosition());
    member->keeps_position = own.has_value();
    if (own) {
      member->cursor = *own;
    } else {
      PINION_TRY(member->cursor, ReadCursor(store_, member->consumer->name()));
    }
  }
  {
    const std::lock_guard lock(mutex_);
    stopping_ = false;
  }
  log_.Subscribe(*this);
  OnVisible(log_.end());
  for (const auto& member : members_) {
    member->thread = std::thread([this, each = member.get()] { Run(*each); });
  }
  return {};
}

void ConsumerGroup::Impl::Stop() {
  log_.Unsubscribe(*this);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (const auto& member : members_) {
    if (member->thread.joinable()) {
      member->thread.join();
    }
  }
  std::optional<base::WorkTracker::Token> released;
  const std::lock_guard lock(mutex_);
  std::swap(released, busy_);
}

uint64_t ConsumerGroup::Impl::Lag(std::string_view consumer) const {
  for (const ConsumerLag& lag : Lags()) {
    if (lag.consumer == consumer) {
      return lag.events;
    }
  }
  return 0;
}

std::vector<ConsumerLag> ConsumerGroup::Impl::Lags() const {
  const std::lock_guard lock(mutex_);
  std::vector<ConsumerLag> lags;
  for (const auto& member : members_) {
    lags.push_back({std::string(member->consumer->name()),
                    member->cursor,
                    end_ - std::min(end_, member->cursor)});
  }
  return lags;
}

void ConsumerGroup::Impl::OnVisible(Position end) {
  {
    const std::lock_guard lock(mutex_);
    end_ = std::max(end_, end);
    if (!busy_.has_value() && SomebodyIsBehind()) {
      busy_ = work_.Start();
    }
  }
  changed_.notify_all();
}

bool ConsumerGroup::Impl::SomebodyIsBehind() const {
  return std::any_of(members_.begin(), members_.end(), [this](const auto& member) {
    return member->cursor < end_;
  });
}

void ConsumerGroup::Impl::Run(Member& member) {
  std::unique_lock lock(mutex_);
  while (true) {
    WaitForEvents(member, lock);
    if (stopping_) {
      return;
    }
    const Position cursor = member.cursor;
    const Position target = end_;
    lock.unlock();
    const base::Result<Position> reached = Step(member, cursor, target);
    if (reached.ok()) {
      CatchUp(member, *reached);
    } else {
      base::Log(base::LogLevel::kError,
                "eventlog",
                "a consumer failed; the same events come again",
                {{"consumer", std::string(member.consumer->name())},
                 {"after", std::to_string(cursor)},
                 {"error", reached.error().message}});
    }
    lock.lock();
    if (!reached.ok()) {
      changed_.wait_for(lock, options_.retry_delay, [this] { return stopping_; });
    }
  }
}

void ConsumerGroup::Impl::WaitForEvents(const Member& member, std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [&] { return stopping_ || member.cursor < end_; });
  changed_.wait_for(lock, member.consumer->gather_time(), [&] {
    return stopping_ || member.cursor < member.awaited ||
           end_ - member.cursor >= member.consumer->batch_max();
  });
}

base::Result<Position> ConsumerGroup::Impl::Step(Member& member, Position cursor, Position target) {
  Consumer& consumer = *member.consumer;
  PINION_TRY(const std::vector<LoggedEvent> events, log_.Read(cursor, consumer.batch_max()));
  if (events.empty()) {
    // What lies between belongs to deleted applications, or was never written. It is not stored as
    // the cursor: after a restart the log may give these positions out.
    return target;
  }
  const Position reached = events.back().position;
  storage::WriteBatch batch;
  PINION_CHECK(consumer.Consume(events, batch));
  if (!member.keeps_position) {
    batch.Put(CursorKey(consumer.name()), EncodeCursor(reached));
  }
  if (!batch.empty()) {
    PINION_CHECK(store_.Apply(batch));
  }
  consumer.OnApplied();
  return reached;
}

void ConsumerGroup::Impl::CatchUp(Member& member, Position cursor) {
  std::optional<base::WorkTracker::Token> released;
  const std::lock_guard lock(mutex_);
  member.cursor = cursor;
  if (member.awaited > 0) {
    changed_.notify_all();
  }
  if (!SomebodyIsBehind()) {
    std::swap(released, busy_);
  }
}

bool ConsumerGroup::Impl::WaitFor(std::string_view consumer,
                                  Position position,
                                  std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  for (const auto& member : members_) {
    if (member->consumer->name() == consumer) {
      member->awaited = std::max(member->awaited, position);
      changed_.notify_all();
      return changed_.wait_for(lock, at_most, [&] {
        return stopping_ || member->cursor >= position;
      }) && member->cursor >= position;
    }
  }
  return false;
}

ConsumerGroup::ConsumerGroup(EventLog& log,
                             storage::KeyValueStore& store,
                             base::WorkTracker& work,
                             ConsumerOptions options)
    : impl_(std::make_unique<Impl>(log, store, work, options)) {}

ConsumerGroup::~ConsumerGroup() {
  Stop();
}

bool ConsumerGroup::WaitFor(std::string_view consumer,
                            Position position,
                            std::chrono::milliseconds at_most) {
  return impl_->WaitFor(consumer, position, at_most);
}

void ConsumerGroup::Register(Consumer& consumer) {
  impl_->Register(consumer);
}

base::Status ConsumerGroup::Start() {
  return impl_->Start();
}

void ConsumerGroup::Stop() {
  impl_->Stop();
}

uint64_t ConsumerGroup::Lag(std::string_view consumer) const {
  return impl_->Lag(consumer);
}

std::vector<ConsumerLag> ConsumerGroup::Lags() const {
  return impl_->Lags();
}

}  // namespace pinion::eventlog
