// One entry of the event log: what an app reported, or what Pinion itself observed. It holds every
// fact of the stream record (events-analytics.md section 6) as of its acceptance, so that records
// can be written from it at any time, byte for byte the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace pinion::eventlog {

enum class Origin : uint8_t { kApp = 0, kSystem = 1 };

struct Session {
  std::string id;
  base::Timestamp start;
  std::optional<base::Timestamp> stop;

  bool operator==(const Session&) const = default;
};

struct Event {
  Origin origin = Origin::kApp;
  std::string event_id;  // the caller's key; "" for system events
  std::string event_type;
  std::string endpoint_id;      // client.client_id
  std::string user_id;          // the endpoint's user at acceptance; "" if none
  base::Timestamp reported_at;  // event_timestamp: as reported (EVT-22)
  base::Timestamp arrived_at;   // arrival_timestamp
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<std::pair<std::string, double>> metrics;
  std::optional<Session> session;

  // Facts of app events about the app and the device; name → value, only those that are known:
  // package_name, title, version_name, version_code, sdk_name, sdk_version,
  // cognito_identity_pool_id, cognito_id, locale, make, model, platform, platform_version.
  // Facts of events about a message, for counting and no part of the stream record: message_id; and
  // sent_at, epoch milliseconds, once the message counts as sent (KPI-20, KPI-21).
  std::vector<std::pair<std::string, std::string>> facts;
  // System events: client_context.custom members (`endpoint`, `legacy_identifier`), and the JSON of
  // `facets` ("" if none).
  std::vector<std::pair<std::string, std::string>> client_context;
  std::string facets_json;

  // Event time as it counts everywhere but in the stream record: never after the arrival (EVT-22).
  base::Timestamp event_time() const { return reported_at < arrived_at ? reported_at : arrived_at; }
  // The value of an attribute, or nullptr.
  const std::string* FindAttribute(std::string_view name) const;
  // The value of a fact, or nullptr.
  const std::string* FindFact(std::string_view name) const;

  bool operator==(const Event&) const = default;
};

}  // namespace pinion::eventlog
