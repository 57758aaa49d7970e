#include "jobs/export_service.h"

#include <utility>

#include "jobs/job_response.h"

namespace pinion::jobs {
namespace {

model::ExportJobResponse ResponseOf(const model::ExportJobRecord& job) {
  model::ExportJobResponse response;
  response.type = "EXPORT";
  if (DescribeJob(job, response) && job.failure) {
    response.failures.emplace().push_back(*job.failure);
  }
  return response;
}

}  // namespace

base::Result<model::ExportJobResponse> ExportService::Create(
    const base::AppId& app, const model::ExportJobRequest& request) {
  const bool has_segment = request.segment_id && !request.segment_id->empty();
  if (request.segment_version && !has_segment) {
    return base::InvalidArgument("Member 'SegmentVersion': needs a SegmentId.");
  }
  PINION_CHECK(deps_.locations.Check(request.s3_url_prefix, "S3UrlPrefix"));
  if (has_segment) {
    PINION_CHECK(deps_.segments.RequireVersion(
        app, *request.segment_id, request.segment_version, "SegmentId"));
  }
  model::ExportJobRecord job;
  job.id = deps_.ids.NewHexId();
  job.application_id = app.value();
  job.created_at = deps_.clock.Now();
  job.status = model::JobStatus::kCreated;
  job.definition.role_arn = request.role_arn;
  job.definition.s3_url_prefix = request.s3_url_prefix;
  if (has_segment) {
    job.definition.segment_id = request.segment_id;
    job.definition.segment_version = request.segment_version;
  }
  storage::WriteBatch batch;
  JobStore::Put(job, batch);
  PINION_CHECK(deps_.store.Apply(batch));
  deps_.runner.Wake();
  return ResponseOf(job);
}

base::Result<model::ExportJobResponse> ExportService::Get(const base::AppId& app,
                                                          const base::JobId& id) const {
  PINION_TRY(const auto job, jobs_.Find<model::ExportJobRecord>(app, id));
  if (!job) {
    return base::NotFound("Resource not found");
  }
  return ResponseOf(*job);
}

base::Result<base::Page<model::ExportJobResponse>> ExportService::List(
    const base::AppId& app,
    const std::optional<std::string>& segment,
    const base::PageRequest& page) const {
  PINION_TRY(base::Page<model::ExportJobRecord> chosen,
             jobs_.List<model::ExportJobRecord>(app, segment, page));
  base::Page<model::ExportJobResponse> result;
  result.next = std::move(chosen.next);
  for (const model::ExportJobRecord& job : chosen.items) {
    result.items.push_back(ResponseOf(job));
  }
  return result;
}

}  // namespace pinion::jobs
