#include "campaigns/campaign_service.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "apps/hook_rules.h"
#include "apps/tagged_records.h"
#include "base/arn.h"
#include "base/log.h"
#include "campaigns/campaign_response.h"
#include "campaigns/campaign_rules.h"
#include "campaigns/in_app_content.h"
#include "campaigns/treatments.h"
#include "delivery/message_plan.h"
#include "segments/event_criteria.h"
#include "storage/chosen_id.h"

namespace pinion::campaigns {
namespace {

using model::CampaignStatus;

constexpr std::string_view kNoResource = "Resource not found";

std::optional<int32_t> ParseVersion(std::string_view text) {
  int32_t version = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), version);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole && version >= 0 ? std::optional(version) : std::nullopt;
}

base::Tags ToTags(const model::Map<std::string>& map) {
  return {map.begin(), map.end()};
}

// `apps/{app}/campaigns/{campaign}` → its ids.
base::Result<std::pair<base::AppId, std::string>> ParseResource(std::string_view resource) {
  constexpr std::string_view kApps = "apps/";
  constexpr std::string_view kCampaigns = "/campaigns/";
  const size_t middle = resource.find(kCampaigns);
  if (!resource.starts_with(kApps) || middle == std::string_view::npos) {
    return base::NotFound(std::string(kNoResource));
  }
  return std::pair(base::AppId(resource.substr(kApps.size(), middle - kApps.size())),
                   std::string(resource.substr(middle + kCampaigns.size())));
}

}  // namespace

base::Status CampaignService::Open() {
  PINION_TRY(const auto segments, deps_.campaigns.DeletedSegments());
  for (const CampaignStore::DeletedSegment& segment : segments) {
    PINION_CHECK(DetachFromSegment(segment));
  }
  return {};
}

base::Result<CampaignService::Stored> CampaignService::ReadLatest(const base::AppId& app,
                                                                  std::string_view id) const {
  PINION_TRY(model::CampaignRecord record, deps_.campaigns.ReadRecord(app, id));
  PINION_TRY(auto version, deps_.campaigns.ReadVersion(app, id, record.latest_version));
  return Stored{.record = std::move(record), .version = std::move(version)};
}

base::Result<model::CampaignResponse> CampaignService::ResponseOf(
    const base::AppId& app,
    const model::CampaignRecord& record,
    const model::CampaignVersionRecord& version) const {
  model::CampaignResponse response = ComposeCampaign(app, record, version);
  // CMP-603: without a version of its own it shows the latest one.
  const auto segment_version = deps_.segments.RequireVersion(
      app, response.segment_id, version.campaign.segment_version, "Segment");
  if (segment_version.ok()) {
    response.segment_version = *segment_version;
  } else if (version.campaign.segment_version) {
    response.segment_version = *version.campaign.segment_version;
  }
  return response;
}

base::Status CampaignService::CaptureSettings(const base::AppId& app,
                                              model::CampaignVersionRecord& version) const {
  PINION_TRY(const auto settings, deps_.settings.Get(app));
  version.application_limits = settings.limits;
  version.application_quiet_time = settings.quiet_time;
  // In-app campaigns do not call it (CMP-1012).
  if (!version.campaign.hook && !IsInAppOnly(version.campaign) && settings.campaign_hook &&
      !apps::IsUnset(*settings.campaign_hook)) {
    return base::Error{base::Errc::kNotImplemented,
                       "Member 'Hook': the application has a CampaignHook, and calling one is not "
                       "built yet; {} switches it off for this campaign."};
  }
  return {};
}

// What a schedule says is judged when it is given (CMP-206, CMP-308).
base::Status CampaignService::JudgeTimes(const GivenSchedules& given, Stored& stored) const {
  const model::WriteCampaignRequest& campaign = stored.version.campaign;
  const base::Timestamp now = deps_.clock.Now();
  std::vector<model::TreatmentTimes> times;
  for (size_t i = 0; i < CountTreatments(campaign); ++i) {
    if (i > 0 && !(*campaign.additional_treatments)[i - 1].schedule) {
      times.push_back(times.front());
      continue;
    }
    if (!(i == 0 ? given.campaign : given.treatments)) {
      times.push_back(stored.version.times[i]);
      continue;
    }
    const std::string member =
        i == 0 ? "Schedule" : "AdditionalTreatments." + std::to_string(i) + ".Schedule";
    PINION_TRY(const ScheduleInstants instants,
               CheckSchedule(TreatmentAt(campaign, i).schedule, member, now));
    if (instants.end && *instants.end <= now) {
      return base::InvalidArgument("Member '" + member + ".EndTime': it must be in the future.");
    }
    if (options_.reject_past_start && instants.start < now) {
      return base::InvalidArgument("Member '" + member +
                                   ".StartTime': StartTime must be at least current time.");
    }
    times.push_back({.start_at = instants.start, .end_at = instants.end});
  }
  stored.version.times = std::move(times);
  return {};
}

base::Status CampaignService::JudgeSegment(const base::AppId& app, Stored& stored) const {
  const model::WriteCampaignRequest& campaign = stored.version.campaign;
  PINION_TRY(stored.record.segment_version,
             deps_.segments.RequireVersion(
                 app, *campaign.segment_id, campaign.segment_version, "Segment"));
  for (size_t i = 0; i < CountTreatments(campaign); ++i) {
    if (FrequencyOf(TreatmentAt(campaign, i).schedule) != model::Frequency::kEvent) {
      continue;
    }
    PINION_TRY(const bool imported,
               deps_.segments.ContainsImport(app, base::SegmentId(*campaign.segment_id)));
    if (imported) {
      return base::InvalidArgument(
          "Member 'SegmentId': Frequency EVENT needs a dynamic segment, not an imported one.");
    }
  }
  return {};
}

base::Status CampaignService::JudgeContent(const model::WriteCampaignRequest& campaign) const {
  for (size_t i = 0; i < CountTreatments(campaign); ++i) {
    const Treatment treatment = TreatmentAt(campaign, i);
    PINION_CHECK(CheckTemplates(treatment.templates, deps_.templates));
    if (FrequencyOf(treatment.schedule) == model::Frequency::kInAppEvent) {
      PINION_CHECK(InAppContent(treatment.messages, treatment.templates, deps_.templates));
    } else {
      PINION_CHECK(delivery::MessagePlan::ForCampaign(
          treatment.messages, treatment.templates, deps_.templates));
    }
    if (FrequencyOf(treatment.schedule) == model::Frequency::kEvent) {
      PINION_CHECK(segments::EventCriteria::Parse(treatment.schedule.event_filter->dimensions,
                                                  "Schedule.EventFilter.Dimensions"));
    }
  }
  return {};
}

base::Status CampaignService::Judge(const base::AppId& app,
                                    const GivenSchedules& given,
                                    Stored& stored) const {
  const model::WriteCampaignRequest& campaign = stored.version.campaign;
  PINION_CHECK(CheckCampaign(campaign, deps_.clock.Now()));
  PINION_CHECK(JudgeTimes(given, stored));
  PINION_CHECK(JudgeSegment(app, stored));
  PINION_CHECK(JudgeContent(campaign));
  PINION_CHECK(CheckBuilt(campaign));
  return CaptureSettings(app, stored.version);
}

base::Result<model::CampaignResponse> CampaignService::Create(
    const base::AppId& app,
    const model::WriteCampaignRequest& request,
    const std::optional<std::string>& chosen_id) {
  if (request.tags) {
    PINION_CHECK(base::CheckTags(ToTags(*request.tags)));
  }
  Stored stored;
  stored.version.version = 1;
  stored.version.campaign = request;
  stored.version.campaign.tags.reset();
  PINION_CHECK(Judge(app, {.campaign = true, .treatments = true}, stored));
  PINION_TRY(const base::ArnScope scope, deps_.applications.ArnScopeOf(app));

  const auto lock = deps_.campaigns.LockForWriting();
  model::CampaignRecord& record = stored.record;
  if (chosen_id) {
    PINION_CHECK(storage::CheckChosenId(
        deps_.campaigns.store(), storage::kCampaignIds, *chosen_id, deps_.clock.Now()));
  }
  record.id = chosen_id.value_or(deps_.ids.NewHexId());
  PINION_TRY(const auto taken, deps_.campaigns.FindRecord(app, record.id));
  if (taken) {
    return base::Conflict("The id " + record.id + " is in use.");
  }
  record.arn = base::MakeArn(scope, "apps/" + app.value() + "/campaigns/" + record.id);
  record.created_at = deps_.clock.Now();
  record.tags = request.tags.value_or(model::Map<std::string>());
  record.latest_version = 1;
  stored.version.modified_at = record.created_at;

  storage::WriteBatch batch;
  PINION_CHECK(
      transitions_.Replan({.app = app, .record = record, .version = stored.version, .batch = batch},
                          TreatmentTransitions::Cause::kScheduleGiven));
  CampaignStore::Put(app, record, batch);
  CampaignStore::Put(app, record.id, stored.version, batch);
  PINION_TRY(model::CampaignResponse response, ResponseOf(app, record, stored.version));
  PINION_CHECK(deps_.campaigns.store().Apply(batch));
  deps_.timers.Wake();
  return response;
}

base::Result<model::CampaignResponse> CampaignService::Get(const base::AppId& app,
                                                           const base::CampaignId& id) const {
  PINION_TRY(const Stored stored, ReadLatest(app, id.value()));
  return ResponseOf(app, stored.record, stored.version);
}

base::Result<model::CampaignResponse> CampaignService::GetVersion(const base::AppId& app,
                                                                  const base::CampaignId& id,
                                                                  std::string_view version) const {
  PINION_TRY(const model::CampaignRecord record, deps_.campaigns.ReadRecord(app, id.value()));
  const std::optional<int32_t> number = ParseVersion(version);
  if (!number) {
    return base::InvalidArgument("Path parameter 'version': expected a number.");
  }
  PINION_TRY(const auto found, deps_.campaigns.FindVersion(app, id.value(), *number));
  if (!found) {
    return base::NotFound(std::string(kNoResource));
  }
  return ResponseOf(app, record, *found);
}

base::Result<base::Page<model::CampaignResponse>> CampaignService::List(
    const base::AppId& app, const base::PageRequest& page) const {
  base::NewestFirst<model::CampaignRecord> newest(page);
  PINION_CHECK(deps_.campaigns.VisitRecords(app, [&newest](model::CampaignRecord record) {
    if (record.status != CampaignStatus::kDeleted) {
      const base::Timestamp created = record.created_at;
      const std::string id = record.id;
      newest.Offer(created, id, std::move(record));
    }
  }));
  base::Page<model::CampaignRecord> records = newest.Take();
  base::Page<model::CampaignResponse> responses;
  responses.next = std::move(records.next);
  for (const model::CampaignRecord& record : records.items) {
    PINION_TRY(const auto version,
               deps_.campaigns.FindVersion(app, record.id, record.latest_version));
    if (version) {
      PINION_TRY(auto response, ResponseOf(app, record, *version));
      responses.items.push_back(std::move(response));
    }
  }
  return responses;
}

base::Result<base::Page<model::CampaignResponse>> CampaignService::ListVersions(
    const base::AppId& app, const base::CampaignId& id, const base::PageRequest& page) const {
  PINION_TRY(const model::CampaignRecord record, deps_.campaigns.ReadRecord(app, id.value()));
  base::Page<model::CampaignResponse> responses;
  base::Status failure;
  const auto visit = [&](const model::CampaignVersionRecord& version) {
    if (responses.items.size() == page.limit) {
      responses.next = std::to_string(version.version);
      return false;
    }
    auto response = ResponseOf(app, record, version);
    if (!response.ok()) {
      failure = response.error();
      return false;
    }
    responses.items.push_back(*std::move(response));
    return true;
  };
  PINION_CHECK(
      deps_.campaigns.VisitVersions(app, id.value(), ParseVersion(page.after).value_or(0), visit));
  PINION_CHECK(std::move(failure));
  return responses;
}

base::Result<model::ActivityResponse> CampaignService::ActivityOf(
    const base::AppId& app,
    std::string_view campaign,
    const model::CampaignActivityRecord& activity) const {
  PINION_TRY(const auto run,
             deps_.campaigns.FindRun({.app = app, .activity = base::ActivityId(activity.id)}));
  PINION_TRY(const OutcomeCounts outcomes, deps_.counters.OfActivity(app, campaign, activity.id));
  return ComposeActivity(app, campaign, activity, run, outcomes);
}

base::Result<base::Page<model::ActivityResponse>> CampaignService::ListActivities(
    const base::AppId& app, const base::CampaignId& id, const base::PageRequest& page) const {
  PINION_CHECK(deps_.campaigns.ReadRecord(app, id.value()));
  PINION_TRY(auto activities, deps_.campaigns.Activities(app, id.value()));
  base::NewestFirst<model::CampaignActivityRecord> newest(page);
  for (model::CampaignActivityRecord& activity : activities) {
    const base::Timestamp created = activity.created_at;
    // At most 99 additional treatments: two digits.
    const std::string order =
        (activity.treatment_id.size() < 2 ? "0" : "") + activity.treatment_id + ":" + activity.id;
    newest.Offer(created, order, std::move(activity));
  }
  base::Page<model::CampaignActivityRecord> chosen = newest.Take();
  base::Page<model::ActivityResponse> responses;
  responses.next = std::move(chosen.next);
  for (const model::CampaignActivityRecord& activity : chosen.items) {
    PINION_TRY(auto response, ActivityOf(app, id.value(), activity));
    responses.items.push_back(std::move(response));
  }
  return responses;
}

base::Result<model::CampaignCounters> CampaignService::Counters(const base::AppId& app,
                                                                const base::CampaignId& id) const {
  PINION_CHECK(deps_.campaigns.ReadRecord(app, id.value()));
  PINION_TRY(const OutcomeCounts counts, deps_.counters.OfCampaign(app, id.value()));
  return ToResponse(counts);
}

base::Result<model::CampaignResponse> CampaignService::Update(
    const base::AppId& app,
    const base::CampaignId& id,
    const model::WriteCampaignRequest& request) {
  const auto lock = deps_.campaigns.LockForWriting();
  PINION_TRY(Stored stored, ReadLatest(app, id.value()));
  if (stored.record.status == CampaignStatus::kDeleted) {
    return base::InvalidArgument("The campaign was deleted together with its segment.");
  }
  const model::WriteCampaignRequest before = stored.version.campaign;
  stored.version.campaign = Merge(stored.version.campaign, request);
  const bool is_locked =
      HasRunInProgress(stored.record, before) || stored.record.status == CampaignStatus::kCompleted;
  if (is_locked) {
    const std::string_view locked =
        FirstLockedChange(before, stored.version.campaign, stored.record.status);
    if (!locked.empty()) {
      return base::InvalidArgument("Member '" + std::string(locked) +
                                   "': it cannot be changed while the campaign is " +
                                   std::string(model::ToWire(stored.record.status)) + ".");
    }
  } else {
    PINION_CHECK(Judge(app,
                       {.campaign = request.schedule.has_value(),
                        .treatments = request.additional_treatments.has_value()},
                       stored));
  }
  stored.version.version = ++stored.record.latest_version;
  stored.version.modified_at = std::max(deps_.clock.Now(), stored.version.modified_at);
  const bool is_given = !is_locked && (request.schedule || request.additional_treatments);
  storage::WriteBatch batch;
  PINION_CHECK(transitions_.Replan(
      {.app = app, .record = stored.record, .version = stored.version, .batch = batch},
      is_given ? TreatmentTransitions::Cause::kScheduleGiven
               : TreatmentTransitions::Cause::kScheduleKept));
  CampaignStore::Put(app, stored.record, batch);
  CampaignStore::Put(app, id.value(), stored.version, batch);
  PINION_TRY(model::CampaignResponse response, ResponseOf(app, stored.record, stored.version));
  PINION_CHECK(deps_.campaigns.store().Apply(batch));
  deps_.timers.Wake();
  return response;
}

base::Result<model::CampaignResponse> CampaignService::Delete(const base::AppId& app,
                                                              const base::CampaignId& id) {
  const auto lock = deps_.campaigns.LockForWriting();
  PINION_TRY(Stored stored, ReadLatest(app, id.value()));
  PINION_TRY(model::CampaignResponse response, ResponseOf(app, stored.record, stored.version));
  response.state.emplace().campaign_status = CampaignStatus::kDeleted;
  storage::WriteBatch batch;
  PINION_CHECK(transitions_.Cancel(
      {.app = app, .record = stored.record, .version = stored.version, .batch = batch}));
  CampaignStore::DeleteCampaign(app, id.value(), batch);
  storage::RestId(storage::kCampaignIds, id.value(), deps_.clock.Now(), batch);
  PINION_CHECK(deps_.campaigns.store().Apply(batch));
  return response;
}

// Afterwards the campaigns of the segment are DELETED and nothing of them is sent any more.
base::Status CampaignService::DetachFromSegment(const CampaignStore::DeletedSegment& segment) {
  const auto lock = deps_.campaigns.LockForWriting();
  std::vector<model::CampaignRecord> records;
  PINION_CHECK(deps_.campaigns.VisitRecords(segment.app, [&records](model::CampaignRecord record) {
    records.push_back(std::move(record));
  }));
  storage::WriteBatch batch;
  for (model::CampaignRecord& record : records) {
    PINION_TRY(const auto version,
               deps_.campaigns.ReadVersion(segment.app, record.id, record.latest_version));
    if (version.campaign.segment_id != segment.segment_id ||
        record.status == CampaignStatus::kDeleted) {
      continue;
    }
    PINION_CHECK(transitions_.Cancel(
        {.app = segment.app, .record = record, .version = version, .batch = batch}));
    record.status = CampaignStatus::kDeleted;
    CampaignStore::Put(segment.app, record, batch);
  }
  CampaignStore::RemoveDeletedSegment(segment, batch);
  PINION_CHECK(deps_.campaigns.store().Apply(batch));
  return {};
}

base::Status CampaignService::OnSegmentDelete(const base::AppId& app,
                                              const base::SegmentId& segment,
                                              storage::WriteBatch& batch) {
  // The batch is applied without the lock of campaigns. So it holds the order only, which survives
  // a crash; OnSegmentDeleted carries it out.
  CampaignStore::PutDeletedSegment({.app = app, .segment_id = segment.value()}, batch);
  return {};
}

void CampaignService::OnSegmentDeleted(const base::AppId& app, const base::SegmentId& segment) {
  const base::Status status = DetachFromSegment({.app = app, .segment_id = segment.value()});
  if (!status.ok()) {
    base::Log(base::LogLevel::kError,
              "campaigns",
              "campaigns of a deleted segment could not be stopped; the next start does it",
              {{"segment", segment.value()}, {"error", status.error().message}});
  }
}

base::Status CampaignService::OnDelete(const base::AppId& app, storage::WriteBatch& batch) {
  CampaignStore::DeleteApp(app, batch);
  return {};
}

void CampaignService::OnDeleted(const base::AppId& app) {
  // A batch of a run may have been on its way while the application went.
  const auto lock = deps_.campaigns.LockForWriting();
  storage::WriteBatch batch;
  CampaignStore::DeleteApp(app, batch);
  const auto applied = deps_.campaigns.store().Apply(batch);
  if (!applied.ok()) {
    base::Log(base::LogLevel::kWarning,
              "campaigns",
              "remains of a deleted application may be left",
              {{"application", app.value()}, {"error", applied.error().message}});
  }
}

base::Result<base::Tags> CampaignService::TagsOf(std::string_view resource) const {
  PINION_TRY(const auto ids, ParseResource(resource));
  PINION_TRY(const model::CampaignRecord record, deps_.campaigns.ReadRecord(ids.first, ids.second));
  return ToTags(record.tags);
}

base::Status CampaignService::UpdateTags(std::string_view resource, const base::TagChange& change) {
  PINION_TRY(const auto ids, ParseResource(resource));
  const auto lock = deps_.campaigns.LockForWriting();
  PINION_TRY(model::CampaignRecord record, deps_.campaigns.ReadRecord(ids.first, ids.second));
  PINION_TRY(const base::Tags tags, base::ChangeTags(ToTags(record.tags), change));
  record.tags = model::Map<std::string>();
  for (const auto& [key, value] : tags) {
    record.tags.Append(key, value);
  }
  storage::WriteBatch batch;
  CampaignStore::Put(ids.first, record, batch);
  PINION_CHECK(deps_.campaigns.store().Apply(batch));
  return {};
}

base::Status CampaignService::VisitTags(std::string_view after, const TagVisitor& visit) const {
  return apps::VisitTagsOfRecords(deps_.campaigns.store(),
                                  {.space = storage::KeySpace::kCampaign, .kind = "campaigns"},
                                  after,
                                  visit);
}

}  // namespace pinion::campaigns
