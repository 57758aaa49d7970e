#include "api/register_operations.h"
#include "model/jobs.h"

namespace pinion::api {

namespace {

base::Result<model::ImportJobResponse> CreateImportJob(
    Call& call, const model::CreateImportJobRequest& request) {
  return call.services.imports.Create(base::AppId(request.application_id), request.body);
}

base::Result<model::ImportJobResponse> GetImportJob(Call& call,
                                                    const model::GetImportJobRequest& request) {
  return call.services.imports.Get(base::AppId(request.application_id),
                                   base::JobId(request.job_id));
}

base::Result<model::ImportJobsResponse> List(Call& call,
                                             const std::string& app,
                                             const std::optional<std::string>& segment,
                                             const base::PageRequest& page) {
  PINION_TRY(auto listed, call.services.imports.List(base::AppId(app), segment, page));
  model::ImportJobsResponse response;
  response.item = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

base::Result<model::ImportJobsResponse> GetImportJobs(Call& call,
                                                      const model::GetImportJobsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  return List(call, request.application_id, std::nullopt, page);
}

base::Result<model::ImportJobsResponse> GetSegmentImportJobs(
    Call& call, const model::GetSegmentImportJobsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_CHECK(call.services.segments.Get(base::AppId(request.application_id),
                                          base::SegmentId(request.segment_id)));
  return List(call, request.application_id, request.segment_id, page);
}

base::Result<model::ImportFailuresResponse> ListImportFailures(
    Call& call, const model::ListImportFailuresRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed,
             call.services.imports.Failures(
                 base::AppId(request.application_id), base::JobId(request.job_id), page));
  model::ImportFailuresResponse response;
  response.items = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

base::Result<model::ExportJobResponse> CreateExportJob(
    Call& call, const model::CreateExportJobRequest& request) {
  return call.services.exports.Create(base::AppId(request.application_id), request.body);
}

base::Result<model::ExportJobResponse> GetExportJob(Call& call,
                                                    const model::GetExportJobRequest& request) {
  return call.services.exports.Get(base::AppId(request.application_id),
                                   base::JobId(request.job_id));
}

base::Result<model::ExportJobsResponse> ListExports(Call& call,
                                                    const std::string& app,
                                                    const std::optional<std::string>& segment,
                                                    const base::PageRequest& page) {
  PINION_TRY(auto listed, call.services.exports.List(base::AppId(app), segment, page));
  model::ExportJobsResponse response;
  response.item = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

base::Result<model::ExportJobsResponse> GetExportJobs(Call& call,
                                                      const model::GetExportJobsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  return ListExports(call, request.application_id, std::nullopt, page);
}

base::Result<model::ExportJobsResponse> GetSegmentExportJobs(
    Call& call, const model::GetSegmentExportJobsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_CHECK(call.services.segments.Get(base::AppId(request.application_id),
                                          base::SegmentId(request.segment_id)));
  return ListExports(call, request.application_id, request.segment_id, page);
}

}  // namespace

void RegisterJobsOperations(OperationTable& table) {
  table.Add<model::ops::CreateImportJob>(Run::kInline, CreateImportJob);
  table.Add<model::ops::GetImportJob>(Run::kInline, GetImportJob);
  table.Add<model::ops::GetImportJobs>(Run::kWorker, GetImportJobs);
  table.Add<model::ops::GetSegmentImportJobs>(Run::kWorker, GetSegmentImportJobs);
  table.Add<model::ops::CreateExportJob>(Run::kInline, CreateExportJob);
  table.Add<model::ops::GetExportJob>(Run::kInline, GetExportJob);
  table.Add<model::ops::GetExportJobs>(Run::kWorker, GetExportJobs);
  table.Add<model::ops::GetSegmentExportJobs>(Run::kWorker, GetSegmentExportJobs);
  table.Add<model::ops::ListImportFailures>(Run::kWorker, ListImportFailures);
}

}  // namespace pinion::api
