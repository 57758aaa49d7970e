// The names a recipient always has (TPL-72, TPL-73), as a closed list: paths are matched against it
// once, when a template is compiled, so that a rendering finds them by number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pinion::templates {

enum class RootName : uint8_t {
  kAddress,
  kChannelType,
  kCreationDate,
  kDemographicAppVersion,
  kDemographicLocale,
  kDemographicMake,
  kDemographicModel,
  kDemographicModelVersion,
  kDemographicPlatform,
  kDemographicPlatformVersion,
  kDemographicTimezone,
  kEffectiveDate,
  kEndpointStatus,
  kId,
  kLocationCity,
  kLocationCountry,
  kLocationLatitude,
  kLocationLongitude,
  kLocationPostalCode,
  kLocationRegion,
  kOptOut,
  kRequestId,
  kUserId,
  kRecommendationItems,
  kEventType,
  kUnsubscribeUrl,
  kPreferenceCenterUrl,
  kApplicationId,
  kApplicationName,
  kCampaignId,
  kJourneyId,
  kMessageId,
  // Maps; a path goes on into them.
  kAttributes,
  kMetrics,
  kRecommendations,
  kUserAttributes,
  kEventAttributes,
  kEventMetrics,
  kDemographic,
  kLocation,
  kUser,
  kEvent,
  kNone,
};

// The names before kAttributes have one value each.
constexpr size_t kScalarRootNames = static_cast<size_t>(RootName::kAttributes);

struct RootMatch {
  RootName name = RootName::kNone;
  // How many segments of the path the name takes.
  uint8_t segments = 0;
};

// The longest root name that `segments` begins with.
RootMatch MatchRootName(std::span<const std::string_view> segments);

// The path of `name`, as in `Demographic.AppVersion`.
std::string_view RootNameText(RootName name);

}  // namespace pinion::templates
