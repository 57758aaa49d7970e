#include "api/register_operations.h"
#include "api/tag_target.h"
#include "model/tags.h"

namespace pinion::api {

namespace {

base::Result<model::TagsModel> ListTagsForResource(
    Call& call, const model::ListTagsForResourceRequest& request) {
  PINION_TRY(const TagTarget target, FindTagTarget(call.services.tags, request.resource_arn));
  PINION_TRY(const base::Tags tags, target.kind.TagsOf(target.resource));
  model::TagsModel response;
  response.tags.entries() = tags;
  return response;
}

base::Result<model::Empty> TagResource(Call& call, const model::TagResourceRequest& request) {
  PINION_TRY(const TagTarget target, FindTagTarget(call.services.tags, request.resource_arn));
  PINION_CHECK(target.kind.UpdateTags(target.resource, {request.body.tags.entries(), {}}));
  return model::Empty{};
}

base::Result<model::Empty> UntagResource(Call& call, const model::UntagResourceRequest& request) {
  if (request.tag_keys.empty()) {
    return base::InvalidArgument("Query parameter 'tagKeys' is required.");
  }
  PINION_TRY(const TagTarget target, FindTagTarget(call.services.tags, request.resource_arn));
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
