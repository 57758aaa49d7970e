#include <cstddef>
#include <cstdint>
#include <string_view>

#include "segments/date_value.h"
#include "segments/version_order.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto date = pinion::segments::DateValue::Parse(text)) {
    (void)date->Resolve(pinion::base::TimestampFromMillis(1'795'432'500'000));
    (void)date->Day(pinion::base::TimestampFromMillis(1'795'432'500'000));
  }
  if (const auto condition = pinion::segments::ParseVersionCondition(text)) {
    (void)condition->Holds(text);
  }
  return 0;
}
