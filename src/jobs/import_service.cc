#include "jobs/import_service.h"

#include <utility>

#include "jobs/job_response.h"

namespace pinion::jobs {

base::Result<model::ImportJobResponse> ImportService::Create(
    const base::AppId& app, const model::ImportJobRequest& request) {
  const bool registers = request.register_endpoints.value_or(false);
  const bool has_segment = request.segment_id && !request.segment_id->empty();
  const bool defines = request.define_segment.value_or(false) || has_segment;
  if (!registers && !defines) {
    return base::InvalidArgument("RegisterEndpoints and DefineSegment cannot both be false.");
  }
  PINION_CHECK(deps_.locations.Check(request.s3_url));
  if (has_segment) {
    PINION_CHECK(deps_.segments.MembersOfImport(app, base::SegmentId(*request.segment_id)));
  }
  if (!registers) {
    return base::Error{base::Errc::kNotImplemented,
                       "Member 'RegisterEndpoints': a segment without registering its endpoints is "
                       "not built yet."};
  }
  model::ImportJobRecord job;
  job.id = deps_.ids.NewHexId();
  job.application_id = app.value();
  job.created_at = deps_.clock.Now();
  job.status = model::JobStatus::kCreated;
  job.segment_given = has_segment;
  job.definition.format = request.format;
  job.definition.s3_url = request.s3_url;
  job.definition.role_arn = request.role_arn;
  job.definition.external_id = request.external_id;
  job.definition.segment_name = request.segment_name;
  job.definition.register_endpoints = registers;
  job.definition.define_segment = defines;
  if (defines) {
    // Known from the start; the segment itself appears when the job has completed (JOB-22).
    job.definition.segment_id = has_segment ? *request.segment_id : deps_.ids.NewHexId();
  }
  storage::WriteBatch batch;
  JobStore::Put(job, batch);
  PINION_CHECK(deps_.store.Apply(batch));
  deps_.runner.Wake();
  return ResponseOf(job);
}

base::Result<model::ImportJobResponse> ImportService::ResponseOf(
    const model::ImportJobRecord& job) const {
  model::ImportJobResponse response;
  response.type = "IMPORT";
  if (DescribeJob(job, response)) {
    PINION_TRY(const auto failures,
               jobs_.Failures(base::AppId(job.application_id),
                              base::JobId(job.id),
                              {.after = "", .limit = kFailureTextsMax}));
    if (!failures.items.empty()) {
      auto& texts = response.failures.emplace();
      for (const model::ImportFailure& failure : failures.items) {
        // Line 0: the object, or the job, as a whole.
        texts.push_back(failure.line == 0 ? failure.reason
                                          : failure.key + ":" + std::to_string(failure.line) +
                                                ": " + failure.reason);
      }
    }
  }
  return response;
}

base::Result<model::ImportJobResponse> ImportService::Get(const base::AppId& app,
                                                          const base::JobId& id) const {
  PINION_TRY(const auto job, jobs_.Find<model::ImportJobRecord>(app, id));
  if (!job) {
    return base::NotFound("Resource not found");
  }
  return ResponseOf(*job);
}

base::Result<base::Page<model::ImportJobResponse>> ImportService::List(
    const base::AppId& app,
    const std::optional<std::string>& segment,
    const base::PageRequest& page) const {
  PINION_TRY(base::Page<model::ImportJobRecord> chosen,
             jobs_.List<model::ImportJobRecord>(app, segment, page));
  base::Page<model::ImportJobResponse> result;
  result.next = std::move(chosen.next);
  for (const model::ImportJobRecord& job : chosen.items) {
    PINION_TRY(auto response, ResponseOf(job));
    result.items.push_back(std::move(response));
  }
  return result;
}

base::Result<base::Page<model::ImportFailure>> ImportService::Failures(
    const base::AppId& app, const base::JobId& id, const base::PageRequest& page) const {
  PINION_TRY(const auto job, jobs_.Find<model::ImportJobRecord>(app, id));
  if (!job) {
    return base::NotFound("Resource not found");
  }
  return jobs_.Failures(app, id, page);
}

base::Status ImportService::OnDelete(const base::AppId& app, storage::WriteBatch& batch) {
  JobStore::DeleteApp(app, batch);
  return {};
}

}  // namespace pinion::jobs
