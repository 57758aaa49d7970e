// ISO 8601 text of instants: the one format Pinion writes (API-55) and the grammar it reads
// (API-56, CMP-301).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace pinion::base {

// `2026-11-23T11:15:00.000Z`.
std::string FormatIso8601(Timestamp at);
void AppendIso8601(std::string& out, Timestamp at);

// A timestamp as it was written: the wall-clock digits, and the offset if one was given.
struct WrittenTimestamp {
  std::chrono::local_time<std::chrono::milliseconds> wall_clock;
  std::optional<std::chrono::minutes> utc_offset;

  // The instant; without offset the digits are UTC.
  Timestamp InUtcByDefault() const;
};

// DATE [ ("T"|"t"|" ") TIME [ OFFSET ] ], basic or extended form, as campaigns.md section 3 gives
// it. Nothing for anything else: surrounding blanks, impossible dates, 24:00, second 60, years
// outside 1970-9999. Finer digits than milliseconds are dropped.
std::optional<WrittenTimestamp> ParseIso8601(std::string_view text);

// The instant of ParseIso8601, UTC where no offset is given.
std::optional<Timestamp> ParseInstant(std::string_view text);

}  // namespace pinion::base
