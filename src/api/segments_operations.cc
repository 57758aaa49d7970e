#include <optional>

#include "api/register_operations.h"
#include "model/segments.h"

namespace pinion::api {

namespace {

base::Result<model::SegmentResponse> CreateSegment(Call& call,
                                                   const model::CreateSegmentRequest& request) {
  return call.services.segments.Create(
      base::AppId(request.application_id), request.body, call.ChosenId());
}

base::Result<model::SegmentResponse> GetSegment(Call& call,
                                                const model::GetSegmentRequest& request) {
  return call.services.segments.Get(base::AppId(request.application_id),
                                    base::SegmentId(request.segment_id));
}

base::Result<model::SegmentResponse> UpdateSegment(Call& call,
                                                   const model::UpdateSegmentRequest& request) {
  return call.services.segments.Update(
      base::AppId(request.application_id), base::SegmentId(request.segment_id), request.body);
}

base::Result<model::SegmentResponse> DeleteSegment(Call& call,
                                                   const model::DeleteSegmentRequest& request) {
  return call.services.segments.Delete(base::AppId(request.application_id),
                                       base::SegmentId(request.segment_id));
}

model::SegmentsResponse ToResponse(const Call& call, base::Page<model::SegmentResponse> page) {
  model::SegmentsResponse response;
  response.item = std::move(page.items);
  response.next_token = call.NextToken(page.next);
  return response;
}

base::Result<model::SegmentsResponse> GetSegments(Call& call,
                                                  const model::GetSegmentsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed, call.services.segments.List(base::AppId(request.application_id), page));
  return ToResponse(call, std::move(listed));
}

base::Result<model::SegmentResponse> GetSegmentVersion(
    Call& call, const model::GetSegmentVersionRequest& request) {
  return call.services.segments.GetVersion(
      base::AppId(request.application_id), base::SegmentId(request.segment_id), request.version);
}

base::Result<model::SegmentsResponse> GetSegmentVersions(
    Call& call, const model::GetSegmentVersionsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed,
             call.services.segments.ListVersions(
                 base::AppId(request.application_id), base::SegmentId(request.segment_id), page));
  return ToResponse(call, std::move(listed));
}

// The version that a query names; the segment must exist.
base::Result<std::optional<int32_t>> VersionOf(Call& call,
                                               const std::string& app,
                                               const std::string& segment,
                                               const std::optional<std::string>& version) {
  std::optional<int32_t> number;
  if (version) {
    PINION_TRY(
        const auto found,
        call.services.segments.GetVersion(base::AppId(app), base::SegmentId(segment), *version));
    number = found.version;
  } else {
    PINION_CHECK(call.services.segments.Get(base::AppId(app), base::SegmentId(segment)));
  }
  return number;
}

base::Result<model::SegmentCount> CountSegment(Call& call,
                                               const model::CountSegmentRequest& request) {
  return call.services.membership.Count(base::AppId(request.application_id), request.body);
}

base::Result<model::SegmentCount> CountStoredSegment(
    Call& call, const model::CountStoredSegmentRequest& request) {
  model::SegmentCountDefinition definition;
  definition.segment_id = request.segment_id;
  PINION_TRY(definition.segment_version,
             VersionOf(call, request.application_id, request.segment_id, request.version));
  return call.services.membership.Count(base::AppId(request.application_id), definition);
}

base::Result<model::SegmentMembersResponse> ListSegmentMembers(
    Call& call, const model::ListSegmentMembersRequest& request) {
  const std::vector<std::string> filters = {request.version.value_or("")};
  PINION_TRY(const auto page, call.Page(request.page_size, request.token, filters));
  PINION_TRY(const auto version,
             VersionOf(call, request.application_id, request.segment_id, request.version));
  PINION_TRY(
      auto listed,
      call.services.membership.List(
          base::AppId(request.application_id), base::SegmentId(request.segment_id), version, page));
  model::SegmentMembersResponse response;
  response.items = std::move(listed.items);
  response.next_token = call.NextToken(listed.next, filters);
  return response;
}

}  // namespace

void RegisterSegmentsOperations(OperationTable& table) {
  table.Add<model::ops::CreateSegment>(Run::kInline, CreateSegment);
  table.Add<model::ops::GetSegment>(Run::kInline, GetSegment);
  table.Add<model::ops::UpdateSegment>(Run::kInline, UpdateSegment);
  table.Add<model::ops::DeleteSegment>(Run::kWorker, DeleteSegment);
  table.Add<model::ops::GetSegments>(Run::kWorker, GetSegments);
  table.Add<model::ops::GetSegmentVersion>(Run::kInline, GetSegmentVersion);
  table.Add<model::ops::GetSegmentVersions>(Run::kWorker, GetSegmentVersions);
  table.Add<model::ops::CountSegment>(Run::kWorker, CountSegment);
  table.Add<model::ops::CountStoredSegment>(Run::kWorker, CountStoredSegment);
  table.Add<model::ops::ListSegmentMembers>(Run::kWorker, ListSegmentMembers);
}

}  // namespace pinion::api
