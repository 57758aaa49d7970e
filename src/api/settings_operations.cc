#include "api/register_operations.h"
#include "model/settings.h"

namespace pinion::api {

namespace {

base::Result<model::ApplicationSettingsResource> GetApplicationSettings(
    Call& call, const model::GetApplicationSettingsRequest& request) {
  return call.services.settings.Get(base::AppId(request.application_id));
}

base::Result<model::ApplicationSettingsResource> UpdateApplicationSettings(
    Call& call, const model::UpdateApplicationSettingsRequest& request) {
  return call.services.settings.Update(base::AppId(request.application_id), request.body);
}

}  // namespace

void RegisterSettingsOperations(OperationTable& table) {
  table.Add<model::ops::GetApplicationSettings>(Run::kInline, GetApplicationSettings);
  table.Add<model::ops::UpdateApplicationSettings>(Run::kInline, UpdateApplicationSettings);
}

}  // namespace pinion::api
