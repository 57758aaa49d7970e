#include "audience/endpoint_merge.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "audience/endpoint_response.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "model/codec.h"

namespace pinion::audience {
namespace {

// AUD-29.
constexpr size_t kNameCharactersMax = 128;
constexpr size_t kValueCharactersMax = 1000;
constexpr size_t kValuesPerNameMax = 200;
constexpr size_t kNamesMax = 1000;
constexpr size_t kEndpointJsonBytesMax = 64 * 1024;
constexpr size_t kAddressCharactersMax = 4096;
constexpr std::string_view kReservedPrefix = "pinion:";

// A character takes six bytes of JSON at most, and a text four bytes of punctuation.
constexpr size_t kJsonBytesPerByteMax = 6;
constexpr size_t kJsonBytesPerTextMax = 4;
constexpr size_t kJsonBytesOfFixedPartMax = 1500;

bool IsLongerThan(std::string_view text, size_t characters) {
  return text.size() > characters && base::CountCodePoints(text) > characters;
}

bool EqualsIgnoringCase(std::string_view text, std::string_view upper) {
  return std::equal(text.begin(), text.end(), upper.begin(), upper.end(), [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  });
}

// A member that is present; `""` counts as absent where the rule says so.
bool IsGiven(const std::optional<std::string>& member) {
  return member.has_value() && !member->empty();
}

base::Status CheckName(std::string_view member, std::string_view name, const RequestPlace& place) {
  if (name.empty() || IsLongerThan(name, kNameCharactersMax)) {
    return place.Refuse(member, "names must have 1 to 128 characters.");
  }
  if (name.substr(0, kReservedPrefix.size()) == kReservedPrefix) {
    return place.Refuse(std::string(member) + "." + std::string(name),
                        "names that begin with pinion: are reserved.");
  }
  return {};
}

base::Status CheckValues(std::string_view member,
                         std::string_view name,
                         const std::vector<std::string>& values,
                         const RequestPlace& place) {
  const auto where = [&] { return std::string(member) + "." + std::string(name); };
  if (values.size() > kValuesPerNameMax) {
    return place.Refuse(where(), "must have at most 200 values.");
  }
  for (const std::string& value : values) {
    if (IsLongerThan(value, kValueCharactersMax)) {
      return place.Refuse(where(), "values must have at most 1000 characters.");
    }
  }
  return {};
}

std::vector<std::string> WithoutRepetition(const std::vector<std::string>& values) {
  std::vector<std::string> unique;
  unique.reserve(values.size());
  for (const std::string& value : values) {
    if (std::find(unique.begin(), unique.end(), value) == unique.end()) {
      unique.push_back(value);
    }
  }
  return unique;
}

template <class List>
auto FindName(List& list, std::string_view name) {
  return std::find_if(
      list.begin(), list.end(), [name](const auto& entry) { return entry.name == name; });
}

struct AttributeMember {
  std::string_view path;
  AttributeKind kind;
};

base::Status MergeAttributes(const model::Map<std::vector<std::string>>& given,
                             const AttributeMember& member,
                             const MergeRules& rules,
                             Attributes& target) {
  for (const auto& [name, values] : given) {
    PINION_CHECK(CheckName(member.path, name, rules.place));
    PINION_CHECK(CheckValues(member.path, name, values, rules.place));
    const auto place = FindName(target, name);
    if (values.empty()) {
      if (place != target.end()) {
        target.erase(place);
      }
      continue;
    }
    if (rules.blocklist.Blocks(member.kind, name)) {
      continue;
    }
    if (place != target.end()) {
      place->values = WithoutRepetition(values);
    } else {
      target.push_back({name, WithoutRepetition(values)});
    }
  }
  return {};
}

base::Status MergeMetrics(const model::Map<std::optional<double>>& given,
                          const MergeRules& rules,
                          std::vector<Metric>& target) {
  for (const auto& [name, value] : given) {
    PINION_CHECK(CheckName("Metrics", name, rules.place));
    const auto place = FindName(target, name);
    if (!value.has_value()) {
      if (place != target.end()) {
        target.erase(place);
      }
      continue;
    }
    if (!std::isfinite(*value)) {
      return rules.place.Refuse("Metrics." + name, "must be a finite number.");
    }
    if (rules.blocklist.Blocks(AttributeKind::kMetric, name)) {
      continue;
    }
    if (place != target.end()) {
      place->value = *value;
    } else {
      target.push_back({name, *value});
    }
  }
  return {};
}

void MergeFacet(const std::optional<std::string>& given, Facet facet, EndpointRecord& record) {
  if (given.has_value()) {
    record.facets[static_cast<size_t>(facet)] = *given;
  }
}

void MergeDemographic(const model::EndpointDemographic& given, EndpointRecord& record) {
  MergeFacet(given.app_version, Facet::kAppVersion, record);
  MergeFacet(given.locale, Facet::kLocale, record);
  MergeFacet(given.make, Facet::kMake, record);
  MergeFacet(given.model, Facet::kModel, record);
  MergeFacet(given.model_version, Facet::kModelVersion, record);
  MergeFacet(given.platform, Facet::kPlatform, record);
  MergeFacet(given.platform_version, Facet::kPlatformVersion, record);
  MergeFacet(given.timezone, Facet::kTimezone, record);
}

double Rounded(double value, std::optional<int> decimals) {
  if (!decimals.has_value()) {
    return value;
  }
  const double scale = std::pow(10.0, *decimals);
  return std::round(value * scale) / scale;
}

base::Status MergeLocation(const model::EndpointLocation& given,
                           const MergeRules& rules,
                           EndpointRecord& record) {
  MergeFacet(given.city, Facet::kCity, record);
  MergeFacet(given.country, Facet::kCountry, record);
  MergeFacet(given.postal_code, Facet::kPostalCode, record);
  MergeFacet(given.region, Facet::kRegion, record);
  if (given.latitude.has_value()) {
    if (!(*given.latitude >= -90 && *given.latitude <= 90)) {
      return rules.place.Refuse("Location.Latitude", "must be between -90 and 90.");
    }
    record.latitude = Rounded(*given.latitude, rules.settings.location_decimals);
  }
  if (given.longitude.has_value()) {
    if (!(*given.longitude >= -180 && *given.longitude <= 180)) {
      return rules.place.Refuse("Location.Longitude", "must be between -180 and 180.");
    }
    record.longitude = Rounded(*given.longitude, rules.settings.location_decimals);
  }
  return {};
}

base::Status MergeAddress(const model::EndpointRequest& request,
                          const MergeRules& rules,
                          EndpointRecord& record) {
  if (request.channel_type.has_value()) {
    record.channel_type = request.channel_type;
  }
  if (!request.address.has_value()) {
    return {};
  }
  if (IsLongerThan(*request.address, kAddressCharactersMax)) {
    return rules.place.Refuse("Address", "must have at most 4096 characters.");
  }
  record.address = *request.address;
  return {};
}

base::Status MergeStatus(const model::EndpointRequest& request,
                         const MergeRules& rules,
                         bool address_is_new,
                         EndpointRecord& record) {
  if (IsGiven(request.endpoint_status)) {
    if (EqualsIgnoringCase(*request.endpoint_status, "INACTIVE")) {
      record.status = EndpointStatus::kInactive;
      record.inactive_reason = InactiveReason::kCaller;
      return {};
    }
    if (!EqualsIgnoringCase(*request.endpoint_status, "ACTIVE")) {
      return rules.place.Refuse("EndpointStatus", "must be ACTIVE or INACTIVE.");
    }
  } else if (rules.origin == UpdateOrigin::kImport ||
             (record.inactive_reason == InactiveReason::kInvalidToken && !address_is_new)) {
    return {};
  }
  record.status = EndpointStatus::kActive;
  record.inactive_reason = InactiveReason::kNone;
  return {};
}

base::Status MergeOptOut(const model::EndpointRequest& request,
                         const MergeRules& rules,
                         EndpointRecord& record) {
  if (!IsGiven(request.opt_out)) {
    return {};
  }
  if (EqualsIgnoringCase(*request.opt_out, "ALL")) {
    // Who opted out first stays the one who did.
    record.opt_out_by = record.opt_out == OptOut::kAll ? record.opt_out_by : OptOutBy::kCaller;
    record.opt_out = OptOut::kAll;
    return {};
  }
  if (!EqualsIgnoringCase(*request.opt_out, "NONE")) {
    return rules.place.Refuse("OptOut", "must be ALL or NONE.");
  }
  if (rules.origin == UpdateOrigin::kImport && record.opt_out_by == OptOutBy::kRecipient) {
    return {};
  }
  record.opt_out = OptOut::kNone;
  record.opt_out_by = OptOutBy::kNone;
  return {};
}

base::Status MergeDates(const model::EndpointRequest& request,
                        const MergeRules& rules,
                        EndpointRecord& record) {
  base::Timestamp effective = rules.now;
  if (request.effective_date.has_value()) {
    const auto given = base::ParseInstant(*request.effective_date);
    if (!given.has_value()) {
      return rules.place.Refuse("EffectiveDate", "must be an ISO 8601 date or time.");
    }
    effective = std::min(*given, rules.now);
  }
  record.effective = effective;
  // A list upload without dates is no sign of life (AUD-47).
  const bool is_activity =
      rules.origin != UpdateOrigin::kImport || request.effective_date.has_value();
  if (is_activity && (!record.last_active.has_value() || *record.last_active < effective)) {
    record.last_active = effective;
  }
  return {};
}

size_t JsonBytesMax(const Attributes& attributes) {
  size_t bytes = 0;
  for (const Attribute& attribute : attributes) {
    bytes += attribute.name.size() * kJsonBytesPerByteMax + 2 * kJsonBytesPerTextMax;
    for (const std::string& value : attribute.values) {
      bytes += value.size() * kJsonBytesPerByteMax + kJsonBytesPerTextMax;
    }
  }
  return bytes;
}

// No less than the endpoint's compact JSON.
size_t JsonBytesMax(const EndpointRecord& record) {
  constexpr size_t kNumberBytesMax = 32;
  size_t bytes = kJsonBytesOfFixedPartMax;
  for (const std::string* text :
       {&record.id, &record.address, &record.user_id, &record.request_id}) {
    bytes += text->size() * kJsonBytesPerByteMax;
  }
  for (const std::string& text : record.facets) {
    bytes += text.size() * kJsonBytesPerByteMax;
  }
  for (const Metric& metric : record.metrics) {
    bytes += metric.name.size() * kJsonBytesPerByteMax + kNumberBytesMax;
  }
  return bytes + JsonBytesMax(record.attributes) + JsonBytesMax(record.user_attributes);
}

}  // namespace

base::Error RequestPlace::Refuse(std::string_view member, std::string_view reason) const {
  std::string message(item_);
  message.append(item_.empty() ? "" : ".").append(member).append(": ").append(reason);
  return base::InvalidArgument(std::move(message));
}

base::Error RequestPlace::Refuse(std::string_view reason) const {
  std::string message(item_);
  message.append(item_.empty() ? "" : ": ").append(reason);
  return base::InvalidArgument(std::move(message));
}

base::Status MergeEndpoint(const model::EndpointRequest& request,
                           const MergeRules& rules,
                           Existence existence,
                           EndpointRecord& record) {
  const bool address_is_new = existence == Existence::kNew ||
                              (IsGiven(request.address) && *request.address != record.address);
  PINION_CHECK(MergeAddress(request, rules, record));
  if (request.attributes.has_value()) {
    PINION_CHECK(MergeAttributes(
        *request.attributes, {"Attributes", AttributeKind::kCustom}, rules, record.attributes));
  }
  if (request.metrics.has_value()) {
    PINION_CHECK(MergeMetrics(*request.metrics, rules, record.metrics));
  }
  if (request.demographic.has_value()) {
    MergeDemographic(*request.demographic, record);
  }
  if (request.location.has_value()) {
    PINION_CHECK(MergeLocation(*request.location, rules, record));
  }
  PINION_CHECK(MergeStatus(request, rules, address_is_new, record));
  PINION_CHECK(MergeOptOut(request, rules, record));
  PINION_CHECK(MergeDates(request, rules, record));
  record.request_id =
      IsGiven(request.request_id) ? *request.request_id : std::string(rules.request_id);
  return {};
}

base::Status MergeUserAttributes(const model::EndpointUser& user,
                                 const MergeRules& rules,
                                 Attributes& target) {
  if (!user.user_attributes.has_value()) {
    return {};
  }
  return MergeAttributes(
      *user.user_attributes, {"User.UserAttributes", AttributeKind::kUser}, rules, target);
}

base::Status CheckEndpointLimits(const EndpointRecord& record, const RequestPlace& place) {
  if (record.attributes.size() + record.metrics.size() + record.user_attributes.size() >
      kNamesMax) {
    return place.Refuse("Too many custom attributes");
  }
  if (JsonBytesMax(record) <= kEndpointJsonBytesMax) {
    return {};
  }
  constexpr std::string_view kAnyAppId = "00000000000000000000000000000000";
  const auto response = ComposeResponse(kAnyAppId, record);
  if (model::ToJson(response).size() > kEndpointJsonBytesMax) {
    return place.Refuse("The endpoint must not be larger than 64 KB.");
  }
  return {};
}

}  // namespace pinion::audience
