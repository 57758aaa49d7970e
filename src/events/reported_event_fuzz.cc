#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "events/limits.h"
#include "events/reported_event.h"

// Whatever is accepted keeps the limits.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pinion;
  const auto event = events::ReadReportedEvent("e", {reinterpret_cast<const char*>(data), size});
  if (event.ok()) {
    PINION_ASSERT(!event->event_type.empty());
    PINION_ASSERT(event->attributes.size() + event->metrics.size() <=
                  events::kAttributesAndMetricsMax);
    PINION_ASSERT(!event->session.has_value() || !event->session->id.empty());
  }
  return 0;
}
