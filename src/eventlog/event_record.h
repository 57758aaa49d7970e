// The binary form of an event in the store; docs/formats/event-record.md describes it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "eventlog/event.h"

namespace pinion::eventlog {

std::string EncodeEvent(const Event& event);
// kInternal if the bytes are damaged.
base::Result<Event> DecodeEvent(std::string_view bytes);

}  // namespace pinion::eventlog
