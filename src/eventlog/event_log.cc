#include "eventlog/event_log.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
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

// Events of one append are stored together, as many as fit: a chunk. A single event may be larger.
constexpr size_t kChunkEventsMax = 128;
constexpr size_t kChunkBytesMax = 128 << 10;
// Read loads this many chunks at a time, and no more once it holds this many bytes.
constexpr size_t kLoadMax = 16;
constexpr size_t kReadBytesMax = 8 << 20;
constexpr uint32_t kEventField = 1;

// The events of one chunk: positions first … first + count - 1, all of one application.
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

std::string ChunkKey(const base::AppId& app, Position first) {
  return KeyWriter(KeySpace::kAppEvent).Text(app.value()).U64(first).Take();
}

Position FirstOfChunk(std::string_view key) {
  KeyReader reader(key);
  reader.Text();
  return reader.U64();
}

std::string EncodeSpan(const Span& span) {
  return storage::RecordWriter().Text(1, span.app.value()).Uint(2, span.count).Take();
}

// The encoded events of a chunk, which must outlive them.
base::Result<std::vector<std::string_view>> EventsOfChunk(std::string_view chunk) {
  std::vector<std::string_view> events;
  storage::RecordReader record(chunk);
  while (record.Next()) {
    if (record.field() == kEventField) {
      events.push_back(record.Text());
    }
  }
  PINION_CHECK(record.Finish("chunk of events"));
  return events;
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

struct Chunk {
  const base::AppId& app;
  Position first;
  std::string_view bytes;
};

struct VisitRange {
  Position low;
  Position high;
  storage::Direction direction;
};

// False when the visitor has had enough.
base::Result<bool> VisitChunk(const Chunk& chunk,
                              const VisitRange& range,
                              const std::function<bool(const LoggedEvent&)>& visit) {
  PINION_TRY(const std::vector<std::string_view> events, EventsOfChunk(chunk.bytes));
  const bool forward = range.direction == storage::Direction::kForward;
  for (size_t n = 0; n < events.size(); ++n) {
    const size_t i = forward ? n : events.size() - 1 - n;
    const Position position = chunk.first + i;
    if (position < range.low || position > range.high) {
      continue;
    }
    PINION_TRY(Event event, DecodeEvent(events[i]));
    if (!visit({position, chunk.app, std::move(event)})) {
      return false;
    }
  }
  return true;
}

// The chunk's new bytes, with the changed events added to `changed`; nothing where all stay as they
// are.
base::Result<std::optional<std::string>> RewriteChunk(
    const Chunk& chunk,
    const VisitRange& range,
    const std::function<bool(LoggedEvent&)>& rewrite,
    std::vector<LoggedEvent>& changed) {
  PINION_TRY(const std::vector<std::string_view> events, EventsOfChunk(chunk.bytes));
  storage::RecordWriter record;
  const size_t changed_before = changed.size();
  for (size_t i = 0; i < events.size(); ++i) {
    const Position position = chunk.first + i;
    if (position < range.low || position > range.high) {
      record.Text(kEventField, events[i]);
      continue;
    }
    PINION_TRY(Event event, DecodeEvent(events[i]));
    LoggedEvent logged{position, chunk.app, std::move(event)};
    if (rewrite(logged)) {
      record.Text(kEventField, EncodeEvent(logged.event));
      changed.push_back(std::move(logged));
    } else {
      record.Text(kEventField, events[i]);
    }
  }
  return changed.size() == changed_before ? std::optional<std::string>()
                                          : std::optional(record.Take());
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
  base::Result<Rewritten> Rewrite(const base::AppId& app,
                                  const Rewriting& rewriting,
                                  storage::WriteBatch& batch) const;
  base::Result<size_t> Remove(const base::AppId& app,
                              const Removal& removal,
                              storage::WriteBatch& batch) const;
  void Subscribe(Listener& listener);
  void Unsubscribe(Listener& listener);

 private:
  // Which events to load: those of `spans` after `after`, at most `limit`.
  struct Selection {
    std::vector<Span> spans;
    Position after;
    size_t limit;
  };

  base::Result<std::string> ChunkToBeginAt(const base::AppId& app, Position position) const;
  base::Result<std::vector<Span>> ReadSpans(Position after, size_t limit, Position end) const;
  // Adds those that still exist, fewer where they are large.
  base::Status Load(const Selection& selection, std::vector<LoggedEvent>& events) const;

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
    Selection selection{.spans = {}, .after = after, .limit = limit};
    PINION_TRY(selection.spans, ReadSpans(after, limit, end));
    if (selection.spans.empty()) {
      break;
    }
    PINION_CHECK(Load(selection, events));
    // Goes on only if nothing is left of these: their application was deleted.
    after = selection.spans.back().first + selection.spans.back().count - 1;
  }
  return events;
}

// The spans that hold the first `limit` events after `after`.
base::Result<std::vector<Span>> EventLog::Impl::ReadSpans(Position after,
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

  std::vector<Span> spans;
  size_t found = 0;
  base::Status status;
  const auto take = [&](std::string_view key, std::string_view value) {
    base::Result<Span> span = DecodeSpan(key, value);
    if (!span.ok()) {
      status = span.error();
      return false;
    }
    if (span->first > end) {
      return false;
    }
    const Position last = span->first + span->count - 1;
    if (last > after) {
      found += last - std::max(span->first - 1, after);
      spans.push_back(*std::move(span));
    }
    return found < limit;
  };
  PINION_CHECK(store_.Scan({.prefix = prefix, .from = from}, take));
  PINION_CHECK(status);
  return spans;
}

base::Status EventLog::Impl::Load(const Selection& selection,
                                  std::vector<LoggedEvent>& events) const {
  const std::vector<Span>& spans = selection.spans;
  size_t bytes = 0;
  for (size_t from = 0; from < spans.size(); from += kLoadMax) {
    const size_t to = std::min(from + kLoadMax, spans.size());
    std::vector<std::string> keys;
    keys.reserve(to - from);
    for (size_t i = from; i < to; ++i) {
      keys.push_back(ChunkKey(spans[i].app, spans[i].first));
    }
    PINION_TRY(const auto chunks, store_.MultiGet(keys));
    for (size_t i = from; i < to; ++i) {
      const std::optional<std::string>& chunk = chunks[i - from];
      if (!chunk.has_value()) {
        continue;
      }
      bytes += chunk->size();
      PINION_TRY(const auto encoded, EventsOfChunk(*chunk));
      Position position = spans[i].first;
      for (const std::string_view one : encoded) {
        if (position > selection.after && events.size() < selection.limit) {
          PINION_TRY(Event event, DecodeEvent(one));
          events.push_back({position, spans[i].app, std::move(event)});
        }
        ++position;
      }
      if (bytes >= kReadBytesMax && !events.empty()) {
        return {};
      }
    }
  }
  return {};
}

base::Status EventLog::Impl::Visit(const base::AppId& app,
                                   Position after,
                                   storage::Direction direction,
                                   const std::function<bool(const LoggedEvent&)>& visit) const {
  const bool forward = direction == storage::Direction::kForward;
  const Position end = end_;
  const VisitRange range{.low = forward ? after + 1 : 1,
                         .high = forward || after == 0 ? end : std::min(end, after - 1),
                         .direction = direction};
  if (range.low > range.high) {
    return {};
  }
  std::string from = ChunkKey(app, forward ? range.low : range.high);
  if (forward) {
    PINION_TRY(from, ChunkToBeginAt(app, range.low));
  }
  base::Status status;
  const auto take = [&](std::string_view key, std::string_view bytes) {
    const Chunk chunk{app, FirstOfChunk(key), bytes};
    if (chunk.first > range.high) {
      return false;
    }
    const base::Result<bool> goes_on = VisitChunk(chunk, range, visit);
    if (!goes_on.ok()) {
      status = goes_on.error();
    }
    return goes_on.ok() && *goes_on;
  };
  const std::string prefix = AppPrefix(app);
  PINION_CHECK(store_.Scan({.prefix = prefix, .from = from, .direction = direction}, take));
  return status;
}

// The key of the chunk that holds `position`, or of one before it that does not matter.
base::Result<std::string> EventLog::Impl::ChunkToBeginAt(const base::AppId& app,
                                                         Position position) const {
  const std::string prefix = AppPrefix(app);
  const std::string key_of_position = ChunkKey(app, position);
  std::string found = key_of_position;
  const auto take = [&](std::string_view key, std::string_view) {
    found = key;
    return false;
  };
  PINION_CHECK(store_.Scan(
      {.prefix = prefix, .from = key_of_position, .direction = storage::Direction::kBackward},
      take));
  return found;
}

base::Result<EventLog::Rewritten> EventLog::Impl::Rewrite(const base::AppId& app,
                                                          const Rewriting& rewriting,
                                                          storage::WriteBatch& batch) const {
  const VisitRange range{.low = rewriting.after + 1,
                         .high = std::min<Position>(rewriting.up_to, end_),
                         .direction = storage::Direction::kForward};
  Rewritten result{.reached = rewriting.up_to};
  if (range.low > range.high) {
    return result;
  }
  PINION_TRY(const std::string from, ChunkToBeginAt(app, range.low));
  size_t chunks = 0;
  base::Status status;
  const auto take = [&](std::string_view key, std::string_view bytes) {
    const Position first = FirstOfChunk(key);
    if (first > range.high) {
      return false;
    }
    if (chunks++ == rewriting.chunks_max) {
      result.reached = first - 1;
      return false;
    }
    auto changed = RewriteChunk({app, first, bytes}, range, rewriting.rewrite, result.events);
    if (!changed.ok()) {
      status = changed.error();
      return false;
    }
    if (*changed) {
      batch.Put(std::string(key), **std::move(changed));
    }
    return true;
  };
  PINION_CHECK(store_.Scan({.prefix = AppPrefix(app), .from = from}, take));
  PINION_CHECK(status);
  return result;
}

base::Result<size_t> EventLog::Impl::Remove(const base::AppId& app,
                                            const Removal& removal,
                                            storage::WriteBatch& batch) const {
  // The newest entry of the log stays: it tells which positions were given out.
  std::string newest;
  PINION_CHECK(store_.Scan(
      {.prefix = KeyWriter(KeySpace::kEventLog).Take(), .direction = storage::Direction::kBackward},
      [&](std::string_view key, std::string_view) {
        newest = key;
        return false;
      }));
  size_t removed = 0;
  base::Status status;
  const auto take = [&](std::string_view key, std::string_view bytes) {
    const Position first = FirstOfChunk(key);
    bool old = removed < removal.chunks_max;
    Position last = first - 1;
    const auto judge = [&](const LoggedEvent& logged) {
      last = logged.position;
      old = old && logged.event.arrived_at < removal.arrived;
      return old;
    };
    const base::Result<bool> judged =
        VisitChunk({app, first, bytes}, {0, removal.up_to, storage::Direction::kForward}, judge);
    const auto events = EventsOfChunk(bytes);
    if (!judged.ok() || !events.ok()) {
      status = judged.ok() ? events.error() : judged.error();
      return false;
    }
    if (!old || last + 1 != first + events->size()) {
      return false;
    }
    batch.Delete(std::string(key));
    if (SpanKey(first) != newest) {
      batch.Delete(SpanKey(first));
    }
    ++removed;
    return true;
  };
  PINION_CHECK(store_.Scan({.prefix = AppPrefix(app)}, take));
  PINION_CHECK(status);
  return removed;
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
  Position position = append.first_;
  while (!events.empty()) {
    storage::RecordWriter chunk;
    size_t count = 0;
    while (count < std::min(events.size(), kChunkEventsMax) &&
           chunk.bytes().size() < kChunkBytesMax) {
      chunk.Text(kEventField, EncodeEvent(events[count++]));
    }
    batch.Put(SpanKey(position), EncodeSpan({app, position, count}));
    batch.Put(ChunkKey(app, position), chunk.Take());
    position += count;
    events = events.subspan(count);
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

base::Result<EventLog::Rewritten> EventLog::Rewrite(const base::AppId& app,
                                                    const Rewriting& rewriting,
                                                    storage::WriteBatch& batch) const {
  return impl_->Rewrite(app, rewriting, batch);
}

base::Result<size_t> EventLog::Remove(const base::AppId& app,
                                      const Removal& removal,
                                      storage::WriteBatch& batch) const {
  return impl_->Remove(app, removal, batch);
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
