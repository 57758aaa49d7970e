#include "events/idempotency_window.h"

#include <algorithm>
#include <charconv>
#include <numeric>
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
// Parts of an identity. The digests are prefixes of SHA-256: no two events of one endpoint and
// millisecond meet by chance, nor by an effort that would be worth it.
constexpr size_t kEndpointBytes = 8;
constexpr size_t kTimeBytes = 8;
constexpr size_t kEventBytes = 12;
constexpr size_t kIdentityBytes = kEndpointBytes + kTimeBytes + kEventBytes;
// From this many events of one endpoint on it is quicker to look through its marks of their time
// than to look each up.
constexpr size_t kLookThroughMin = 4;
// Marks passed over in this, per event that is looked for, before giving up and looking each up
// after all.
constexpr size_t kMarksPerEventMax = 4;
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

bool WithinWindow(std::string_view mark, base::Timestamp now) {
  uint64_t millis = 0;
  return storage::ConsumeVarint(mark, millis) &&
         now - base::TimestampFromMillis(static_cast<int64_t>(millis)) <= kDuplicateWindow;
}

void AppendPart(std::string& out, std::string_view part) {
  storage::AppendVarint(out, part.size());
  out.append(part);
}

}  // namespace

EventIdentity::EventIdentity(std::string_view endpoint_key)
    : endpoint_(base::Sha256(endpoint_key), 0, kEndpointBytes) {}

std::string EventIdentity::Of(std::string_view event_id,
                              std::string_view event_type,
                              base::Timestamp reported_at) const {
  std::string parts;
  parts.reserve(endpoint_.size() + event_id.size() + event_type.size() + 4);
  parts += endpoint_;
  AppendPart(parts, event_id);
  AppendPart(parts, event_type);
  std::string identity;
  identity.reserve(kIdentityBytes);
  identity += endpoint_;
  const auto millis = static_cast<uint64_t>(base::ToMillis(reported_at));
  for (size_t left = kTimeBytes; left > 0; --left) {
    identity.push_back(static_cast<char>(static_cast<uint8_t>(millis >> (8 * (left - 1)))));
  }
  identity.append(base::Sha256(parts), 0, kEventBytes);
  return identity;
}

IdempotencyWindow::IdempotencyWindow(storage::KeyValueStore& store, timers::TimerService& timers)
    : store_(store), timers_(timers) {
  timers_.Register(std::string(kCleanUp), *this);
}

base::Result<std::vector<bool>> IdempotencyWindow::WereAccepted(
    const base::AppId& app, std::span<const std::string> identities, base::Timestamp now) const {
  Lookup lookup{app, identities, now, std::vector<bool>(identities.size())};
  std::vector<size_t> one_by_one;
  for (size_t from = 0; from < identities.size();) {
    const std::string_view endpoint = std::string_view(identities[from]).substr(0, kEndpointBytes);
    size_t to = from;
    while (to < identities.size() && identities[to].compare(0, kEndpointBytes, endpoint) == 0) {
      ++to;
    }
    bool done = to - from >= kLookThroughMin;
    for (int64_t day = DayOf(now); done && day > DayOf(now) - kDaysKept; --day) {
      PINION_TRY(done, LookThrough(from, to, day, lookup));
    }
    for (size_t i = from; i < to && !done; ++i) {
      one_by_one.push_back(i);
    }
    from = to;
  }
  PINION_CHECK(LookUpEach(one_by_one, lookup));
  return std::move(lookup.accepted);
}

// Goes through the marks between the least and the greatest of the identities in [from, to), all of
// one endpoint: mostly there is none but those that are looked for. False if there are too many.
base::Result<bool> IdempotencyWindow::LookThrough(size_t from,
                                                  size_t to,
                                                  int64_t day,
                                                  Lookup& lookup) const {
  std::vector<size_t> order(to - from);
  std::iota(order.begin(), order.end(), from);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return lookup.identities[a] < lookup.identities[b];
  });
  const std::string_view endpoint =
      std::string_view(lookup.identities[from]).substr(0, kEndpointBytes);
  const std::string prefix = DayPrefix(day).Text(lookup.app.value()).Raw(endpoint).Take();
  const std::string first = MarkKey(day, lookup.app, lookup.identities[order.front()]);
  size_t passed = 0;
  auto next = order.begin();
  const auto match = [&](std::string_view key, std::string_view mark) {
    const std::string_view identity = key.substr(key.size() - kIdentityBytes);
    while (next != order.end() && lookup.identities[*next] < identity) {
      ++next;
    }
    for (; next != order.end() && lookup.identities[*next] == identity; ++next) {
      if (WithinWindow(mark, lookup.now)) {
        lookup.accepted[*next] = true;
      }
    }
    return next != order.end() && ++passed < kMarksPerEventMax * order.size();
  };
  PINION_CHECK(store_.Scan({.prefix = prefix, .from = first}, match));
  return next == order.end() || passed < kMarksPerEventMax * order.size();
}

base::Status IdempotencyWindow::LookUpEach(std::span<const size_t> indexes, Lookup& lookup) const {
  std::vector<std::string> keys;
  keys.reserve(kDaysKept * indexes.size());
  for (int64_t day = DayOf(lookup.now); day > DayOf(lookup.now) - kDaysKept; --day) {
    for (const size_t index : indexes) {
      keys.push_back(MarkKey(day, lookup.app, lookup.identities[index]));
    }
  }
  PINION_TRY(const auto marks, store_.MultiGet(keys));
  for (size_t i = 0; i < marks.size(); ++i) {
    if (marks[i].has_value() && WithinWindow(*marks[i], lookup.now)) {
      lookup.accepted[indexes[i % indexes.size()]] = true;
    }
  }
  return {};
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
