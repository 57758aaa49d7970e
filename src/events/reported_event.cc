#include "events/reported_event.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "events/limits.h"
#include "model/codec.h"
#include "model/events.h"

namespace pinion::events {
namespace {

using Text = std::optional<std::string>;

bool IsBlank(const Text& text) {
  return !text.has_value() || text->find_first_not_of(" \t\r\n\f\v") == std::string::npos;
}

bool LongerThan(std::string_view text, size_t characters_max) {
  // A character has at least one byte, so short texts need no counting.
  return text.size() > characters_max && base::CountCodePoints(text) > characters_max;
}

base::Error TooLong(std::string_view what, size_t characters_max) {
  return base::InvalidArgument(std::string(what) + " must not be longer than " +
                               std::to_string(characters_max) + " characters");
}

base::Status CheckLength(std::string_view what, std::string_view text, size_t characters_max) {
  if (LongerThan(text, characters_max)) {
    return TooLong(what, characters_max);
  }
  return {};
}

// ISO 8601, or epoch milliseconds (13 digits) or seconds (10 digits), EVT-11.
std::optional<base::Timestamp> ParseTimestamp(std::string_view text) {
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && (text.size() == 13 || text.size() == 10)) {
    int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return base::TimestampFromMillis(text.size() == 13 ? number : number * 1000);
  }
  return base::ParseInstant(text);
}

base::Result<base::Timestamp> ReadTimestamp(std::string_view what, const Text& text) {
  if (IsBlank(text)) {
    return base::InvalidArgument(std::string(what) + " cannot be null, empty or blank");
  }
  const std::optional<base::Timestamp> at = ParseTimestamp(*text);
  if (!at.has_value()) {
    return base::InvalidArgument(std::string(what) + " must be in ISO 8601 format");
  }
  return *at;
}

base::Status CheckName(std::string_view kind, std::string_view name) {
  if (name.empty()) {
    return base::InvalidArgument(std::string(kind) + ": a name must not be empty");
  }
  return CheckLength(std::string(kind) + ": a name", name, kNameCharactersMax);
}

base::Status ReadAttributes(model::UncheckedEvent& reported, eventlog::Event& event) {
  if (reported.attributes.has_value()) {
    for (auto& [name, value] : *reported.attributes) {
      PINION_CHECK(CheckName("Attributes", name));
      if (LongerThan(value, kValueCharactersMax)) {
        return TooLong("Attributes." + name, kValueCharactersMax);
      }
    }
    event.attributes = std::move(reported.attributes->entries());
  }
  if (reported.metrics.has_value()) {
    for (const auto& [name, value] : *reported.metrics) {
      PINION_CHECK(CheckName("Metrics", name));
    }
    event.metrics = std::move(reported.metrics->entries());
  }
  if (event.attributes.size() + event.metrics.size() > kAttributesAndMetricsMax) {
    return base::InvalidArgument("An event must not have more than " +
                                 std::to_string(kAttributesAndMetricsMax) +
                                 " attributes and metrics");
  }
  return {};
}

base::Status ReadSession(const model::UncheckedSession& reported, eventlog::Event& event) {
  if (reported == model::UncheckedSession{}) {
    return {};
  }
  if (!reported.id.has_value() || reported.id->empty()) {
    return base::InvalidArgument("Session.Id cannot be null or empty");
  }
  PINION_CHECK(CheckLength("Session.Id", *reported.id, kSessionIdCharactersMax));
  eventlog::Session session;
  session.id = *reported.id;
  PINION_TRY(session.start, ReadTimestamp("Session.StartTimestamp", reported.start_timestamp));
  if (!IsBlank(reported.stop_timestamp)) {
    PINION_TRY(session.stop, ReadTimestamp("Session.StopTimestamp", reported.stop_timestamp));
    if (*session.stop < session.start) {
      return base::InvalidArgument(
          "Session.StopTimestamp must not be before Session.StartTimestamp");
    }
  }
  if (reported.duration.value_or(0) < 0) {
    return base::InvalidArgument("Session.Duration must not be negative");
  }
  event.session = std::move(session);
  return {};
}

void AddFact(std::string_view name, const Text& value, eventlog::Event& event) {
  if (value.has_value() && !value->empty()) {
    event.facts.emplace_back(name, base::FirstCodePoints(*value, kAppFactCharactersMax));
  }
}

}  // namespace

base::Result<eventlog::Event> ReadReportedEvent(std::string_view event_id, std::string_view json) {
  if (event_id.empty()) {
    return base::InvalidArgument("An event id must not be empty");
  }
  PINION_CHECK(CheckLength("An event id", event_id, kEventIdCharactersMax));
  if (json.size() > kEventBytesMax) {
    return base::InvalidArgument("An event must not be larger than " +
                                 std::to_string(kEventBytesMax / 1024) + " KB");
  }
  PINION_TRY(model::UncheckedEvent reported, model::Decode<model::UncheckedEvent>(json));

  eventlog::Event event;
  event.event_id = event_id;
  if (IsBlank(reported.event_type)) {
    return base::InvalidArgument("Event type cannot be null, empty or blank");
  }
  PINION_CHECK(CheckLength("EventType", *reported.event_type, kEventTypeCharactersMax));
  event.event_type = *std::move(reported.event_type);
  PINION_TRY(event.reported_at, ReadTimestamp("Timestamp", reported.timestamp));
  PINION_CHECK(ReadAttributes(reported, event));
  if (reported.session.has_value()) {
    PINION_CHECK(ReadSession(*reported.session, event));
  }
  AddFact("package_name", reported.app_package_name, event);
  AddFact("title", reported.app_title, event);
  AddFact("version_code", reported.app_version_code, event);
  AddFact("sdk_name", reported.sdk_name, event);
  AddFact("sdk_version", reported.client_sdk_version, event);
  return event;
}

}  // namespace pinion::events
