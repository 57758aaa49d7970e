// What an endpoint is entitled to see in its app (campaigns.md section 17). In-app campaigns are
// not sent: the app asks, and decides by itself, on events, when to show what it got. Thread-safe;
// the cost follows the in-app campaigns that are live in the application.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "campaigns/campaign_store.h"
#include "campaigns/template_pins.h"
#include "model/in_app.h"
#include "segments/membership.h"

namespace pinion::campaigns {

class InAppMessages {
 public:
  // All must outlive it.
  struct Dependencies {
    CampaignStore& campaigns;
    const base::Clock& clock;
    const audience::AudienceService& audience;
    const segments::Membership& membership;
    const Templates& templates;
  };
  explicit InAppMessages(const Dependencies& dependencies) : deps_(dependencies) {}

  // GetInAppMessages, in the order of INA-104. kNotFound for an unknown endpoint. Who is given a
  // campaign for the first time is counted (INA-111).
  base::Result<model::InAppMessagesResponse> Get(const base::AppId& app,
                                                 std::string_view endpoint_id);

 private:
  class Request;
  using Version = std::shared_ptr<const model::CampaignVersionRecord>;

  // Null for a version that is gone. Versions never change, so they stay decoded.
  base::Result<Version> VersionOf(const base::AppId& app, const CampaignStore::Live& live);

  const Dependencies deps_;
  std::mutex mutex_;  // guards what follows
  struct Cached {
    int32_t number = 0;
    base::Timestamp created_at;  // tells a campaign from an earlier one under its id
    Version version;
  };
  std::map<std::pair<base::AppId, std::string>, Cached> versions_;
  std::mutex giving_;  // held from reading who was given a campaign to writing it
};

}  // namespace pinion::campaigns
