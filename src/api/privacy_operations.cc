#include "api/register_operations.h"
#include "model/privacy.h"

namespace pinion::api {

namespace {

base::Result<model::ErasureResponse> CreateErasure(Call& call,
                                                   const model::CreateErasureRequest& request) {
  return call.services.privacy.CreateErasure(base::AppId(request.application_id), request.body);
}

base::Result<model::ErasureResponse> GetErasure(Call& call,
                                                const model::GetErasureRequest& request) {
  return call.services.privacy.GetErasure(base::AppId(request.application_id), request.erasure_id);
}

base::Result<model::ErasuresResponse> ListErasures(Call& call,
                                                   const model::ListErasuresRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed,
             call.services.privacy.ListErasures(base::AppId(request.application_id), page));
  model::ErasuresResponse response;
  response.items = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

base::Result<model::PrivacyExportResponse> CreatePrivacyExport(
    Call& call, const model::CreatePrivacyExportRequest& request) {
  return call.services.privacy.CreateExport(base::AppId(request.application_id), request.body);
}

// Where the caller reaches this server.
std::string BaseUrl(const Call& call) {
  const Services& services = call.services;
  return services.public_url.empty()
             ? services.url_scheme + "://" + call.Header("host").value_or("localhost")
             : services.public_url;
}

base::Result<model::PrivacyExportResponse> GetPrivacyExport(
    Call& call, const model::GetPrivacyExportRequest& request) {
  const base::AppId app(request.application_id);
  PINION_TRY(auto exported, call.services.privacy.GetExport(app, request.export_id));
  if (exported.status == model::PrivacyExportStatus::kCompleted) {
    PINION_TRY(const std::string token,
               call.services.privacy.DownloadToken(app, request.export_id));
    exported.download_url = BaseUrl(call) + "/downloads/privacy?token=" + token;
  }
  return exported;
}

base::Result<model::PrivacyExportsResponse> ListPrivacyExports(
    Call& call, const model::ListPrivacyExportsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed,
             call.services.privacy.ListExports(base::AppId(request.application_id), page));
  model::PrivacyExportsResponse response;
  response.items = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

base::Result<model::RetentionResponse> GetRetention(Call& call,
                                                    const model::GetRetentionRequest& request) {
  return call.services.privacy.retention().Get(base::AppId(request.application_id));
}

base::Result<model::RetentionResponse> UpdateRetention(
    Call& call, const model::UpdateRetentionRequest& request) {
  return call.services.privacy.retention().Put(base::AppId(request.application_id), request.body);
}

}  // namespace

void RegisterPrivacyOperations(OperationTable& table) {
  table.Add<model::ops::CreateErasure>(Run::kInline, CreateErasure);
  table.Add<model::ops::GetErasure>(Run::kInline, GetErasure);
  table.Add<model::ops::ListErasures>(Run::kWorker, ListErasures);
  table.Add<model::ops::CreatePrivacyExport>(Run::kInline, CreatePrivacyExport);
  table.Add<model::ops::GetPrivacyExport>(Run::kInline, GetPrivacyExport);
  table.Add<model::ops::ListPrivacyExports>(Run::kWorker, ListPrivacyExports);
  table.Add<model::ops::GetRetention>(Run::kInline, GetRetention);
  table.Add<model::ops::UpdateRetention>(Run::kInline, UpdateRetention);
}

}  // namespace pinion::api
