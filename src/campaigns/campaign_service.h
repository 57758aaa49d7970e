// The campaigns of an application: created, versioned, updated, read, deleted (campaigns.md
// sections 1 to 6 and 13). Owns the rules of the resource; campaign_runner.h sends. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "apps/application_service.h"
#include "apps/settings_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "base/tags.h"
#include "campaigns/campaign_counters.h"
#include "campaigns/campaign_store.h"
#include "campaigns/template_pins.h"
#include "campaigns/treatment_transitions.h"
#include "model/campaigns.h"
#include "segments/segment_service.h"
#include "timers/timer_service.h"

namespace pinion::campaigns {

class CampaignService final : public base::TaggedResources,
                              public apps::AppDeletionHook,
                              public segments::SegmentService::DeletionHook {
 public:
  struct Options {
    // CMP-308: a StartTime in the past is refused, as Pinpoint does.
    bool reject_past_start = false;
  };
  // All must outlive the service.
  struct Dependencies {
    CampaignStore& campaigns;
    const base::Clock& clock;
    base::IdGenerator& ids;
    const apps::ApplicationService& applications;
    const apps::SettingsService& settings;
    const segments::SegmentService& segments;
    const Templates& templates;
    const CampaignCounters& counters;
    timers::TimerService& timers;
  };
  CampaignService(const Dependencies& dependencies, Options options)
      : deps_(dependencies),
        options_(options),
        transitions_(dependencies.campaigns, dependencies.clock, dependencies.ids) {}

  // Finishes what a crash has interrupted; before the first request.
  base::Status Open();

  // Version 1. kInvalidArgument naming the member, kNotImplemented for a valid campaign of a kind
  // that is not built; nothing is stored then. `chosen_id`: API-72; kConflict when it is taken.
  base::Result<model::CampaignResponse> Create(const base::AppId& app,
                                               const model::WriteCampaignRequest& request,
                                               const std::optional<std::string>& chosen_id);
  // kNotFound.
  base::Result<model::CampaignResponse> Get(const base::AppId& app,
                                            const base::CampaignId& id) const;
  // kInvalidArgument for a version that is no number, kNotFound for one that does not exist.
  base::Result<model::CampaignResponse> GetVersion(const base::AppId& app,
                                                   const base::CampaignId& id,
                                                   std::string_view version) const;
  // Newest first; deleted campaigns are not listed (CMP-107).
  base::Result<base::Page<model::CampaignResponse>> List(const base::AppId& app,
                                                         const base::PageRequest& page) const;
  base::Result<base::Page<model::CampaignResponse>> ListVersions(
      const base::AppId& app, const base::CampaignId& id, const base::PageRequest& page) const;
  base::Result<base::Page<model::ActivityResponse>> ListActivities(
      const base::AppId& app, const base::CampaignId& id, const base::PageRequest& page) const;
  base::Result<model::CampaignCounters> Counters(const base::AppId& app,
                                                 const base::CampaignId& id) const;

  // A new version (CMP-401 to CMP-403). Errors as Create, and kNotFound.
  base::Result<model::CampaignResponse> Update(const base::AppId& app,
                                               const base::CampaignId& id,
                                               const model::WriteCampaignRequest& request);
  // Stops a run in progress before its next message (CMP-404). kNotFound.
  base::Result<model::CampaignResponse> Delete(const base::AppId& app, const base::CampaignId& id);

  base::Result<base::Tags> TagsOf(std::string_view resource) const override;
  base::Status UpdateTags(std::string_view resource, const base::TagChange& change) override;
  base::Status VisitTags(std::string_view after, const TagVisitor& visit) const override;

  base::Status OnDelete(const base::AppId& app, storage::WriteBatch& batch) override;
  void OnDeleted(const base::AppId& app) override;
  // CMP-506.
  base::Status OnSegmentDelete(const base::AppId& app,
                               const base::SegmentId& segment,
                               storage::WriteBatch& batch) override;
  void OnSegmentDeleted(const base::AppId& app, const base::SegmentId& segment) override;

 private:
  struct Stored {
    model::CampaignRecord record;
    model::CampaignVersionRecord version;
  };
  // Which schedules a request has: the campaign's, those of its treatments.
  struct GivenSchedules {
    bool campaign = false;
    bool treatments = false;
  };

  base::Result<Stored> ReadLatest(const base::AppId& app, std::string_view id) const;
  base::Result<model::CampaignResponse> ResponseOf(
      const base::AppId& app,
      const model::CampaignRecord& record,
      const model::CampaignVersionRecord& version) const;
  base::Result<model::ActivityResponse> ActivityOf(
      const base::AppId& app,
      std::string_view campaign,
      const model::CampaignActivityRecord& activity) const;
  // Validates `stored.version.campaign` and fills what follows from it.
  base::Status Judge(const base::AppId& app, const GivenSchedules& given, Stored& stored) const;
  base::Status JudgeTimes(const GivenSchedules& given, Stored& stored) const;
  base::Status JudgeSegment(const base::AppId& app, Stored& stored) const;
  base::Status JudgeContent(const model::WriteCampaignRequest& campaign) const;
  base::Status CaptureSettings(const base::AppId& app, model::CampaignVersionRecord& version) const;
  base::Status DetachFromSegment(const CampaignStore::DeletedSegment& segment);

  const Dependencies deps_;
  const Options options_;
  const TreatmentTransitions transitions_;
};

}  // namespace pinion::campaigns
