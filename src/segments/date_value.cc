#include "segments/date_value.h"

#include <algorithm>
#include <charconv>
#include <exception>

#include <date/tz.h>

#include "base/time_text.h"

namespace pinion::segments {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using LocalMillis = date::local_time<milliseconds>;

// More than any endpoint's life, and small enough that no sum overflows.
constexpr double kAmountMax = 100'000;

const date::time_zone* FindZone(std::string_view name) {
  try {
    return date::locate_zone(name.empty() ? "Etc/UTC" : std::string(name));
  } catch (const std::exception&) {
    return nullptr;
  }
}

date::sys_time<milliseconds> ToDate(base::Timestamp at) {
  return date::sys_time<milliseconds>(at.time_since_epoch());
}

// Gaps and overlaps as CMP-307 takes them: after the gap plus the overshoot, and the first
// occurrence.
base::Timestamp ToInstant(const date::time_zone& zone, LocalMillis local) {
  const date::local_info info = zone.get_info(local);
  return base::Timestamp(local.time_since_epoch() - info.first.offset);
}

LocalMillis AddMonths(LocalMillis local, std::chrono::months months) {
  const auto day = date::floor<date::days>(local);
  const auto time = local - day;
  date::year_month_day date{day};
  date += date::months(months.count());
  if (!date.ok()) {
    date = date.year() / date.month() / date::last;
  }
  return date::local_days(date) + time;
}

struct Amount {
  double value = 0;
  char unit = 0;
};

std::optional<Amount> TakeAmount(std::string_view& text) {
  Amount amount;
  const auto read = std::from_chars(
      text.data(), text.data() + text.size(), amount.value, std::chars_format::fixed);
  const size_t used = static_cast<size_t>(read.ptr - text.data());
  if (read.ec != std::errc() || used >= text.size() || amount.value < 0 ||
      amount.value > kAmountMax) {
    return std::nullopt;
  }
  amount.unit = text[used];
  text.remove_prefix(used + 1);
  return amount;
}

milliseconds Millis(double amount, milliseconds unit) {
  return milliseconds(static_cast<int64_t>(amount * static_cast<double>(unit.count())));
}

bool AddDatePart(const Amount& amount, CalendarDuration& duration) {
  const auto whole = static_cast<int64_t>(amount.value);
  if (static_cast<double>(whole) != amount.value) {
    return false;
  }
  switch (amount.unit) {
    case 'Y':
      duration.months += std::chrono::months(whole * 12);
      return true;
    case 'M':
      duration.months += std::chrono::months(whole);
      return true;
    case 'W':
      duration.days += days(whole * 7);
      return true;
    case 'D':
      duration.days += days(whole);
      return true;
    default:
      return false;
  }
}

bool AddTimePart(const Amount& amount, CalendarDuration& duration) {
  switch (amount.unit) {
    case 'H':
      duration.time += Millis(amount.value, std::chrono::hours(1));
      return true;
    case 'M':
      duration.time += Millis(amount.value, std::chrono::minutes(1));
      return true;
    case 'S':
      duration.time += Millis(amount.value, std::chrono::seconds(1));
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<CalendarDuration> ParseDuration(std::string_view text) {
  if (text.size() < 2 || text[0] != 'P') {
    return std::nullopt;
  }
  text.remove_prefix(1);
  // Each unit at most once, in this order.
  constexpr std::string_view kOrder = "YMWDThmS";
  CalendarDuration duration;
  size_t position = 0;
  bool in_time = false;
  while (!text.empty()) {
    if (text[0] == 'T' && !in_time && text.size() > 1) {
      in_time = true;
      position = kOrder.find('T') + 1;
      text.remove_prefix(1);
      continue;
    }
    const auto amount = TakeAmount(text);
    if (!amount || !(in_time ? AddTimePart(*amount, duration) : AddDatePart(*amount, duration))) {
      return std::nullopt;
    }
    const char ordered =
        in_time && amount->unit != 'S' ? static_cast<char>(amount->unit - 'A' + 'a') : amount->unit;
    const size_t place = kOrder.find(ordered);
    if (place < position) {
      return std::nullopt;
    }
    position = place + 1;
  }
  return duration;
}

std::optional<DateValue> DateValue::Parse(std::string_view text) {
  DateValue value;
  value.text_ = text;
  if (!text.starts_with("NOW") && !text.starts_with("TODAY")) {
    const auto instant = base::ParseInstant(text);
    if (!instant) {
      return std::nullopt;
    }
    value.instant_ = *instant;
    return value;
  }
  value.anchor_ = text.starts_with("NOW") ? Anchor::kNow : Anchor::kToday;
  std::string_view rest = text.substr(value.anchor_ == Anchor::kNow ? 3 : 5);
  const size_t plus = rest.rfind("+P");
  const size_t minus = rest.rfind("-P");
  size_t sign = plus == std::string_view::npos ? minus : plus;
  if (plus != std::string_view::npos && minus != std::string_view::npos) {
    sign = std::max(plus, minus);
  }
  if (sign != std::string_view::npos) {
    const auto offset = ParseDuration(rest.substr(sign + 1));
    if (!offset) {
      return std::nullopt;
    }
    value.offset_ = *offset;
    value.offset_.sign = rest[sign] == '-' ? -1 : 1;
    rest = rest.substr(0, sign);
  }
  if (rest.empty()) {
    return value;
  }
  if (value.anchor_ != Anchor::kToday || rest[0] != '@' || FindZone(rest.substr(1)) == nullptr ||
      rest.size() == 1) {
    return std::nullopt;
  }
  value.zone_ = rest.substr(1);
  return value;
}

base::Timestamp DateValue::Resolve(base::Timestamp now) const {
  if (anchor_ == Anchor::kInstant) {
    return instant_;
  }
  const date::time_zone& zone = *FindZone(zone_);
  LocalMillis local = zone.to_local(ToDate(now));
  if (anchor_ == Anchor::kToday) {
    local = date::floor<date::days>(local);
  }
  if (offset_.months.count() != 0 || offset_.days.count() != 0) {
    local = AddMonths(local, offset_.sign * offset_.months) + offset_.sign * offset_.days;
  } else if (anchor_ == Anchor::kNow) {
    return now + offset_.sign * offset_.time;
  }
  return ToInstant(zone, local) + offset_.sign * offset_.time;
}

DayRange DateValue::Day(base::Timestamp now) const {
  const date::time_zone& zone = *FindZone(zone_);
  const auto day = date::floor<date::days>(zone.to_local(ToDate(Resolve(now))));
  return {.begin = ToInstant(zone, LocalMillis(day)),
          .end = ToInstant(zone, LocalMillis(day + date::days(1)))};
}

}  // namespace pinion::segments
