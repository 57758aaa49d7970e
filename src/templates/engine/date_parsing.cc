#include <algorithm>
#include <array>
#include <cstdint>

#include "base/time_text.h"
#include "templates/engine/date_names.h"
#include "templates/engine/date_pattern.h"
#include "templates/engine/pattern_reader.h"

namespace pinion::templates {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kYearMax = 9999;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) {
           return lower(x) == lower(y);
         });
}

struct ZoneAbbreviation {
  std::string_view name;
  int hours;
};

// Those that RFC 5322 gives a meaning; others are ambiguous.
constexpr ZoneAbbreviation kZoneAbbreviations[] = {{"UTC", 0},
                                                   {"GMT", 0},
                                                   {"EST", -5},
                                                   {"EDT", -4},
                                                   {"CST", -6},
                                                   {"CDT", -5},
                                                   {"MST", -7},
                                                   {"MDT", -6},
                                                   {"PST", -8},
                                                   {"PDT", -7}};

class DateParser {
 public:
  DateParser(std::string_view text, base::Timestamp now) : rest_(text), now_(now) {}

  std::optional<WrittenDate> Run(std::string_view pattern) {
    PatternReader reader(pattern);
    PatternElement element;
    bool more = reader.Next(element);
    while (more) {
      PatternElement next;
      more = reader.Next(next);
      // A number that another one follows at once has the width of its pattern.
      const bool fixed = more && next.is_number() && element.is_number();
      if (!Read(element, fixed)) {
        return std::nullopt;
      }
      element = next;
    }
    return Assemble();
  }

 private:
  bool Read(const PatternElement& element, bool fixed) {
    switch (element.letter) {
      case 0:
        return ReadLiteral(element.literal);
      case 'E':
        return ReadName(kDayNames, ignored_);
      case 'a':
        return ReadHalfDay();
      case 'z':
        return ReadOffset() || ReadZoneName();
      case 'Z':
      case 'X':
        return ReadOffset();
      default:
        break;
    }
    if (!element.is_number()) {
      return ReadName(kMonthNames, month_);
    }
    int64_t number = 0;
    size_t digits = 0;
    return ReadNumber(fixed ? element.width : SIZE_MAX, number, digits) &&
           Store(element, number, digits);
  }

  bool ReadLiteral(std::string_view literal) {
    if (rest_.substr(0, literal.size()) != literal) {
      return false;
    }
    rest_.remove_prefix(literal.size());
    return true;
  }

  bool ReadNumber(size_t width, int64_t& number, size_t& digits) {
    constexpr size_t kDigitsMax = 9;
    while (digits < rest_.size() && digits < width && IsDigit(rest_[digits])) {
      if (digits == kDigitsMax) {
        return false;
      }
      number = number * 10 + (rest_[digits] - '0');
      ++digits;
    }
    rest_.remove_prefix(digits);
    return digits > 0;
  }

  // Full names and abbreviations; `found` counts from 1.
  template <size_t kCount>
  bool ReadName(const std::array<std::string_view, kCount>& names, int64_t& found) {
    for (size_t i = 0; i < kCount; ++i) {
      for (const size_t length : {names[i].size(), kAbbreviationLength}) {
        if (EqualIgnoringCase(rest_.substr(0, length), names[i].substr(0, length))) {
          rest_.remove_prefix(length);
          found = static_cast<int64_t>(i) + 1;
          return true;
        }
      }
    }
    return false;
  }

  bool ReadHalfDay() {
    const std::string_view half = rest_.substr(0, 2);
    afternoon_ = EqualIgnoringCase(half, "PM");
    if (!afternoon_ && !EqualIgnoringCase(half, "AM")) {
      return false;
    }
    rest_.remove_prefix(2);
    return true;
  }

  // Z, ±hh, ±hhmm, ±hh:mm
  bool ReadOffset() {
    if (rest_.empty()) {
      return false;
    }
    const char sign = rest_[0];
    if (sign == 'Z' || sign == 'z') {
      rest_.remove_prefix(1);
      offset_ = seconds(0);
      return true;
    }
    if (sign != '+' && sign != '-') {
      return false;
    }
    rest_.remove_prefix(1);
    int64_t hour = 0;
    int64_t minute = 0;
    size_t digits = 0;
    if (!ReadNumber(2, hour, digits) || digits != 2) {
      return false;
    }
    const bool colon = rest_.size() > 1 && rest_[0] == ':' && IsDigit(rest_[1]);
    rest_.remove_prefix(colon ? 1 : 0);
    digits = 0;
    if (!rest_.empty() && IsDigit(rest_[0]) && (!ReadNumber(2, minute, digits) || digits != 2)) {
      return false;
    }
    if (hour > 18 || minute > 59) {
      return false;
    }
    offset_ = (hours(hour) + minutes(minute)) * (sign == '-' ? -1 : 1);
    return true;
  }

  bool ReadZoneName() {
    for (const ZoneAbbreviation& zone : kZoneAbbreviations) {
      if (EqualIgnoringCase(rest_.substr(0, zone.name.size()), zone.name)) {
        rest_.remove_prefix(zone.name.size());
        offset_ = hours(zone.hours);
        return true;
      }
    }
    return false;
  }

  bool Store(const PatternElement& element, int64_t number, size_t digits) {
    switch (element.letter) {
      case 'y':
        year_ = element.width == 2 && digits == 2 ? FullYear(number) : number;
        return year_ >= 1 && year_ <= kYearMax;
      case 'M':
        month_ = number;
        return true;
      case 'd':
        day_ = number;
        return true;
      case 'D':
        day_of_year_ = number;
        return number >= 1 && number <= 366;
      case 'H':
      case 'k':
        hour_ = element.letter == 'k' && number == 24 ? 0 : number;
        return number <= (element.letter == 'k' ? 24 : 23);
      case 'h':
      case 'K':
        half_day_hour_ = number % 12;
        has_half_day_hour_ = true;
        return number <= 12;
      case 'm':
        minute_ = number;
        return number <= 59;
      case 's':
        second_ = number;
        return number <= 59;
      case 'S':
        millisecond_ = number;
        return number <= 999;
      default:
        // u and w say nothing that the date does not.
        return true;
    }
  }

  int64_t FullYear(int64_t two_digits) const {
    constexpr int kYearsAhead = 20;
    const std::chrono::year_month_day today{std::chrono::floor<days>(now_)};
    const int this_year = static_cast<int>(today.year());
    int64_t year = this_year - this_year % 100 + two_digits;
    if (year > this_year + kYearsAhead) {
      year -= 100;
    } else if (year <= this_year + kYearsAhead - 100) {
      year += 100;
    }
    return year;
  }

  std::optional<WrittenDate> Assemble() const {
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year_)},
                                           std::chrono::month{static_cast<unsigned>(month_)},
                                           std::chrono::day{static_cast<unsigned>(day_)}};
    if (month_ > 12 || day_ > 31 || !date.ok()) {
      return std::nullopt;
    }
    local_days day{date};
    if (day_of_year_ > 0) {
      day = local_days{date.year() / 1 / 1} + days(day_of_year_ - 1);
    }
    int64_t hour = hour_;
    if (has_half_day_hour_) {
      hour = half_day_hour_ + (afternoon_ ? 12 : 0);
    }
    return WrittenDate{WallClock{day} + hours(hour) + minutes(minute_) + seconds(second_) +
                           milliseconds(millisecond_),
                       offset_};
  }

  std::string_view rest_;
  base::Timestamp now_;
  int64_t ignored_ = 0;
  int64_t year_ = 1970;
  int64_t month_ = 1;
  int64_t day_ = 1;
  int64_t day_of_year_ = 0;
  int64_t hour_ = 0;
  int64_t half_day_hour_ = 0;
  bool has_half_day_hour_ = false;
  bool afternoon_ = false;
  int64_t minute_ = 0;
  int64_t second_ = 0;
  int64_t millisecond_ = 0;
  std::optional<seconds> offset_;
};

std::optional<WrittenDate> ParseEpochMillis(std::string_view text) {
  constexpr size_t kDigitsMax = 15;
  constexpr int64_t kMillisMax = 253'402'300'799'999;
  if (text.size() > kDigitsMax) {
    return std::nullopt;
  }
  int64_t millis = 0;
  for (const char digit : text) {
    millis = millis * 10 + (digit - '0');
  }
  if (millis > kMillisMax) {
    return std::nullopt;
  }
  return WrittenDate{WallClock{milliseconds(millis)}, seconds(0)};
}

// base reads years from 1970 on, birthdays are older: the calendar repeats itself every 400 years.
std::optional<WrittenDate> ParseIso(std::string_view text) {
  constexpr int kCycleYears = 400;
  constexpr days kCycle{146'097};
  constexpr size_t kYearDigits = 4;
  std::string moved(text);
  int cycles = 0;
  const bool has_year =
      text.size() > kYearDigits && std::all_of(text.begin(), text.begin() + kYearDigits, IsDigit);
  if (has_year) {
    int year = std::stoi(moved.substr(0, kYearDigits));
    while (year > 0 && year < 1970) {
      year += kCycleYears;
      ++cycles;
    }
    if (cycles > 0) {
      moved.replace(0, kYearDigits, std::to_string(year));
    }
  }
  const std::optional<base::WrittenTimestamp> written = base::ParseIso8601(moved);
  if (!written) {
    return std::nullopt;
  }
  WrittenDate date{written->wall_clock - cycles * kCycle, std::nullopt};
  if (written->utc_offset) {
    date.utc_offset = *written->utc_offset;
  }
  return date;
}

}  // namespace

std::optional<WrittenDate> ParseDate(std::string_view pattern,
                                     std::string_view text,
                                     base::Timestamp now) {
  return DateParser(text, now).Run(pattern);
}

std::optional<WrittenDate> ParseIsoOrEpoch(std::string_view text) {
  constexpr size_t kEpochDigitsMin = 10;
  const bool epoch =
      text.size() >= kEpochDigitsMin && std::all_of(text.begin(), text.end(), IsDigit);
  return epoch ? ParseEpochMillis(text) : ParseIso(text);
}

}  // namespace pinion::templates
