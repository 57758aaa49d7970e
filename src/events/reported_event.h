// An event as an app reports it: reads and judges its JSON by EVT-10 to EVT-15. Pure; used by the
// IngestService.
#pragma once

#include <string_view>

#include "base/result.h"
#include "eventlog/event.h"

namespace pinion::events {

// The event with what follows from the report alone: id, type, time, attributes, metrics, session,
// and the facts about the app that the event states. kInvalidArgument, with the reason for the
// caller, if the event is refused.
base::Result<eventlog::Event> ReadReportedEvent(std::string_view event_id, std::string_view json);

}  // namespace pinion::events
