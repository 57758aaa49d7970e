#include "server/configuration_record.h"

#include <map>
#include <string_view>
#include <utility>

#include "audit/service_event.h"
#include "base/json_text.h"
#include "storage/key.h"
#include "storage/key_space.h"
#include "storage/record.h"

namespace pinion::server {

namespace {

using Values = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view kDefaultSource = "default";

std::string ConfigurationKey() {
  return storage::KeyWriter(storage::KeySpace::kSetting).Text("configuration").Take();
}

// Field 1 a key, field 2 its value, in turn.
base::Result<Values> Remembered(const storage::Reader& store) {
  Values values;
  PINION_TRY(const auto stored, store.Get(ConfigurationKey()));
  if (!stored) {
    return values;
  }
  storage::RecordReader reader(*stored);
  std::string key;
  while (reader.Next()) {
    if (reader.field() == 1) {
      key = reader.Text();
    } else if (reader.field() == 2) {
      values[key] = reader.Text();
    }
  }
  PINION_CHECK(reader.Finish("configuration"));
  return values;
}

std::string Remember(const Values& values) {
  storage::RecordWriter writer;
  for (const auto& [key, value] : values) {
    writer.Text(1, key).Text(2, value);
  }
  return writer.Take();
}

// What is not set is as good as the default.
std::string ValueIn(const Values& values, const std::string& key) {
  const auto found = values.find(key);
  return found != values.end() ? found->second : "";
}

}  // namespace

base::Status RecordConfiguration(const ConfigurationRecordParts& parts,
                                 const std::vector<ConfigEntry>& entries) {
  PINION_TRY(const Values before, Remembered(parts.store));
  Values now;
  base::JsonWriter changes;
  changes.BeginObject();
  for (const ConfigEntry& entry : entries) {
    if (entry.source != kDefaultSource) {
      now[entry.key] = entry.value;
    }
    const std::string old_value = ValueIn(before, entry.key);
    const std::string new_value = ValueIn(now, entry.key);
    if (old_value != new_value) {
      changes.Key(entry.key).BeginObject();
      changes.Key("from").String(old_value).Key("to").String(new_value).EndObject();
    }
  }
  changes.EndObject();
  if (now == before) {
    return {};
  }
  PINION_CHECK(parts.log.Append(audit::RecordOf({.at = parts.wall_clock.Now(),
                                                 .event_id = parts.ids.NewUuid(),
                                                 .operation = "ConfigurationChange",
                                                 .region = parts.region,
                                                 .account_id = parts.account_id,
                                                 .request_parameters = changes.Take()})));
  storage::WriteBatch batch;
  batch.Put(ConfigurationKey(), Remember(now));
  PINION_CHECK(parts.store.Apply(batch));
  return {};
}

}  // namespace pinion::server
