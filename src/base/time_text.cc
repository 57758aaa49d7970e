#include "base/time_text.h"

namespace pinion::base {
namespace {

using std::chrono::minutes;

// Reads from the front of a text; every Take leaves the position where it was when it finds
// something else.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }
  bool Peek(char c) const { return !rest_.empty() && rest_[0] == c; }

  bool TakeAny(std::string_view choices) {
    if (rest_.empty() || choices.find(rest_[0]) == std::string_view::npos) {
      return false;
    }
    taken_ = rest_[0];
    rest_.remove_prefix(1);
    return true;
  }
  char taken() const { return taken_; }

  std::optional<int> TakeDigits(size_t count) {
    if (rest_.size() < count) {
      return std::nullopt;
    }
    int value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') {
        return std::nullopt;
      }
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

 private:
  std::string_view rest_;
  char taken_ = 0;
};

// 1-9 digits after the point, as milliseconds.
std::optional<int> TakeFraction(Cursor& cursor) {
  int millis = 0;
  int scale = 100;
  size_t digits = 0;
  while (const auto digit = cursor.TakeDigits(1)) {
    millis += *digit * scale;
    scale /= 10;
    if (++digits > 9) {
      return std::nullopt;
    }
  }
  return digits == 0 ? std::nullopt : std::optional(millis);
}

std::optional<std::chrono::local_days> TakeDate(Cursor& cursor) {
  const auto year = cursor.TakeDigits(4);
  const bool extended = cursor.TakeAny("-");
  const auto month = cursor.TakeDigits(2);
  if (!year || !month || (extended && !cursor.TakeAny("-"))) {
    return std::nullopt;
  }
  const auto day = cursor.TakeDigits(2);
  if (!day || *year < 1970) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  return date.ok() ? std::optional(std::chrono::local_days{date}) : std::nullopt;
}

std::optional<std::chrono::milliseconds> TakeTimeOfDay(Cursor& cursor) {
  const auto hour = cursor.TakeDigits(2);
  if (!hour) {
    return std::nullopt;
  }
  const bool extended = cursor.TakeAny(":");
  const auto minute = cursor.TakeDigits(2);
  if (!minute || *hour > 23 || *minute > 59) {
    return std::nullopt;
  }
  int second = 0;
  int millis = 0;
  const bool has_seconds = extended ? cursor.TakeAny(":") : true;
  if (has_seconds) {
    const auto seconds = cursor.TakeDigits(2);
    if (!seconds && extended) {
      return std::nullopt;
    }
    second = seconds.value_or(0);
    if (seconds && cursor.TakeAny(".,")) {
      const auto fraction = TakeFraction(cursor);
      if (!fraction) {
        return std::nullopt;
      }
      millis = *fraction;
    }
  }
  if (second > 59) {
    return std::nullopt;
  }
  return std::chrono::hours{*hour} + minutes{*minute} + std::chrono::seconds{second} +
         std::chrono::milliseconds{millis};
}

std::optional<minutes> TakeOffset(Cursor& cursor) {
  if (cursor.TakeAny("Zz")) {
    return minutes{0};
  }
  if (!cursor.TakeAny("+-")) {
    return std::nullopt;
  }
  const int sign = cursor.taken() == '-' ? -1 : 1;
  const auto hours = cursor.TakeDigits(2);
  int minute = 0;
  if (!hours) {
    return std::nullopt;
  }
  if (!cursor.AtEnd()) {
    (void)cursor.TakeAny(":");
    const auto given = cursor.TakeDigits(2);
    if (!given || *given > 59) {
      return std::nullopt;
    }
    minute = *given;
  }
  const minutes offset{sign * (*hours * 60 + minute)};
  return std::chrono::abs(offset) <= std::chrono::hours{18} ? std::optional(offset) : std::nullopt;
}

}  // namespace

std::string FormatIso8601(Timestamp at) {
  std::string text;
  AppendIso8601(text, at);
  return text;
}

void AppendIso8601(std::string& out, Timestamp at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  const size_t begin = out.size();
  out.append("0000-00-00T00:00:00.000Z");
  // Every log line has a time: digits are set in place, which takes a twentieth of what a format
  // string takes.
  const auto set = [text = out.data() + begin](size_t end, int64_t value, size_t digits) {
    for (; digits > 0; --digits, value /= 10) {
      text[--end] = static_cast<char>('0' + value % 10);
    }
  };
  set(4, static_cast<int>(date.year()), 4);
  set(7, static_cast<unsigned>(date.month()), 2);
  set(10, static_cast<unsigned>(date.day()), 2);
  set(13, time.hours().count(), 2);
  set(16, time.minutes().count(), 2);
  set(19, time.seconds().count(), 2);
  set(23, time.subseconds().count(), 3);
}

Timestamp WrittenTimestamp::InUtcByDefault() const {
  return Timestamp{wall_clock.time_since_epoch()} - utc_offset.value_or(minutes{0});
}

std::optional<WrittenTimestamp> ParseIso8601(std::string_view text) {
  Cursor cursor(text);
  const auto date = TakeDate(cursor);
  if (!date) {
    return std::nullopt;
  }
  WrittenTimestamp written{.wall_clock = *date, .utc_offset = std::nullopt};
  if (cursor.AtEnd()) {
    return written;
  }
  if (!cursor.TakeAny("Tt ")) {
    return std::nullopt;
  }
  const auto time = TakeTimeOfDay(cursor);
  if (!time) {
    return std::nullopt;
  }
  written.wall_clock += *time;
  if (cursor.AtEnd()) {
    return written;
  }
  written.utc_offset = TakeOffset(cursor);
  if (!written.utc_offset || !cursor.AtEnd()) {
    return std::nullopt;
  }
  return written;
}

std::optional<Timestamp> ParseInstant(std::string_view text) {
  const auto written = ParseIso8601(text);
  return written ? std::optional(written->InUtcByDefault()) : std::nullopt;
}

}  // namespace pinion::base
