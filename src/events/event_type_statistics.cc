#include "events/event_type_statistics.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "storage/key.h"
#include "storage/record.h"

namespace pinion::events {
namespace {

using eventlog::Origin;
using storage::KeyReader;
using storage::KeySpace;
using storage::KeyWriter;

using Names = std::set<std::string, std::less<>>;

struct TypeKey {
  base::AppId app;
  std::string event_type;
  Origin origin = Origin::kApp;

  auto operator<=>(const TypeKey&) const = default;
};

// What is stored of a type beside its counts.
struct Seen {
  std::optional<base::Timestamp> first;
  base::Timestamp last;
  Names attributes;
  Names metrics;
};

// What a batch of events adds to a type.
struct Addition {
  Seen seen;
  std::map<int64_t, uint64_t> per_day;
};

int64_t DayOf(base::Timestamp at) {
  return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

KeyWriter TypePrefix(KeySpace space, const TypeKey& type) {
  KeyWriter key(space);
  key.Text(type.app.value()).Text(type.event_type).U8(static_cast<uint8_t>(type.origin));
  return key;
}

std::string SeenKey(const TypeKey& type) {
  return TypePrefix(KeySpace::kEventTypeSeen, type).Take();
}

std::string DayKey(const TypeKey& type, int64_t day) {
  return TypePrefix(KeySpace::kEventTypeDay, type).I64(day).Take();
}

void AddNames(Names& names, const Names& more) {
  for (const std::string& name : more) {
    if (names.size() >= kNamesPerTypeMax) {
      return;
    }
    names.insert(name);
  }
}

void Merge(Seen& seen, const Seen& more) {
  if (more.first.has_value()) {
    seen.last = seen.first.has_value() ? std::max(seen.last, more.last) : more.last;
    seen.first = std::min(seen.first.value_or(*more.first), *more.first);
  }
  AddNames(seen.attributes, more.attributes);
  AddNames(seen.metrics, more.metrics);
}

std::string EncodeSeen(const Seen& seen) {
  storage::RecordWriter record;
  record.Time(1, seen.first.value_or(seen.last)).Time(2, seen.last);
  for (const std::string& name : seen.attributes) {
    record.Text(3, name);
  }
  for (const std::string& name : seen.metrics) {
    record.Text(4, name);
  }
  return record.Take();
}

base::Result<Seen> DecodeSeen(std::string_view bytes) {
  Seen seen;
  storage::RecordReader record(bytes);
  while (record.Next()) {
    switch (record.field()) {
      case 1:
        seen.first = record.Time();
        break;
      case 2:
        seen.last = record.Time();
        break;
      case 3:
        seen.attributes.emplace(record.Text());
        break;
      case 4:
        seen.metrics.emplace(record.Text());
        break;
      default:
        break;
    }
  }
  PINION_CHECK(record.Finish("event type"));
  return seen;
}

base::Result<uint64_t> DecodeCount(std::string_view bytes) {
  uint64_t count = 0;
  if (!storage::ConsumeVarint(bytes, count)) {
    return base::Internal("a stored count of an event type is damaged");
  }
  return count;
}

template <class Value>
void KeepNames(const std::vector<std::pair<std::string, Value>>& pairs, Names& names) {
  for (const auto& [name, value] : pairs) {
    // Most names are known already: looking first saves a copy.
    if (!names.contains(name)) {
      names.insert(name);
    }
  }
}

std::map<TypeKey, Addition> Summarize(std::span<const eventlog::LoggedEvent> events) {
  std::map<TypeKey, Addition> additions;
  for (const eventlog::LoggedEvent& logged : events) {
    const eventlog::Event& event = logged.event;
    Addition& addition = additions[{logged.app, event.event_type, event.origin}];
    const base::Timestamp at = event.event_time();
    Merge(addition.seen, {.first = at, .last = at, .attributes = {}, .metrics = {}});
    KeepNames(event.attributes, addition.seen.attributes);
    KeepNames(event.metrics, addition.seen.metrics);
    ++addition.per_day[DayOf(at)];
  }
  return additions;
}

// Counts of days that no answer will cover again.
base::Status DeleteOldDays(const storage::KeyValueStore& store,
                           const TypeKey& type,
                           int64_t first_kept,
                           storage::WriteBatch& batch) {
  const std::string prefix = TypePrefix(KeySpace::kEventTypeDay, type).Take();
  const std::string end = DayKey(type, first_kept);
  return store.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view) {
    if (key >= end) {
      return false;
    }
    batch.Delete(std::string(key));
    return true;
  });
}

base::Status AddCounts(const storage::KeyValueStore& store,
                       const TypeKey& type,
                       const std::map<int64_t, uint64_t>& per_day,
                       int64_t today,
                       storage::WriteBatch& batch) {
  for (const auto& [day, added] : per_day) {
    if (day <= today - kCountedDays) {
      continue;
    }
    const std::string key = DayKey(type, day);
    PINION_TRY(const std::optional<std::string> stored, store.Get(key));
    uint64_t count = added;
    if (stored.has_value()) {
      PINION_TRY(const uint64_t before, DecodeCount(*stored));
      count += before;
    } else {
      PINION_CHECK(DeleteOldDays(store, type, today - kCountedDays + 1, batch));
    }
    std::string value;
    storage::AppendVarint(value, count);
    batch.Put(key, std::move(value));
  }
  return {};
}

}  // namespace

base::Status EventTypeStatistics::Consume(std::span<const eventlog::LoggedEvent> events,
                                          storage::WriteBatch& batch) {
  const int64_t today = DayOf(clock_.Now());
  for (const auto& [type, addition] : Summarize(events)) {
    PINION_TRY(const std::optional<std::string> stored, store_.Get(SeenKey(type)));
    Seen seen;
    if (stored.has_value()) {
      PINION_TRY(seen, DecodeSeen(*stored));
    }
    Merge(seen, addition.seen);
    batch.Put(SeenKey(type), EncodeSeen(seen));
    PINION_CHECK(AddCounts(store_, type, addition.per_day, today, batch));
  }
  return {};
}

base::Result<std::vector<model::EventTypeItem>> EventTypeStatistics::List(
    const base::AppId& app) const {
  std::map<TypeKey, uint64_t> counts;
  const int64_t first_day = DayOf(clock_.Now()) - kCountedDays + 1;
  base::Status status;
  const std::string days = KeyWriter(KeySpace::kEventTypeDay).Text(app.value()).Take();
  const auto snapshot = store_.Snapshot();
  const auto add_day = [&](std::string_view key, std::string_view value) {
    KeyReader reader(key);
    TypeKey type{base::AppId(reader.Text()), reader.Text(), static_cast<Origin>(reader.U8())};
    const base::Result<uint64_t> count = DecodeCount(value);
    if (!count.ok()) {
      status = count.error();
      return false;
    }
    counts[std::move(type)] += reader.I64() >= first_day ? *count : 0;
    return true;
  };
  PINION_CHECK(snapshot->Scan({.prefix = days}, add_day));
  PINION_CHECK(status);

  std::vector<model::EventTypeItem> items;
  const std::string types = KeyWriter(KeySpace::kEventTypeSeen).Text(app.value()).Take();
  const auto add_type = [&](std::string_view key, std::string_view value) {
    KeyReader reader(key);
    const TypeKey type{base::AppId(reader.Text()), reader.Text(), static_cast<Origin>(reader.U8())};
    const base::Result<Seen> seen = DecodeSeen(value);
    if (!seen.ok()) {
      status = seen.error();
      return false;
    }
    model::EventTypeItem item;
    item.event_type = type.event_type;
    item.origin = type.origin == Origin::kApp ? "APP" : "SYSTEM";
    item.count30_days = static_cast<int64_t>(counts[type]);
    item.first_seen = seen->first.value_or(seen->last);
    item.last_seen = seen->last;
    item.attributes.assign(seen->attributes.begin(), seen->attributes.end());
    item.metrics.assign(seen->metrics.begin(), seen->metrics.end());
    items.push_back(std::move(item));
    return true;
  };
  PINION_CHECK(snapshot->Scan({.prefix = types}, add_type));
  PINION_CHECK(status);
  return items;
}

void EventTypeStatistics::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  for (const KeySpace space : {KeySpace::kEventTypeSeen, KeySpace::kEventTypeDay}) {
    batch.DeletePrefix(KeyWriter(space).Text(app.value()).Take());
  }
}

}  // namespace pinion::events
