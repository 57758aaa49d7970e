#include "api/tag_target.h"

#include <algorithm>
#include <utility>

#include "base/arn.h"

namespace pinion::api {

namespace {

bool HasPrefixAndPart(std::string_view resource, std::string_view prefix) {
  return resource.starts_with(prefix) && resource.size() > prefix.size();
}

// The kind of `apps/{a}`, `apps/{a}/campaigns/{c}`, …, `templates/{name}/{TYPE}`; TAG-1 for the
// others.
base::Result<base::TaggedResources*> KindOf(const TagDirectory& tags, std::string_view resource) {
  const auto slashes = std::count(resource.begin(), resource.end(), '/');
  if (HasPrefixAndPart(resource, "templates/") && slashes == 2) {
    return tags.templates;
  }
  if (HasPrefixAndPart(resource, "apps/")) {
    if (slashes == 1) {
      return tags.applications;
    }
    const size_t after_app = resource.find('/', std::string_view("apps/").size());
    const std::string_view below = resource.substr(after_app + 1);
    if (slashes == 3 && HasPrefixAndPart(below, "campaigns/")) {
      return tags.campaigns;
    }
    if (slashes == 3 && HasPrefixAndPart(below, "segments/")) {
      return tags.segments;
    }
    if (slashes == 3 && HasPrefixAndPart(below, "journeys/")) {
      return tags.journeys;
    }
  }
  return base::InvalidArgument(
      "Only applications, campaigns, segments, journeys and message templates have tags.");
}

}  // namespace

base::Result<TagTarget> FindTagTarget(const TagDirectory& tags, std::string_view arn) {
  auto resource = base::ResourceOfArn(arn);
  if (!resource) {
    return base::InvalidArgument(
        "The resource must be of the form "
        "arn:<partition>:mobiletargeting:<region>:<account>:<resource>.");
  }
  PINION_TRY(base::TaggedResources * kind, KindOf(tags, *resource));
  if (kind == nullptr) {
    return base::NotFound("Resource not found");
  }
  return TagTarget{*kind, *std::move(resource)};
}

}  // namespace pinion::api
