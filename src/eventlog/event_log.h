// The ordered, durable log of every application's events, and the durable cursors of those who read
// it. Appending is part of the caller's write batch: an event and what caused it are stored
// together or not at all. Readers see an event only when all earlier ones are visible too.
// Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/work_tracker.h"
#include "eventlog/event.h"
#include "storage/key_value_store.h"

namespace pinion::eventlog {

// Position of an event among all events of the server, from 1; never used twice.
using Position = uint64_t;

struct LoggedEvent {
  Position position = 0;
  base::AppId app;
  Event event;
};

class EventLog {
 public:
  EventLog(storage::KeyValueStore& store, base::WorkTracker& work);
  ~EventLog();

  // Finds the end of the log; before anything else.
  base::Status Open();

  // Keeps later events invisible until the batch that holds its events has been applied, or given
  // up. Destroy it right after Apply.
  class Append {
   public:
    Append() = default;
    Append(Append&&) noexcept;
    Append& operator=(Append&&) noexcept;
    ~Append();

   private:
    friend class EventLog;
    EventLog* log_ = nullptr;
    Position first_ = 0;
  };

  // Adds `events` in their order to `batch`.
  [[nodiscard]] Append Add(const base::AppId& app,
                           std::span<const Event> events,
                           storage::WriteBatch& batch);

  // The newest position up to which everything is visible.
  Position end() const;

  // Events of all applications after `after`, oldest first: at most `limit`, fewer where they are
  // large, none only if there are no more.
  base::Result<std::vector<LoggedEvent>> Read(Position after, size_t limit) const;
  // Visits one application's events in log order from the first position > `after` (descending: the
  // first < `after`, 0 = from the newest) until `visit` returns false.
  base::Status Visit(const base::AppId& app,
                     Position after,
                     storage::Direction direction,
                     const std::function<bool(const LoggedEvent&)>& visit) const;

  // Changes what stored events of one application say (OPS-63): `rewrite` changes an event and
  // tells whether it did. Begins behind `after`, ends with `up_to`, looks at no more than
  // `chunks_max` chunks. The changed events are put into `batch`. Only one caller at a time changes
  // or removes events of an application. Consumers that have passed an event do not see it again.
  struct Rewriting {
    Position after = 0;
    Position up_to = 0;
    size_t chunks_max = 64;
    std::function<bool(LoggedEvent&)> rewrite;
  };
  struct Rewritten {
    Position reached = 0;  // where to go on; `up_to` at the end
    std::vector<LoggedEvent> events = {};
  };
  base::Result<Rewritten> Rewrite(const base::AppId& app,
                                  const Rewriting& rewriting,
                                  storage::WriteBatch& batch) const;

  // Removes the application's oldest chunks, as long as all of a chunk arrived before `arrived` and
  // lies at or below `up_to`, which every consumer has passed (OPS-65); tells how many, at most
  // `chunks_max`.
  struct Removal {
    base::Timestamp arrived;
    Position up_to = 0;
    size_t chunks_max = 256;
  };
  base::Result<size_t> Remove(const base::AppId& app,
                              const Removal& removal,
                              storage::WriteBatch& batch) const;

  // Is told that events have become visible, on the thread that made them so. Must be quick. The
  // work tracker is not quiet before it has returned.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void OnVisible(Position end) = 0;
  };
  // `listener` must outlive its subscription; after Unsubscribe has returned it is not called any
  // more.
  void Subscribe(Listener& listener);
  void Unsubscribe(Listener& listener);

  // Removes an application's events; their positions stay used.
  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinion::eventlog
