#include "templates/engine/date_pattern.h"

#include <array>
#include <cstdint>
#include <cstdlib>

#include "templates/engine/date_names.h"
#include "templates/engine/pattern_reader.h"

namespace pinion::templates {
namespace {

using std::chrono::days;
using std::chrono::local_days;

// Wider fields are padded no further.
constexpr size_t kFieldWidthMax = 20;

// A moment split into what patterns print.
struct Fields {
  int year;
  unsigned month;
  unsigned day;
  unsigned weekday;  // from Sunday
  int day_of_year;
  int week_of_year;
  int hour;
  int minute;
  int second;
  int millisecond;
};

// Weeks begin on Sunday; the week with January 1st in it is the first.
int WeekOfYear(local_days day, int year) {
  const auto week_begin = [](local_days of) {
    return of - (std::chrono::weekday{of} - std::chrono::Sunday);
  };
  const auto january_first = [](int y) { return local_days{std::chrono::year{y} / 1 / 1}; };
  if (week_begin(day) >= week_begin(january_first(year + 1))) {
    return 1;
  }
  return static_cast<int>((week_begin(day) - week_begin(january_first(year))).count() / 7) + 1;
}

Fields Split(WallClock at) {
  const local_days day = std::chrono::floor<days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<std::chrono::milliseconds> time{at - day};
  Fields fields{};
  fields.year = static_cast<int>(date.year());
  fields.month = static_cast<unsigned>(date.month());
  fields.day = static_cast<unsigned>(date.day());
  fields.weekday = std::chrono::weekday{day}.c_encoding();
  fields.day_of_year = static_cast<int>((day - local_days{date.year() / 1 / 1}).count()) + 1;
  fields.week_of_year = WeekOfYear(day, fields.year);
  fields.hour = static_cast<int>(time.hours().count());
  fields.minute = static_cast<int>(time.minutes().count());
  fields.second = static_cast<int>(time.seconds().count());
  fields.millisecond = static_cast<int>(time.subseconds().count());
  return fields;
}

void AppendPadded(TextBuilder& out, int64_t number, size_t width) {
  const std::string digits = std::to_string(std::abs(number));
  if (number < 0) {
    out.Append('-');
  }
  width = std::min(width, kFieldWidthMax);
  if (digits.size() < width) {
    out.Repeat("0", width - digits.size());
  }
  out.Append(digits);
}

void AppendOffset(TextBuilder& out, const PatternElement& element, std::chrono::seconds offset) {
  const int64_t minutes = std::abs(offset.count()) / 60;
  if (element.letter == 'X' && minutes == 0) {
    out.Append('Z');
    return;
  }
  out.Append(offset.count() < 0 ? '-' : '+');
  AppendPadded(out, minutes / 60, 2);
  if (element.letter == 'X' && element.width == 1) {
    return;
  }
  if (element.letter == 'X' && element.width >= 3) {
    out.Append(':');
  }
  AppendPadded(out, minutes % 60, 2);
}

void AppendName(TextBuilder& out, std::string_view name, size_t width) {
  out.Append(width > kAbbreviationLength ? name : name.substr(0, kAbbreviationLength));
}

void AppendNumber(TextBuilder& out, const PatternElement& element, const Fields& fields) {
  const size_t width = element.width;
  switch (element.letter) {
    case 'y':
      AppendPadded(out, width == 2 ? fields.year % 100 : fields.year, width);
      return;
    case 'M':
      AppendPadded(out, fields.month, width);
      return;
    case 'd':
      AppendPadded(out, fields.day, width);
      return;
    case 'H':
      AppendPadded(out, fields.hour, width);
      return;
    case 'k':
      AppendPadded(out, fields.hour == 0 ? 24 : fields.hour, width);
      return;
    case 'K':
      AppendPadded(out, fields.hour % 12, width);
      return;
    case 'h':
      AppendPadded(out, (fields.hour + 11) % 12 + 1, width);
      return;
    case 'm':
      AppendPadded(out, fields.minute, width);
      return;
    case 's':
      AppendPadded(out, fields.second, width);
      return;
    case 'S':
      AppendPadded(out, fields.millisecond, width);
      return;
    case 'D':
      AppendPadded(out, fields.day_of_year, width);
      return;
    case 'u':
      AppendPadded(out, fields.weekday == 0 ? 7 : fields.weekday, width);
      return;
    case 'w':
      AppendPadded(out, fields.week_of_year, width);
      return;
    default:
      return;
  }
}

void AppendField(TextBuilder& out,
                 const PatternElement& element,
                 const Fields& fields,
                 const TimeZone::Offset& offset) {
  switch (element.letter) {
    case 0:
      out.Append(element.literal);
      return;
    case 'E':
      AppendName(out, kDayNames[fields.weekday], element.width);
      return;
    case 'a':
      out.Append(fields.hour < 12 ? "AM" : "PM");
      return;
    case 'z':
      out.Append(offset.abbreviation);
      return;
    case 'Z':
    case 'X':
      AppendOffset(out, element, offset.from_utc);
      return;
    default:
      break;
  }
  if (element.letter == 'M' && element.width > 2) {
    AppendName(out, kMonthNames[fields.month - 1], element.width);
  } else {
    AppendNumber(out, element, fields);
  }
}

}  // namespace

std::string_view PatternOfFormat(std::string_view format) {
  struct Style {
    std::string_view name;
    std::string_view pattern;
  };
  static constexpr Style kStyles[] = {{"full", "EEEE, MMMM d, yyyy"},
                                      {"long", "MMMM d, yyyy"},
                                      {"medium", "MMM d, yyyy"},
                                      {"short", "M/d/yy"}};
  for (const Style& style : kStyles) {
    if (style.name == format) {
      return style.pattern;
    }
  }
  return format;
}

std::string CheckDatePattern(std::string_view pattern) {
  constexpr std::string_view kLetters = "yMdEHhmsSazZXDkKuw";
  PatternReader reader(pattern);
  PatternElement element;
  while (reader.Next(element)) {
    if (element.letter != 0 && kLetters.find(element.letter) == std::string_view::npos) {
      return std::string("the date pattern has the unknown letter ") + element.letter;
    }
    if (element.letter == 'X' && element.width > 3) {
      return "the date pattern has more than three X";
    }
  }
  return reader.in_quotes() ? "the date pattern has a quote that is never closed" : "";
}

std::string_view FormatDate(std::string_view pattern,
                            base::Timestamp at,
                            const TimeZone& zone,
                            Scratch& scratch) {
  const TimeZone::Offset offset = zone.OffsetAt(at);
  const Fields fields = Split(WallClock{at.time_since_epoch() + offset.from_utc});
  TextBuilder text(scratch);
  PatternReader reader(pattern);
  PatternElement element;
  while (reader.Next(element)) {
    AppendField(text, element, fields, offset);
  }
  return text.Take();
}

}  // namespace pinion::templates
