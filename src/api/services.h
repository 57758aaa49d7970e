// What the operations stand on: references to every service, made once by server/service_set and
// shared by all calls. Who adds a service adds a line here and one in server/service_set. The
// services are thread-safe and outlive every call.
#pragma once

#include <map>
#include <string>

#include "api/system_control.h"
#include "apps/application_service.h"
#include "apps/settings_service.h"
#include "base/tags.h"
#include "channels/channel_service.h"

namespace pinion::api {

// The resources that can be tagged, by what their ARN's resource looks like. A kind that is not
// there answers 404.
struct TagDirectory {
  base::TaggedResources* applications = nullptr;
  base::TaggedResources* campaigns = nullptr;
  base::TaggedResources* segments = nullptr;
  base::TaggedResources* journeys = nullptr;
  base::TaggedResources* templates = nullptr;
};

struct Services {
  apps::ApplicationService& applications;
  apps::SettingsService& settings;
  channels::ChannelService& channels;
  SystemControl& system;
  TagDirectory tags;
};

}  // namespace pinion::api
