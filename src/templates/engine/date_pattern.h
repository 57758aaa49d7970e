// Date patterns (TPL-67, TPL-68): check, format, parse. Used by the date helpers. Stateless.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "templates/engine/scratch.h"
#include "templates/engine/time_zone.h"

namespace pinion::templates {

// `full`, `long`, `medium` and `short` stand for patterns; everything else is one itself.
std::string_view PatternOfFormat(std::string_view format);

// What is wrong with `pattern`; empty: nothing.
std::string CheckDatePattern(std::string_view pattern);

// `at` as `zone` shows it. `pattern` passes CheckDatePattern.
std::string_view FormatDate(std::string_view pattern,
                            base::Timestamp at,
                            const TimeZone& zone,
                            Scratch& scratch);

// A point in time as a text says it.
struct WrittenDate {
  WallClock wall_clock;
  // Without it the wall clock is that of a zone the text does not name.
  std::optional<std::chrono::seconds> utc_offset;
};

// `text` read by `pattern`, which passes CheckDatePattern; what follows the pattern is ignored.
// Fields that are not there are those of 1970-01-01 00:00. Two-digit years lie within 80 years
// before and 20 years after `now`.
std::optional<WrittenDate> ParseDate(std::string_view pattern,
                                     std::string_view text,
                                     base::Timestamp now);

// ISO 8601, or epoch milliseconds of at least ten digits (TPL-69).
std::optional<WrittenDate> ParseIsoOrEpoch(std::string_view text);

}  // namespace pinion::templates
