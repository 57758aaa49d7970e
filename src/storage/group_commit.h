// Makes writes durable for many callers at a time: one thread that syncs the store whenever
// somebody waits, and tells all who came before that sync began. Used by the HTTP edge, which holds
// answers back, and by whatever has an effect outside the process. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::storage {

class GroupCommit {
 public:
  // Called once, mostly on the commit thread: must not block and must not wait for another commit.
  using Callback = std::function<void(base::Status)>;

  struct Options {
    // After a failed sync, and while nobody waits, the sync is tried again this often, so that
    // status() recovers when the disk does.
    std::chrono::milliseconds retry_interval{500};
  };
  struct Counters {
    uint64_t syncs = 0;
    uint64_t failed_syncs = 0;
    // Waiters that a sync answered; divided by `syncs` it is the mean size of a group.
    uint64_t waiters = 0;
    uint64_t waiting_now = 0;
  };

  // `store` must outlive it. Whatever the store holds already counts as durable after the first
  // sync.
  explicit GroupCommit(KeyValueStore& store) : GroupCommit(store, Options{}) {}
  GroupCommit(KeyValueStore& store, Options options);
  // Syncs for those who still wait and answers them.
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // Calls back when everything up to `sequence`, which must come from Apply, is durable: at once,
  // on this thread, if it is already. If the sync that should have made it durable fails, the
  // callback gets the store's error: the write may or may not survive a crash then.
  void WhenDurable(Sequence sequence, Callback callback);
  // Blocks until then. Not for the commit thread or an I/O thread.
  base::Status WaitUntilDurable(Sequence sequence);

  // Everything up to here is durable.
  Sequence durable() const;
  // The outcome of the latest sync, for readiness.
  base::Status status() const;
  Counters counters() const;

 private:
  struct Waiter {
    Sequence sequence;
    Callback callback;
  };

  void Run();
  void SyncFor(std::vector<Waiter> waiters);

  KeyValueStore& store_;
  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  // Below: guarded by mutex_.
  std::vector<Waiter> waiters_;
  Sequence durable_ = 0;
  base::Status status_;
  Counters counters_;
  bool stopping_ = false;
  // The last member: it runs from here on.
  std::thread thread_;
};

}  // namespace pinion::storage
