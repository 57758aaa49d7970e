#include "campaigns/campaign_service.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "apps/hook_rules.h"
#include "base/arn.h"
#include "base/log.h"
#include "base/time_text.h"
#include "campaigns/campaign_rules.h"
#include "delivery/message_plan.h"

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

timers::Timer StartTimer(const base::AppId& app, std::string_view campaign, base::Timestamp due) {
  return {.due = due,
          .kind = std::string(kStartTimer),
          .key = CampaignTimerKey(app, campaign),
          .payload = ""};
}

}  // namespace

std::string CampaignTimerKey(const base::AppId& app, std::string_view campaign) {
  return app.value() + "/" + std::string(campaign);
}

std::optional<std::pair<base::AppId, std::string>> ParseCampaignTimerKey(std::string_view key) {
  const size_t slash = key.find('/');
  if (slash == std::string_view::npos) {
    return std::nullopt;
  }
  return std::pair(base::AppId(key.substr(0, slash)), std::string(key.substr(slash + 1)));
}

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
  const model::WriteCampaignRequest& campaign = version.campaign;
  model::CampaignResponse response;
  response.additional_treatments.emplace();
  response.application_id = app.value();
  response.arn = record.arn;
  response.creation_date = base::FormatIso8601(record.created_at);
  response.custom_delivery_configuration = campaign.custom_delivery_configuration;
  response.description = campaign.description;
  response.holdout_percent = campaign.holdout_percent.value_or(0);
  response.hook = campaign.hook;
  response.id = record.id;
  response.is_paused = campaign.is_paused.value_or(false);
  response.last_modified_date = base::FormatIso8601(version.modified_at);
  response.limits = campaign.limits.value_or(model::CampaignLimits{});
  response.message_configuration = campaign.message_configuration;
  response.name = campaign.name.value_or("");
  response.priority = campaign.priority;
  response.schedule = campaign.schedule;
  response.segment_id = campaign.segment_id.value_or("");
  response.segment_version = record.segment_version;
  response.state.emplace().campaign_status = record.status;
  response.tags = record.tags;
  response.template_configuration = campaign.template_configuration;
  response.treatment_description = campaign.treatment_description;
  response.treatment_name = campaign.treatment_name;
  response.version = version.version;
  // CMP-603: without a version of its own it shows the latest one.
  const auto segment_version =
      deps_.segments.RequireVersion(app, response.segment_id, campaign.segment_version, "Segment");
  if (segment_version.ok()) {
    response.segment_version = *segment_version;
  } else if (campaign.segment_version) {
    response.segment_version = *campaign.segment_version;
  }
  return response;
}

base::Status CampaignService::CaptureSettings(const base::AppId& app,
                                              model::CampaignVersionRecord& version) const {
  PINION_TRY(const auto settings, deps_.settings.Get(app));
  version.application_limits = settings.limits;
  version.application_quiet_time = settings.quiet_time;
  if (!version.campaign.hook && settings.campaign_hook && !apps::IsUnset(*settings.campaign_hook)) {
    return base::Error{base::Errc::kNotImplemented,
                       "Member 'Hook': the application has a CampaignHook, and calling one is not "
                       "built yet; {} switches it off for this campaign."};
  }
  return {};
}

base::Status CampaignService::Judge(const base::AppId& app, Timing timing, Stored& stored) const {
  const model::WriteCampaignRequest& campaign = stored.version.campaign;
  const base::Timestamp now = deps_.clock.Now();
  PINION_TRY(const ScheduleInstants instants, CheckCampaign(campaign, now));
  if (timing != Timing::kScheduleKept) {
    if (instants.end && *instants.end <= now) {
      return base::InvalidArgument("Member 'Schedule.EndTime': it must be in the future.");
    }
    if (options_.reject_past_start && instants.start < now) {
      return base::InvalidArgument(
          "Member 'Schedule.StartTime': StartTime must be at least current time.");
    }
    stored.version.start_at = instants.start;
    stored.version.end_at = instants.end;
  }
  PINION_TRY(stored.record.segment_version,
             deps_.segments.RequireVersion(
                 app, *campaign.segment_id, campaign.segment_version, "Segment"));
  if (FrequencyOf(*campaign.schedule) == model::Frequency::kEvent) {
    PINION_TRY(const bool imported,
               deps_.segments.ContainsImport(app, base::SegmentId(*campaign.segment_id)));
    if (imported) {
      return base::InvalidArgument(
          "Member 'SegmentId': Frequency EVENT needs a dynamic segment, not an imported one.");
    }
  }
  PINION_CHECK(CheckTemplates(campaign.template_configuration, deps_.templates));
  PINION_CHECK(delivery::MessagePlan::ForCampaign(
      campaign.message_configuration, campaign.template_configuration, deps_.templates));
  if (campaign.additional_treatments) {
    for (const model::WriteTreatmentResource& treatment : *campaign.additional_treatments) {
      PINION_CHECK(CheckTemplates(treatment.template_configuration, deps_.templates));
      PINION_CHECK(delivery::MessagePlan::ForCampaign(
          treatment.message_configuration, treatment.template_configuration, deps_.templates));
    }
  }
  PINION_CHECK(CheckBuilt(campaign));
  return CaptureSettings(app, stored.version);
}

void CampaignService::Reschedule(const base::AppId& app,
                                 Stored& stored,
                                 storage::WriteBatch& batch) const {
  model::CampaignRecord& record = stored.record;
  const base::Timestamp now = deps_.clock.Now();
  if (record.start_timer_due) {
    timers::TimerService::Cancel(batch, StartTimer(app, record.id, *record.start_timer_due));
    record.start_timer_due.reset();
  }
  if (stored.version.campaign.is_paused.value_or(false)) {
    record.status = CampaignStatus::kPaused;
    return;
  }
  const base::Timestamp due = std::max(stored.version.start_at, now);
  if (stored.version.end_at && due > *stored.version.end_at) {
    record.status = CampaignStatus::kCompleted;
    return;
  }
  record.status = CampaignStatus::kScheduled;
  record.start_timer_due = due;
  timers::TimerService::Schedule(batch, StartTimer(app, record.id, due));
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
  PINION_CHECK(Judge(app, Timing::kNew, stored));
  PINION_TRY(const base::ArnScope scope, deps_.applications.ArnScopeOf(app));

  const auto lock = deps_.campaigns.LockForWriting();
  model::CampaignRecord& record = stored.record;
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
  Reschedule(app, stored, batch);
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
  ExecutionMetrics metrics = ExecutionMetrics::FromMap(activity.execution_metrics);
  int64_t total = activity.total_endpoint_count;
  PINION_TRY(const auto run,
             deps_.campaigns.FindRun({.app = app, .activity = base::ActivityId(activity.id)}));
  if (run) {
    metrics.Add(run->metrics);
    total = static_cast<int64_t>(run->targeted());
  }
  PINION_TRY(const OutcomeCounts outcomes, deps_.counters.OfActivity(app, campaign, activity.id));
  metrics.Add(outcomes.outcomes);

  model::ActivityResponse response;
  response.application_id = app.value();
  response.campaign_id = campaign;
  response.id = activity.id;
  response.treatment_id = activity.treatment_id;
  response.scheduled_start = base::FormatIso8601(activity.scheduled_start);
  response.state = activity.state;
  response.result = activity.result;
  if (activity.start) {
    response.start = base::FormatIso8601(*activity.start);
  }
  if (activity.end) {
    response.end = base::FormatIso8601(*activity.end);
  }
  response.total_endpoint_count = static_cast<int32_t>(total);
  response.successful_endpoint_count = static_cast<int32_t>(outcomes.outcomes[Metric::kSuccess]);
  response.timezones_total_count = 0;
  response.timezones_completed_count = 0;
  response.execution_metrics = metrics.ToMap();
  return response;
}

base::Result<base::Page<model::ActivityResponse>> CampaignService::ListActivities(
    const base::AppId& app, const base::CampaignId& id, const base::PageRequest& page) const {
  PINION_CHECK(deps_.campaigns.ReadRecord(app, id.value()));
  PINION_TRY(auto activities, deps_.campaigns.Activities(app, id.value()));
  base::NewestFirst<model::CampaignActivityRecord> newest(page);
  for (model::CampaignActivityRecord& activity : activities) {
    const base::Timestamp created = activity.created_at;
    const std::string order = activity.treatment_id + ":" + activity.id;
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
  storage::WriteBatch batch;
  if (stored.record.status == CampaignStatus::kExecuting ||
      stored.record.status == CampaignStatus::kCompleted) {
    const std::string_view locked =
        FirstLockedChange(before, stored.version.campaign, stored.record.status);
    if (!locked.empty()) {
      return base::InvalidArgument("Member '" + std::string(locked) +
                                   "': it cannot be changed while the campaign is " +
                                   std::string(model::ToWire(stored.record.status)) + ".");
    }
  } else {
    PINION_CHECK(
        Judge(app, request.schedule ? Timing::kScheduleGiven : Timing::kScheduleKept, stored));
    Reschedule(app, stored, batch);
  }
  stored.version.version = ++stored.record.latest_version;
  stored.version.modified_at = std::max(deps_.clock.Now(), stored.version.modified_at);
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
  if (stored.record.start_timer_due) {
    timers::TimerService::Cancel(batch,
                                 StartTimer(app, id.value(), *stored.record.start_timer_due));
  }
  if (stored.record.activity_id) {
    CampaignStore::DeleteRun({.app = app, .activity = base::ActivityId(*stored.record.activity_id)},
                             batch);
  }
  CampaignStore::DeleteCampaign(app, id.value(), batch);
  PINION_CHECK(deps_.campaigns.store().Apply(batch));
  return response;
}

base::Status CampaignService::CancelActivity(const base::AppId& app,
                                             const model::CampaignRecord& record,
                                             storage::WriteBatch& batch) const {
  if (!record.activity_id) {
    return {};
  }
  const RunKey key{.app = app, .activity = base::ActivityId(*record.activity_id)};
  PINION_TRY(auto activity, deps_.campaigns.FindActivity(app, record.id, *record.activity_id));
  PINION_TRY(const auto run, deps_.campaigns.FindRun(key));
  if (activity && run) {
    activity->state = "CANCELLED";
    activity->result = "FAIL";
    activity->end = deps_.clock.Now();
    activity->total_endpoint_count = static_cast<int64_t>(run->targeted());
    activity->execution_metrics = run->metrics.ToMap();
    CampaignStore::Put(app, record.id, *activity, batch);
  }
  CampaignStore::DeleteRun(key, batch);
  return {};
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
    PINION_CHECK(CancelActivity(segment.app, record, batch));
    if (record.start_timer_due) {
      timers::TimerService::Cancel(batch,
                                   StartTimer(segment.app, record.id, *record.start_timer_due));
    }
    record.start_timer_due.reset();
    record.activity_id.reset();
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

}  // namespace pinion::campaigns
