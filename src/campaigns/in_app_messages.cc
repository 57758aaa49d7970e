#include "campaigns/in_app_messages.h"

#include <algorithm>
#include <tuple>

#include "base/time_text.h"
#include "campaigns/campaign_counters.h"
#include "campaigns/campaign_rules.h"
#include "campaigns/in_app_content.h"
#include "campaigns/in_app_marks.h"
#include "campaigns/treatments.h"

namespace pinion::campaigns {
namespace {

using audience::EndpointRecord;
using Live = CampaignStore::Live;

// Campaigns that stay decoded.
constexpr size_t kCachedMax = 4096;

bool IsReachable(const EndpointRecord& endpoint) {
  return endpoint.channel_type == model::ChannelType::kInApp &&
         endpoint.status == audience::EndpointStatus::kActive &&
         endpoint.opt_out != audience::OptOut::kAll;
}

// INA-105: with IsLocalTime the end is when the endpoint's clocks show EndTime.
std::optional<base::Timestamp> EndFor(const EndpointRecord& endpoint,
                                      const model::Schedule& schedule,
                                      const std::optional<base::Timestamp>& end) {
  const auto zone = Zone::Parse(endpoint.facet(audience::Facet::kTimezone));
  if (!end || !schedule.is_local_time.value_or(false) || !zone) {
    return end;
  }
  const auto written = base::ParseIso8601(*schedule.end_time);
  if (!written) {
    return end;
  }
  const auto of_schedule = schedule.timezone ? Zone::Parse(*schedule.timezone) : std::nullopt;
  const bool is_instant = written->utc_offset && of_schedule;
  const templates::WallClock shown =
      is_instant ? templates::WallClock(end->time_since_epoch() + of_schedule->OffsetAt(*end))
                 : written->wall_clock;
  return zone->ToInstant(shown);
}

model::CampaignEventFilter Filled(model::CampaignEventFilter filter) {
  if (!filter.dimensions.attributes) {
    filter.dimensions.attributes.emplace();
  }
  if (!filter.dimensions.metrics) {
    filter.dimensions.metrics.emplace();
  }
  return filter;
}

}  // namespace

// The work of one call.
class InAppMessages::Request {
 public:
  Request(InAppMessages& owner, const base::AppId& app, EndpointRecord endpoint)
      : owner_(owner),
        deps_(owner.deps_),
        app_(app),
        endpoint_(std::move(endpoint)),
        now_(deps_.clock.Now()) {}

  base::Result<model::InAppMessagesResponse> Answer() {
    PINION_TRY(const auto live,
               deps_.campaigns.LiveTreatments(app_, CampaignStore::LiveKind::kInApp));
    for (const Live& treatment : live) {
      PINION_CHECK(Consider(treatment));
    }
    PINION_CHECK(CountGiven());
    std::sort(entitled_.begin(), entitled_.end(), ComesFirst);
    model::InAppMessagesResponse response;
    auto& campaigns = response.in_app_message_campaigns.emplace();
    for (Entitled& entitled : entitled_) {
      campaigns.push_back(std::move(entitled.campaign));
    }
    return response;
  }

 private:
  struct Entitled {
    Live live;
    std::optional<base::Timestamp> end;
    model::InAppMessageCampaign campaign;
  };

  // INA-104: by priority, then by end, those without last; the newest first.
  static bool ComesFirst(const Entitled& a, const Entitled& b) {
    const auto order = [](const Entitled& entitled) {
      return std::tuple(entitled.campaign.priority.value_or(INT32_MAX),
                        entitled.end.value_or(base::Timestamp::max()),
                        -base::ToMillis(entitled.live.created_at),
                        std::string_view(entitled.live.campaign_id));
    };
    return order(a) < order(b);
  }

  base::Status Consider(const Live& live) {
    PINION_TRY(const Version version, owner_.VersionOf(app_, live));
    if (version == nullptr) {
      return {};
    }
    const model::WriteCampaignRequest& campaign = version->campaign;
    const auto index = IndexOfTreatment(campaign, live.treatment_id);
    const auto group =
        TreatmentOf(campaign, AllocationOf(live.campaign_id, endpoint_.user_id, endpoint_.id));
    if (!index || group != index) {
      return {};
    }
    const model::TreatmentTimes& times = version->times[*index];
    if (now_ < times.start_at || (times.end_at && now_ >= *times.end_at)) {
      return {};  // Its timer is about to fire.
    }
    const EffectiveLimits limits = LimitsOf(*version);
    PINION_TRY(const bool is_capped, IsCapped(live.campaign_id, limits.total));
    if (is_capped) {
      return {};
    }
    PINION_TRY(const bool is_member, IsMember(*campaign.segment_id, campaign.segment_version));
    return is_member ? Add(live, *version, *index, limits) : base::Status();
  }

  base::Result<bool> IsCapped(std::string_view campaign, int32_t total) const {
    if (total <= 0) {
      return false;
    }
    PINION_TRY(const auto stored,
               deps_.campaigns.store().Get(
                   InAppMarks::KeyOf(app_, campaign, InAppMarks::Kind::kDisplayed, endpoint_.id)));
    PINION_TRY(const uint64_t displays, InAppMarks::Decode(stored));
    return displays >= static_cast<uint64_t>(total);
  }

  // Campaigns often share a segment.
  base::Result<bool> IsMember(const std::string& segment, std::optional<int32_t> version) {
    const auto [known, is_new] = memberships_.try_emplace({segment, version.value_or(0)}, false);
    if (is_new) {
      PINION_TRY(
          known->second,
          deps_.membership.IsMember(app_, base::SegmentId(segment), version, endpoint_.ordinal));
    }
    return known->second;
  }

  base::Status Add(const Live& live,
                   const model::CampaignVersionRecord& version,
                   size_t index,
                   const EffectiveLimits& limits) {
    const Treatment treatment = TreatmentAt(version.campaign, index);
    auto content = InAppContent(treatment.messages, treatment.templates, deps_.templates);
    if (!content.ok() && content.error().code == base::Errc::kInvalidArgument) {
      return {};  // Its template was deleted; there is nothing to show.
    }
    PINION_CHECK(content);
    Entitled entitled{.live = live,
                      .end = EndFor(endpoint_, treatment.schedule, version.times[index].end_at),
                      .campaign = {}};
    model::InAppMessageCampaign& campaign = entitled.campaign;
    campaign.campaign_id = live.campaign_id;
    campaign.treatment_id = live.treatment_id;
    campaign.priority = version.campaign.priority;
    campaign.session_cap = limits.session;
    campaign.daily_cap = limits.daily;
    campaign.total_cap = limits.total;
    campaign.in_app_message = *std::move(content);
    model::InAppCampaignSchedule& schedule = campaign.schedule.emplace();
    if (entitled.end) {
      schedule.end_date = base::FormatIso8601(*entitled.end);
    }
    schedule.event_filter = Filled(*treatment.schedule.event_filter);
    if (QuietHoursOf(version, treatment.schedule)) {
      schedule.quiet_time = QuietTimeOf(version, treatment.schedule);
    }
    entitled_.push_back(std::move(entitled));
    return {};
  }

  // Every endpoint counts once for a campaign, however often it asks.
  base::Status CountGiven() {
    std::vector<std::string> keys;
    for (const Entitled& entitled : entitled_) {
      keys.push_back(InAppMarks::KeyOf(
          app_, entitled.live.campaign_id, InAppMarks::Kind::kGiven, endpoint_.id));
    }
    PINION_TRY(auto marks, deps_.campaigns.store().MultiGet(keys));
    if (std::all_of(marks.begin(), marks.end(), [](const auto& mark) { return mark; })) {
      return {};
    }
    const std::lock_guard lock(owner_.giving_);
    PINION_TRY(marks, deps_.campaigns.store().MultiGet(keys));
    storage::WriteBatch batch;
    CounterChanges changes;
    for (size_t i = 0; i < keys.size(); ++i) {
      if (marks[i]) {
        continue;
      }
      batch.Put(keys[i], InAppMarks::Encode(1));
      const Live& live = entitled_[i].live;
      ++changes
            .Of({.app = app_,
                 .campaign = live.campaign_id,
                 .activity = live.activity_id,
                 .treatment = live.treatment_id,
                 .at = now_,
                 .writer = CounterWriter::kInAppRequests})
            .counts[OutcomeCounts::kInAppGiven];
    }
    PINION_CHECK(changes.WriteTo(deps_.campaigns.store(), batch));
    return deps_.campaigns.store().Apply(batch).ok()
               ? base::Status()
               : base::Status(base::Unavailable("The store takes no writes at the moment."));
  }

  InAppMessages& owner_;
  const Dependencies& deps_;
  const base::AppId& app_;
  const EndpointRecord endpoint_;
  const base::Timestamp now_;
  std::map<std::pair<std::string, int32_t>, bool> memberships_;
  std::vector<Entitled> entitled_;
};

base::Result<InAppMessages::Version> InAppMessages::VersionOf(const base::AppId& app,
                                                              const Live& live) {
  const std::pair key(app, live.campaign_id);
  {
    const std::lock_guard lock(mutex_);
    const auto known = versions_.find(key);
    if (known != versions_.end() && known->second.number == live.version &&
        known->second.created_at == live.created_at) {
      return known->second.version;
    }
  }
  PINION_TRY(auto stored, deps_.campaigns.FindVersion(app, live.campaign_id, live.version));
  if (!stored) {
    return Version();
  }
  auto version = std::make_shared<const model::CampaignVersionRecord>(*std::move(stored));
  const std::lock_guard lock(mutex_);
  if (versions_.size() >= kCachedMax) {
    versions_.clear();
  }
  versions_[key] = {.number = live.version, .created_at = live.created_at, .version = version};
  return version;
}

base::Result<model::InAppMessagesResponse> InAppMessages::Get(const base::AppId& app,
                                                              std::string_view endpoint_id) {
  PINION_TRY(EndpointRecord endpoint, deps_.audience.Find(app, endpoint_id));
  if (!IsReachable(endpoint)) {
    model::InAppMessagesResponse nothing;
    nothing.in_app_message_campaigns.emplace();
    return nothing;
  }
  return Request(*this, app, std::move(endpoint)).Answer();
}

}  // namespace pinion::campaigns
