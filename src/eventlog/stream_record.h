// The JSON object that stands for an event in streams, archives and the event list
// (events-analytics.md section 6). It follows from the event alone, so every writing of the same
// event gives the same bytes. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"
#include "eventlog/event.h"

namespace pinion::eventlog {

// One line, without its end. `account_id` is the server's account.
std::string StreamRecord(const base::AppId& app, const Event& event, std::string_view account_id);

}  // namespace pinion::eventlog
