#include <optional>
#include <string>

#include "templates/engine/date_pattern.h"
#include "templates/engine/helper_functions.h"
#include "templates/engine/tag_lexer.h"
#include "templates/engine/time_zone.h"

namespace pinion::templates {
namespace {

constexpr std::string_view kDefaultFormat = "medium";
constexpr std::string_view kDefaultZone = "UTC";

std::optional<TimeZone> ZoneOf(const HelperCall& call) {
  const std::string_view name = call.HashText("tz", kDefaultZone);
  const std::optional<TimeZone> zone = TimeZone::Find(name.empty() ? kDefaultZone : name);
  if (!zone) {
    call.Fail("unknown time zone " + std::string(name));
  }
  return zone;
}

// The pattern of `format`; nothing, and the rendering fails, if it is none.
std::optional<std::string_view> UsablePattern(const HelperCall& call, std::string_view format) {
  const std::string_view pattern = PatternOfFormat(format);
  std::string wrong = CheckDatePattern(pattern);
  if (!wrong.empty()) {
    call.Fail(std::move(wrong));
    return std::nullopt;
  }
  return pattern;
}

std::string_view FormatArgument(const HelperCall& call, size_t index) {
  const std::string_view text = call.Argument(index).Single().absent()
                                    ? call.HashText("outputFormat", kDefaultFormat)
                                    : call.Text(index);
  return text.empty() ? kDefaultFormat : text;
}

std::optional<WrittenDate> Read(const HelperCall& call) {
  const std::string_view text = TrimSpace(call.Text(0));
  const std::string_view input_format = call.HashText("inputFormat", "");
  if (input_format.empty()) {
    return ParseIsoOrEpoch(text);
  }
  const auto pattern = UsablePattern(call, input_format);
  return pattern ? ParseDate(*pattern, text, call.now()) : std::nullopt;
}

std::string CheckFormat(Value format) {
  return format.kind() == Value::Kind::kString ? CheckDatePattern(PatternOfFormat(format.text()))
                                               : "";
}

std::string CheckZone(const LiteralArguments& literals) {
  const Value zone = FindNamed(literals.hash, "tz");
  const bool known = zone.kind() != Value::Kind::kString || zone.text().empty() ||
                     TimeZone::Find(zone.text()).has_value();
  return known ? "" : "unknown time zone " + std::string(zone.text());
}

// The first thing wrong with the format at `position` or with any argument by name.
std::string CheckArguments(const LiteralArguments& literals, size_t position) {
  std::string wrong;
  if (literals.arguments.size() > position) {
    wrong = CheckFormat(literals.arguments[position]);
  }
  for (const std::string_view name : {"outputFormat", "inputFormat"}) {
    if (wrong.empty()) {
      wrong = CheckFormat(FindNamed(literals.hash, name));
    }
  }
  return wrong.empty() ? CheckZone(literals) : wrong;
}

}  // namespace

Value HelperNow(const HelperCall& call) {
  const auto zone = ZoneOf(call);
  const auto pattern = UsablePattern(call, FormatArgument(call, 0));
  if (!zone || !pattern) {
    return Value();
  }
  return Value::String(FormatDate(*pattern, call.now(), *zone, call.scratch()));
}

Value HelperDateFormat(const HelperCall& call) {
  const auto zone = ZoneOf(call);
  const auto pattern = UsablePattern(call, FormatArgument(call, 1));
  if (!zone || !pattern) {
    return Value();
  }
  const std::optional<WrittenDate> date = Read(call);
  if (!date) {
    return Value();
  }
  const base::Timestamp at =
      date->utc_offset ? base::Timestamp{date->wall_clock.time_since_epoch() - *date->utc_offset}
                       : zone->ToInstant(date->wall_clock);
  return Value::String(FormatDate(*pattern, at, *zone, call.scratch()));
}

std::string CheckNow(const LiteralArguments& literals) {
  return CheckArguments(literals, 0);
}

std::string CheckDateFormat(const LiteralArguments& literals) {
  return CheckArguments(literals, 1);
}

}  // namespace pinion::templates
