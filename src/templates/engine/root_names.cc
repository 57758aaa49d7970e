#include "templates/engine/root_names.h"

#include <array>

namespace pinion::templates {
namespace {

struct Row {
  std::string_view first;
  // Empty: the name is one segment.
  std::string_view second;
  std::string_view text;
};

// In the order of RootName.
constexpr std::array<Row, static_cast<size_t>(RootName::kNone)> kRows = {{
    {"Address", "", "Address"},
    {"ChannelType", "", "ChannelType"},
    {"CreationDate", "", "CreationDate"},
    {"Demographic", "AppVersion", "Demographic.AppVersion"},
    {"Demographic", "Locale", "Demographic.Locale"},
    {"Demographic", "Make", "Demographic.Make"},
    {"Demographic", "Model", "Demographic.Model"},
    {"Demographic", "ModelVersion", "Demographic.ModelVersion"},
    {"Demographic", "Platform", "Demographic.Platform"},
    {"Demographic", "PlatformVersion", "Demographic.PlatformVersion"},
    {"Demographic", "Timezone", "Demographic.Timezone"},
    {"EffectiveDate", "", "EffectiveDate"},
    {"EndpointStatus", "", "EndpointStatus"},
    {"Id", "", "Id"},
    {"Location", "City", "Location.City"},
    {"Location", "Country", "Location.Country"},
    {"Location", "Latitude", "Location.Latitude"},
    {"Location", "Longitude", "Location.Longitude"},
    {"Location", "PostalCode", "Location.PostalCode"},
    {"Location", "Region", "Location.Region"},
    {"OptOut", "", "OptOut"},
    {"RequestId", "", "RequestId"},
    {"User", "UserId", "User.UserId"},
    {"RecommendationItems", "", "RecommendationItems"},
    {"Event", "EventType", "Event.EventType"},
    {"UnsubscribeUrl", "", "UnsubscribeUrl"},
    {"PreferenceCenterUrl", "", "PreferenceCenterUrl"},
    {"ApplicationId", "", "ApplicationId"},
    {"ApplicationName", "", "ApplicationName"},
    {"CampaignId", "", "CampaignId"},
    {"JourneyId", "", "JourneyId"},
    {"MessageId", "", "MessageId"},
    {"Attributes", "", "Attributes"},
    {"Metrics", "", "Metrics"},
    {"Recommendations", "", "Recommendations"},
    {"User", "UserAttributes", "User.UserAttributes"},
    {"Event", "Attributes", "Event.Attributes"},
    {"Event", "Metrics", "Event.Metrics"},
    {"Demographic", "", "Demographic"},
    {"Location", "", "Location"},
    {"User", "", "User"},
    {"Event", "", "Event"},
}};

}  // namespace

RootMatch MatchRootName(std::span<const std::string_view> segments) {
  RootMatch best;
  for (size_t i = 0; i < kRows.size() && !segments.empty(); ++i) {
    const Row& row = kRows[i];
    const uint8_t length = row.second.empty() ? 1 : 2;
    if (length > best.segments && length <= segments.size() && row.first == segments[0] &&
        (length == 1 || row.second == segments[1])) {
      best = {static_cast<RootName>(i), length};
    }
  }
  return best;
}

std::string_view RootNameText(RootName name) {
  const auto index = static_cast<size_t>(name);
  return index < kRows.size() ? kRows[index].text : std::string_view();
}

}  // namespace pinion::templates
