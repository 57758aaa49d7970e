#include "storage/group_commit.h"

#include <future>
#include <memory>
#include <utility>

#include "base/assert.h"
#include "base/log.h"

namespace pinion::storage {

GroupCommit::GroupCommit(KeyValueStore& store, Options options)
    : store_(store), options_(options), thread_([this] { Run(); }) {}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void GroupCommit::WhenDurable(Sequence sequence, Callback callback) {
  {
    const std::lock_guard lock(mutex_);
    if (sequence > durable_) {
      // One beyond the last write would wait for ever.
      PINION_ASSERT(sequence <= store_.LastSequence());
      PINION_ASSERT(!stopping_);
      waiters_.push_back({sequence, std::move(callback)});
      if (waiters_.size() == 1) {
        wake_.notify_one();
      }
      return;
    }
  }
  callback({});
}

base::Status GroupCommit::WaitUntilDurable(Sequence sequence) {
  // Shared, since the commit thread may still be at work in set_value when the wait is over.
  const auto outcome = std::make_shared<std::promise<base::Status>>();
  WhenDurable(sequence, [outcome](base::Status status) { outcome->set_value(std::move(status)); });
  return outcome->get_future().get();
}

Sequence GroupCommit::durable() const {
  const std::lock_guard lock(mutex_);
  return durable_;
}

base::Status GroupCommit::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

GroupCommit::Counters GroupCommit::counters() const {
  const std::lock_guard lock(mutex_);
  Counters counters = counters_;
  counters.waiting_now = waiters_.size();
  return counters;
}

void GroupCommit::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto has_work = [&] { return stopping_ || !waiters_.empty(); };
    if (status_.ok()) {
      wake_.wait(lock, has_work);
    } else {
      wake_.wait_for(lock, options_.retry_interval, has_work);
    }
    if (stopping_ && waiters_.empty()) {
      return;
    }
    std::vector<Waiter> waiters = std::exchange(waiters_, {});
    lock.unlock();
    SyncFor(std::move(waiters));
    lock.lock();
  }
}

void GroupCommit::SyncFor(std::vector<Waiter> waiters) {
  // Read before the sync: what is applied while it runs may or may not be part of it.
  const Sequence covered = store_.LastSequence();
  const base::Status outcome = store_.Sync();
  bool changed = false;
  {
    const std::lock_guard lock(mutex_);
    changed = outcome.ok() != status_.ok();
    status_ = outcome;
    ++counters_.syncs;
    counters_.waiters += waiters.size();
    if (outcome.ok()) {
      durable_ = covered;
    } else {
      ++counters_.failed_syncs;
    }
  }
  if (changed && outcome.ok()) {
    base::Log(base::LogLevel::kInfo, "storage", "writes are durable again");
  } else if (changed) {
    base::Log(base::LogLevel::kError,
              "storage",
              "the disk refused to make writes durable",
              {{"error", outcome.error().message}});
  }
  for (Waiter& waiter : waiters) {
    waiter.callback(outcome);
  }
}

}  // namespace pinion::storage
