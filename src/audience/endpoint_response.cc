#include "audience/endpoint_response.h"

#include <optional>
#include <string>

#include "base/time_text.h"

namespace pinion::audience {
namespace {

using AttributeMap = model::Map<std::vector<std::string>>;

template <class Text>
AttributeMap ComposeAttributes(const BasicAttributes<Text>& attributes) {
  AttributeMap map;
  map.reserve(attributes.size());
  for (const BasicAttribute<Text>& attribute : attributes) {
    map.Append(std::string(attribute.name),
               std::vector<std::string>(attribute.values.begin(), attribute.values.end()));
  }
  return map;
}

template <class Text>
std::optional<std::string> Optional(const Text& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(std::string(text));
}

template <class Text>
model::EndpointDemographic ComposeDemographic(const BasicEndpointRecord<Text>& record) {
  model::EndpointDemographic demographic;
  demographic.app_version = Optional(record.facet(Facet::kAppVersion));
  demographic.locale = Optional(record.facet(Facet::kLocale));
  demographic.make = Optional(record.facet(Facet::kMake));
  demographic.model = Optional(record.facet(Facet::kModel));
  demographic.model_version = Optional(record.facet(Facet::kModelVersion));
  demographic.platform = Optional(record.facet(Facet::kPlatform));
  demographic.platform_version = Optional(record.facet(Facet::kPlatformVersion));
  demographic.timezone = Optional(record.facet(Facet::kTimezone));
  return demographic;
}

template <class Text>
model::EndpointLocation ComposeLocation(const BasicEndpointRecord<Text>& record) {
  model::EndpointLocation location;
  location.city = Optional(record.facet(Facet::kCity));
  location.country = Optional(record.facet(Facet::kCountry));
  location.postal_code = Optional(record.facet(Facet::kPostalCode));
  location.region = Optional(record.facet(Facet::kRegion));
  location.latitude = record.latitude;
  location.longitude = record.longitude;
  return location;
}

template <class Text>
model::EndpointUser ComposeUser(const BasicEndpointRecord<Text>& record) {
  model::EndpointUser user;
  user.user_id = Optional(record.user_id);
  if (user.user_id.has_value() || !record.user_attributes.empty()) {
    user.user_attributes = ComposeAttributes(record.user_attributes);
  }
  return user;
}

}  // namespace

template <class Text>
model::EndpointResponse ComposeResponse(std::string_view app,
                                        const BasicEndpointRecord<Text>& record) {
  model::EndpointResponse response;
  response.address = Optional(record.address);
  response.application_id = std::string(app);
  response.attributes = ComposeAttributes(record.attributes);
  response.channel_type = record.channel_type;
  response.cohort_id = std::to_string(record.cohort);
  response.creation_date = base::FormatIso8601(record.created);
  response.demographic = ComposeDemographic(record);
  response.effective_date = base::FormatIso8601(record.effective);
  response.endpoint_status = std::string(ToWire(record.status));
  response.id = std::string(record.id);
  response.location = ComposeLocation(record);
  model::Map<double>& metrics = response.metrics.emplace();
  metrics.reserve(record.metrics.size());
  for (const BasicMetric<Text>& metric : record.metrics) {
    metrics.Append(std::string(metric.name), metric.value);
  }
  response.opt_out = std::string(ToWire(record.opt_out));
  response.request_id = std::string(record.request_id);
  response.user = ComposeUser(record);
  return response;
}

template model::EndpointResponse ComposeResponse(std::string_view, const EndpointRecord&);
template model::EndpointResponse ComposeResponse(std::string_view, const EndpointRecordView&);

}  // namespace pinion::audience
