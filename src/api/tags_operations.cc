#include <algorithm>
#include <string_view>

#include "api/register_operations.h"
#include "base/arn.h"
#include "model/tags.h"

namespace pinion::api {

namespace {

struct TagTarget {
  base::TaggedResources& kind;
  std::string resource;
};

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

base::Result<TagTarget> Resolve(const Call& call, const std::string& arn) {
  auto resource = base::ResourceOfArn(arn);
  if (!resource) {
    return base::InvalidArgument(
        "The resource must be of the form "
        "arn:<partition>:mobiletargeting:<region>:<account>:<resource>.");
  }
  PINION_TRY(base::TaggedResources * kind, KindOf(call.services.tags, *resource));
  if (kind == nullptr) {
    return base::NotFound("Resource not found");
  }
  return TagTarget{*kind, *std::move(resource)};
}

base::Result<model::TagsModel> ListTagsForResource(
    Call& call, const model::ListTagsForResourceRequest& request) {
  PINION_TRY(const TagTarget target, Resolve(call, request.resource_arn));
  PINION_TRY(const base::Tags tags, target.kind.TagsOf(target.resource));
  model::TagsModel response;
  response.tags.entries() = tags;
  return response;
}

base::Result<model::Empty> TagResource(Call& call, const model::TagResourceRequest& request) {
  PINION_TRY(const TagTarget target, Resolve(call, request.resource_arn));
  PINION_CHECK(target.kind.UpdateTags(target.resource, {request.body.tags.entries(), {}}));
  return model::Empty{};
}

base::Result<model::Empty> UntagResource(Call& call, const model::UntagResourceRequest& request) {
  if (request.tag_keys.empty()) {
    return base::InvalidArgument("Query parameter 'tagKeys' is required.");
  }
  PINION_TRY(const TagTarget target, Resolve(call, request.resource_arn));
  PINION_CHECK(target.kind.UpdateTags(target.resource, {{}, request.tag_keys}));
  return model::Empty{};
}

}  // namespace

void RegisterTagsOperations(OperationTable& table) {
  table.Add<model::ops::ListTagsForResource>(Run::kInline, ListTagsForResource);
  table.Add<model::ops::TagResource>(Run::kInline, TagResource);
  table.Add<model::ops::UntagResource>(Run::kInline, UntagResource);
}

}  // namespace pinion::api
