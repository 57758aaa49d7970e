#include "events/event_reader.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "audience/endpoint_identity.h"
#include "base/json_text.h"
#include "base/time_text.h"
#include "eventlog/stream_record.h"

namespace pinion::events {
namespace {

using eventlog::Event;
using eventlog::LoggedEvent;
using eventlog::Origin;
using eventlog::Position;

bool HasAttribute(const Event& event, std::string_view name, std::string_view value) {
  const std::string* found = event.FindAttribute(name);
  return found != nullptr && *found == value;
}

// Emails name their message in `facets`, the other channels in an attribute.
bool IsOfMessage(const Event& event, std::string_view message_id) {
  if (HasAttribute(event, "message_id", message_id)) {
    return true;
  }
  std::string member = "\"message_id\":";
  base::AppendJsonString(member, message_id);
  return event.facets_json.find(member) != std::string::npos;
}

bool Passes(const EventFilter& filter, const std::string& endpoint_key, const Event& event) {
  const auto& types = filter.event_types;
  return (types.empty() ||
          std::find(types.begin(), types.end(), event.event_type) != types.end()) &&
         (!filter.origin.has_value() || event.origin == *filter.origin) &&
         (!filter.from.has_value() || event.arrived_at >= *filter.from) &&
         (!filter.to.has_value() || event.arrived_at <= *filter.to) &&
         (filter.user_id.empty() || event.user_id == filter.user_id) &&
         (endpoint_key.empty() || audience::EndpointKey(event.endpoint_id) == endpoint_key) &&
         (filter.campaign_id.empty() || HasAttribute(event, "campaign_id", filter.campaign_id)) &&
         (filter.journey_id.empty() || HasAttribute(event, "journey_id", filter.journey_id)) &&
         (filter.message_id.empty() || IsOfMessage(event, filter.message_id));
}

base::Result<Position> ReadResumeKey(const std::string& key) {
  Position position = 0;
  const char* end = key.data() + key.size();
  const auto read = std::from_chars(key.data(), end, position);
  if (read.ec != std::errc() || read.ptr != end || position == 0) {
    return base::InvalidArgument("The token is not one of this list.");
  }
  return position;
}

base::Result<std::optional<base::Timestamp>> ReadTime(std::string_view name,
                                                      const std::optional<std::string>& text) {
  if (!text.has_value() || text->empty()) {
    return std::optional<base::Timestamp>();
  }
  const std::optional<base::Timestamp> at = base::ParseInstant(*text);
  if (!at.has_value()) {
    return base::InvalidArgument(std::string(name) + " must be in ISO 8601 format");
  }
  return at;
}

base::Result<std::optional<Origin>> ReadOrigin(const std::string& text) {
  if (text.empty()) {
    return std::optional<Origin>();
  }
  if (text == "APP") {
    return std::optional(Origin::kApp);
  }
  if (text == "SYSTEM") {
    return std::optional(Origin::kSystem);
  }
  return base::InvalidArgument("Origin must be one of APP, SYSTEM");
}

base::Result<storage::Direction> ReadOrder(const std::string& text) {
  if (text.empty() || text == "asc") {
    return storage::Direction::kForward;
  }
  if (text == "desc") {
    return storage::Direction::kBackward;
  }
  return base::InvalidArgument("Order must be one of asc, desc");
}

}  // namespace

base::Result<EventFilter> ReadEventFilter(const model::ListEventsRequest& request) {
  EventFilter filter;
  filter.event_types = request.event_type.value_or(std::vector<std::string>());
  filter.endpoint_id = request.endpoint_id.value_or("");
  filter.user_id = request.user_id.value_or("");
  filter.campaign_id = request.campaign_id.value_or("");
  filter.journey_id = request.journey_id.value_or("");
  filter.message_id = request.message_id.value_or("");
  PINION_TRY(filter.origin, ReadOrigin(request.origin.value_or("")));
  PINION_TRY(filter.from, ReadTime("From", request.from));
  PINION_TRY(filter.to, ReadTime("To", request.to));
  PINION_TRY(filter.direction, ReadOrder(request.order.value_or("")));
  return filter;
}

base::Result<base::Page<model::LoggedEventItem>> EventReader::List(
    const base::AppId& app, const EventFilter& filter, const base::PageRequest& page) const {
  Position after = 0;
  if (!page.after.empty()) {
    PINION_TRY(after, ReadResumeKey(page.after));
  }
  const std::string endpoint_key = audience::EndpointKey(filter.endpoint_id);
  base::Page<model::LoggedEventItem> answer;
  size_t visited = 0;
  Position last = after;
  const auto visit = [&](const LoggedEvent& logged) {
    const bool passes = Passes(filter, endpoint_key, logged.event);
    if (visited == kEventsPerPageVisitedMax || (passes && answer.items.size() == page.limit)) {
      answer.next = std::to_string(last);
      return false;
    }
    ++visited;
    last = logged.position;
    if (passes) {
      model::LoggedEventItem item;
      if (!logged.event.event_id.empty()) {
        item.event_id = logged.event.event_id;
      }
      item.origin = logged.event.origin == Origin::kApp ? "APP" : "SYSTEM";
      item.endpoint_id = logged.event.endpoint_id;
      if (!logged.event.user_id.empty()) {
        item.user_id = logged.event.user_id;
      }
      item.arrived_at = logged.event.arrived_at;
      item.record.text = eventlog::StreamRecord(app, logged.event, account_id_);
      answer.items.push_back(std::move(item));
    }
    return true;
  };
  PINION_CHECK(log_.Visit(app, after, filter.direction, visit));
  return answer;
}

}  // namespace pinion::events
