#include "base/arn.h"

namespace pinion::base {

namespace {

std::string_view PartitionOf(std::string_view region) {
  if (region.starts_with("cn-")) {
    return "aws-cn";
  }
  return region.starts_with("us-gov-") ? "aws-us-gov" : "aws";
}

// Cuts off and returns what stands before the next colon; nothing when there is none.
std::optional<std::string_view> NextPart(std::string_view& rest) {
  const size_t colon = rest.find(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view part = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  return part;
}

}  // namespace

std::string MakeArn(const ArnScope& scope, std::string_view resource) {
  constexpr size_t kBesides = 48;  // of what all have
  std::string arn;
  arn.reserve(scope.region.size() + scope.account_id.size() + resource.size() + kBesides);
  arn += "arn:";
  arn += PartitionOf(scope.region);
  arn += ":mobiletargeting:";
  arn += scope.region;
  arn += ':';
  arn += scope.account_id;
  arn += ':';
  arn += resource;
  return arn;
}

std::optional<ArnParts> ParseArn(std::string_view arn) {
  const auto marker = NextPart(arn);
  const auto partition = NextPart(arn);
  const auto service = NextPart(arn);
  const auto region = NextPart(arn);
  const auto account = NextPart(arn);
  if (marker != "arn" || !account || partition->empty() || service->empty() || arn.empty()) {
    return std::nullopt;
  }
  return ArnParts{*partition, *service, *region, *account, arn};
}

std::optional<std::string> ResourceOfArn(std::string_view arn) {
  const auto parts = ParseArn(arn);
  if (!parts || parts->service != "mobiletargeting") {
    return std::nullopt;
  }
  return std::string(parts->resource);
}

std::string RegionOfArn(std::string_view arn) {
  constexpr int kColonsBefore = 3;
  for (int colon = 0; colon < kColonsBefore; ++colon) {
    const size_t at = arn.find(':');
    if (at == std::string_view::npos) {
      return "";
    }
    arn.remove_prefix(at + 1);
  }
  return std::string(arn.substr(0, arn.find(':')));
}

std::optional<AppResource> ParseAppResource(std::string_view resource, std::string_view kind) {
  constexpr std::string_view kApps = "apps/";
  const std::string separator = "/" + std::string(kind) + "/";
  const size_t middle = resource.find(separator);
  if (!resource.starts_with(kApps) || middle == std::string_view::npos || middle < kApps.size()) {
    return std::nullopt;
  }
  return AppResource{.app = std::string(resource.substr(kApps.size(), middle - kApps.size())),
                     .id = std::string(resource.substr(middle + separator.size()))};
}

}  // namespace pinion::base
