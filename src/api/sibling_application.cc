#include "api/sibling_application.h"

namespace pinion::api {

base::Result<apps::ApplicationService::Use> UseSiblingApplication(Services& services) {
  const base::AppId& app = services.sibling_application;
  auto use = services.applications.UseForCall(app);
  if (use.ok() || use.error().code != base::Errc::kNotFound) {
    return use;
  }
  if (app.value() != kHiddenApplication) {
    return base::NotFound("The application that siblings.application_id names does not exist.");
  }
  // Somebody has deleted it.
  PINION_CHECK(services.applications.EnsureHidden(app, services.server_region));
  return services.applications.UseForCall(app);
}

}  // namespace pinion::api
