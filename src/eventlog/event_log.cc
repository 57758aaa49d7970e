#include "eventlog/event_log.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "eventlog/event_record.h"
#include "storage/key.h"
#include "storage/record.h"

namespace pinion::eventlog {
namespace {

using storage::KeyReader;
using storage::KeySpace;
using storage::KeyWriter;

// Read loads this many events at a time, and no more once it holds this many bytes.
constexpr size_t kLoadMax = 64;
constexpr size_t kReadBytesMax = 8 << 20;

// The events of one Append: positions first … first + count - 1, all of one application.
struct Span {
  base::AppId app;
  Position first = 0;
  uint64_t count = 0;
};

std::string SpanKey(Position first) {
  return KeyWriter(KeySpace::kEventLog).U64(first).Take();
}

std::string AppPrefix(const base::AppId& app) {
  return KeyWriter(KeySpace::kAppEvent).Text(app.value()).Take();
}

std::string EventKey(const base::AppId& app, Position position) {
  return KeyWriter(KeySpace::kAppEvent).Text(app.value()).U64(position).Take();
}

std::string EncodeSpan(const Span& span) {
  return storage::RecordWriter().Text(1, span.app.value()).Uint(2, span.count).Take();
}

base::Result<Span> DecodeSpan(std::string_view key, std::string_view value) {
  Span span;
  KeyReader reader(key);
  span.first = reader.U64();
  storage::RecordReader record(value);
  while (record.Next()) {
    switch (record.field()) {
      case 1:
        span.app = base::AppId(record.Text());
        break;
      case 2:
        span.count = record.Uint();
        break;
      default:
        break;
    }
  }
  PINION_CHECK(record.Finish("entry of the event log"));
  return span;
}

}  // namespace

// Invariants, under mutex_:
// 1. Positions below next_ have been given out; each belongs to a batch that was applied, given up,
// or is outstanding.
// 2. end_ is one less than the first position of the oldest outstanding append, or than next_ if
// there is none. So no
//    append that is still to come becomes visible below end_: a reader that has read up to end_ has
//    missed nothing.
class EventLog::Impl {
 public:
  Impl(storage::KeyValueStore& store, base::WorkTracker& work) : store_(store), work_(work) {}

  base::Status Open();
  Position Begin(size_t count);
  void Finish(Position first);
  Position end() const { return end_; }
  base::Result<std::vector<LoggedEvent>> Read(Position after, size_t limit) const;
  base::Status Visit(const base::AppId& app,
                     Position after,
                     storage::Direction direction,
                     const std::function<bool(const LoggedEvent&)>& visit) const;
  void Subscribe(Listener& listener);
  void Unsubscribe(Listener& listener);

 private:
  struct Slot {
    base::AppId app;
    Position position;
  };

  base::Result<std::vector<Slot>> ReadSlots(Position after, size_t limit, Position end) const;
  // Adds those of `slots` that still exist, fewer where they are large.
  base::Status Load(std::span<const Slot> slots, std::vector<LoggedEvent>& events) const;

  storage::KeyValueStore& store_;
  base::WorkTracker& work_;

  std::mutex mutex_;
  Position next_ = 0;  // 0: not open
  std::map<Position, base::WorkTracker::Token> outstanding_;
  std::atomic<Position> end_ = 0;

  std::mutex listeners_mutex_;
  std::vector<Listener*> listeners_;
};

base::Status EventLog::Impl::Open() {
  const std::string prefix = KeyWriter(KeySpace::kEventLog).Take();
  base::Result<Span> last = Span{};
  const auto take = [&](std::string_view key, std::string_view value) {
    last = DecodeSpan(key, value);
    return false;
  };
  PINION_CHECK(store_.Scan({.prefix = prefix, .direction = storage::Direction::kBackward}, take));
  PINION_TRY(const Span span, std::move(last));
  const std::lock_guard lock(mutex_);
  PINION_ASSERT(outstanding_.empty());
  next_ = std::max<Position>(span.first + span.count, 1);
  end_ = next_ - 1;
  return {};
}

Position EventLog::Impl::Begin(size_t count) {
  const std::lock_guard lock(mutex_);
  PINION_ASSERT(next_ > 0);
  const Position first = next_;
  next_ += count;
  outstanding_.emplace(first, work_.Start());
  return first;
}

void EventLog::Impl::Finish(Position first) {
  // Goes after the listeners have been told, so that the server is not quiet in between.
  base::WorkTracker::Token token;
  Position end = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto found = outstanding_.find(first);
    PINION_ASSERT(found != outstanding_.end());
    token = std::move(found->second);
    outstanding_.erase(found);
    end = (outstanding_.empty() ? next_ : outstanding_.begin()->first) - 1;
    if (end == end_) {
      return;
    }
    end_ = end;
  }
  const std::lock_guard lock(listeners_mutex_);
  for (Listener* listener : listeners_) {
    listener->OnVisible(end);
  }
}

base::Result<std::vector<LoggedEvent>> EventLog::Impl::Read(Position after, size_t limit) const {
  const Position end = end_;
  std::vector<LoggedEvent> events;
  while (events.empty() && after < end && limit > 0) {
    PINION_TRY(const std::vector<Slot> slots, ReadSlots(after, limit, end));
    if (slots.empty()) {
      break;
    }
    PINION_CHECK(Load(slots, events));
    // Goes on only if nothing is left of these: their application was deleted.
    after = slots.back().position;
  }
  return events;
}

base::Result<std::vector<EventLog::Impl::Slot>> EventLog::Impl::ReadSlots(Position after,
                                                                          size_t limit,
                                                                          Position end) const {
  const std::string prefix = KeyWriter(KeySpace::kEventLog).Take();
  const std::string first_key = SpanKey(after + 1);
  // The span that holds the first position may have begun before it.
  std::string from = first_key;
  const auto begin_at = [&](std::string_view key, std::string_view) {
    from = key;
    return false;
  };
  PINION_CHECK(store_.Scan(
      {.prefix = prefix, .from = first_key, .direction = storage::Direction::kBackward}, begin_at));

  std::vector<Slot> slots;
  base::Status status;
  const auto take = [&](std::string_view key, std::string_view value) {
    const base::Result<Span> span = DecodeSpan(key, value);
    if (!span.ok()) {
      status = span.error();
      return false;
    }
    const Position last = std::min<Position>(span->first + span->count - 1, end);
    for (Position at = std::max(span->first, after + 1); at <= last && slots.size() < limit; ++at) {
      slots.push_back({span->app, at});
    }
    return last < end && slots.size() < limit;
  };
  PINION_CHECK(store_.Scan({.prefix = prefix, .from = from}, take));
  PINION_CHECK(status);
  return slots;
}

base::Status EventLog::Impl::Load(std::span<const Slot> slots,
                                  std::vector<LoggedEvent>& events) const {
  size_t bytes = 0;
  for (size_t from = 0; from < slots.size(); from += kLoadMax) {
    const std::span<const Slot> some = slots.subspan(from, std::min(kLoadMax, slots.size() - from));
    std::vector<std::string> keys;
    keys.reserve(some.size());
    for (const Slot& slot : some) {
      keys.push_back(EventKey(slot.app, slot.position));
    }
    PINION_TRY(const auto values, store_.MultiGet(keys));
    for (size_t i = 0; i < some.size(); ++i) {
      if (values[i].has_value()) {
        bytes += values[i]->size();
        PINION_TRY(Event event, DecodeEvent(*values[i]));
        events.push_back({some[i].position, some[i].app, std::move(event)});
      }
    }
    if (bytes >= kReadBytesMax && !events.empty()) {
      break;
    }
  }
  return {};
}

base::Status EventLog::Impl::Visit(const base::AppId& app,
                                   Position after,
                                   storage::Direction direction,
                                   const std::function<bool(const LoggedEvent&)>& visit) const {
  const Position end = end_;
  const bool forward = direction == storage::Direction::kForward;
  const Position first = forward ? after + 1 : std::min(end, after == 0 ? end : after - 1);
  if (first == 0) {
    return {};
  }
  const std::string prefix = AppPrefix(app);
  const std::string from = EventKey(app, first);
  base::Status status;
  const auto take = [&](std::string_view key, std::string_view value) {
    KeyReader reader(key);
    reader.Text();
    const Position position = reader.U64();
    if (position > end) {
      return false;
    }
    base::Result<Event> event = DecodeEvent(value);
    if (!event.ok()) {
      status = event.error();
      return false;
    }
    return visit({position, app, *std::move(event)});
  };
  PINION_CHECK(store_.Scan({.prefix = prefix, .from = from, .direction = direction}, take));
  return status;
}

void EventLog::Impl::Subscribe(Listener& listener) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.push_back(&listener);
}

void EventLog::Impl::Unsubscribe(Listener& listener) {
  const std::lock_guard lock(listeners_mutex_);
  std::erase(listeners_, &listener);
}

EventLog::Append::Append(Append&& other) noexcept
    : log_(std::exchange(other.log_, nullptr)), first_(other.first_) {}

EventLog::Append& EventLog::Append::operator=(Append&& other) noexcept {
  std::swap(log_, other.log_);
  std::swap(first_, other.first_);
  return *this;
}

EventLog::Append::~Append() {
  if (log_ != nullptr) {
    log_->impl_->Finish(first_);
  }
}

EventLog::EventLog(storage::KeyValueStore& store, base::WorkTracker& work)
    : impl_(std::make_unique<Impl>(store, work)) {}

EventLog::~EventLog() = default;

base::Status EventLog::Open() {
  return impl_->Open();
}

EventLog::Append EventLog::Add(const base::AppId& app,
                               std::span<const Event> events,
                               storage::WriteBatch& batch) {
  Append append;
  if (events.empty()) {
    return append;
  }
  append.first_ = impl_->Begin(events.size());
  append.log_ = this;
  batch.Put(SpanKey(append.first_), EncodeSpan({app, append.first_, events.size()}));
  Position position = append.first_;
  for (const Event& event : events) {
    batch.Put(EventKey(app, position++), EncodeEvent(event));
  }
  return append;
}

Position EventLog::end() const {
  return impl_->end();
}

base::Result<std::vector<LoggedEvent>> EventLog::Read(Position after, size_t limit) const {
  return impl_->Read(after, limit);
}

base::Status EventLog::Visit(const base::AppId& app,
                             Position after,
                             storage::Direction direction,
                             const std::function<bool(const LoggedEvent&)>& visit) const {
  return impl_->Visit(app, after, direction, visit);
}

void EventLog::Subscribe(Listener& listener) {
  impl_->Subscribe(listener);
}

void EventLog::Unsubscribe(Listener& listener) {
  impl_->Unsubscribe(listener);
}

void EventLog::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  batch.DeletePrefix(AppPrefix(app));
}

}  // namespace pinion::eventlog
