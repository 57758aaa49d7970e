// The list of an application's events with its filters (EVT-70). Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "model/native_events.h"

namespace pinion::events {

// One page looks at no more events than this; with a filter that few events pass it may hold less
// than asked for, even nothing, and still tell where to go on.
inline constexpr size_t kEventsPerPageVisitedMax = 50'000;

// Empty members let everything pass.
struct EventFilter {
  std::vector<std::string> event_types = {};
  std::string endpoint_id = {};
  std::string user_id = {};
  std::string campaign_id = {};
  std::string journey_id = {};
  std::string message_id = {};
  std::optional<eventlog::Origin> origin = {};
  // Arrival times, both inclusive.
  std::optional<base::Timestamp> from = {};
  std::optional<base::Timestamp> to = {};
  storage::Direction direction = storage::Direction::kForward;
};

// kInvalidArgument for an origin, a time or an order that is none.
base::Result<EventFilter> ReadEventFilter(const model::ListEventsRequest& request);

class EventReader {
 public:
  // `log` must outlive the reader.
  EventReader(const eventlog::EventLog& log, std::string account_id)
      : log_(log), account_id_(std::move(account_id)) {}

  // kInvalidArgument for a resume key that List did not give out.
  base::Result<base::Page<model::LoggedEventItem>> List(const base::AppId& app,
                                                        const EventFilter& filter,
                                                        const base::PageRequest& page) const;

 private:
  const eventlog::EventLog& log_;
  const std::string account_id_;
};

}  // namespace pinion::events
