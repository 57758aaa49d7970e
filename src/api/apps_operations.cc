#include "api/register_operations.h"
#include "model/apps.h"

namespace pinion::api {

namespace {

base::Result<model::ApplicationResponse> CreateApp(Call& call,
                                                   const model::CreateAppRequest& request) {
  return call.services.applications.Create({request.body, call.region(), call.ChosenId()});
}

base::Result<model::ApplicationResponse> GetApp(Call& call, const model::GetAppRequest& request) {
  return call.services.applications.Get(base::AppId(request.application_id));
}

base::Result<model::ApplicationsResponse> GetApps(Call& call,
                                                  const model::GetAppsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed, call.services.applications.List(page));
  model::ApplicationsResponse response;
  response.item = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

base::Result<model::ApplicationResponse> DeleteApp(Call& call,
                                                   const model::DeleteAppRequest& request) {
  return call.services.applications.Delete(base::AppId(request.application_id));
}

}  // namespace

void RegisterAppsOperations(OperationTable& table) {
  table.Add<model::ops::CreateApp>(Run::kInline, CreateApp);
  table.Add<model::ops::DeleteApp>(Run::kWorker, DeleteApp);
  table.Add<model::ops::GetApp>(Run::kInline, GetApp);
  table.Add<model::ops::GetApps>(Run::kWorker, GetApps);
}

}  // namespace pinion::api
