#include "campaigns/treatment_transitions.h"

#include <algorithm>
#include <array>

#include "campaigns/recurrence.h"
#include "campaigns/treatments.h"

namespace pinion::campaigns {
namespace {

using model::CampaignStatus;
using model::CampaignTreatmentRecord;

CampaignStore::LiveKind LiveKindOf(const model::Schedule& schedule) {
  return FrequencyOf(schedule) == model::Frequency::kInAppEvent ? CampaignStore::LiveKind::kInApp
                                                                : CampaignStore::LiveKind::kEvent;
}

timers::Timer TimerOf(const base::AppId& app,
                      const model::CampaignRecord& record,
                      const CampaignTreatmentRecord& treatment) {
  return {.due = *treatment.timer_due,
          .kind = std::string(kStartTimer),
          .key = TreatmentTimerKey(app, record.id, treatment.id),
          .payload = ""};
}

void CancelTimer(const base::AppId& app,
                 const model::CampaignRecord& record,
                 CampaignTreatmentRecord& treatment,
                 storage::WriteBatch& batch) {
  if (treatment.timer_due) {
    timers::TimerService::Cancel(batch, TimerOf(app, record, treatment));
    treatment.timer_due.reset();
  }
}

bool IsPaused(const model::CampaignVersionRecord& version) {
  return version.campaign.is_paused.value_or(false);
}

}  // namespace

std::string TreatmentTimerKey(const base::AppId& app,
                              std::string_view campaign,
                              std::string_view treatment) {
  return app.value() + "/" + std::string(campaign) + "/" + std::string(treatment);
}

std::optional<CampaignStore::Due> ParseTreatmentTimerKey(std::string_view key) {
  const size_t first = key.find('/');
  const size_t last = key.rfind('/');
  if (first == std::string_view::npos || first == last) {
    return std::nullopt;
  }
  return CampaignStore::Due{.app = base::AppId(key.substr(0, first)),
                            .campaign_id = std::string(key.substr(first + 1, last - first - 1)),
                            .treatment_id = std::string(key.substr(last + 1)),
                            .at = {}};
}

CampaignStatus DeriveStatus(const std::vector<CampaignTreatmentRecord>& treatments) {
  static constexpr std::array kByPrecedence = {CampaignStatus::kExecuting,
                                               CampaignStatus::kPendingNextRun,
                                               CampaignStatus::kScheduled,
                                               CampaignStatus::kPaused,
                                               CampaignStatus::kInvalid};
  for (const CampaignStatus status : kByPrecedence) {
    if (std::any_of(treatments.begin(), treatments.end(), [status](const auto& treatment) {
          return treatment.status == status;
        })) {
      return status;
    }
  }
  return CampaignStatus::kCompleted;
}

CampaignTreatmentRecord* FindTreatment(model::CampaignRecord& record, std::string_view treatment) {
  for (CampaignTreatmentRecord& candidate : record.treatments) {
    if (candidate.id == treatment) {
      return &candidate;
    }
  }
  return nullptr;
}

bool HasRunInProgress(const model::CampaignRecord& record,
                      const model::WriteCampaignRequest& campaign) {
  return std::any_of(record.treatments.begin(), record.treatments.end(), [&](const auto& state) {
    const auto index = IndexOfTreatment(campaign, state.id);
    return state.status == CampaignStatus::kExecuting && index &&
           !IsWindowed(TreatmentAt(campaign, *index).schedule);
  });
}

struct TreatmentTransitions::Place {
  const Subject& subject;
  CampaignTreatmentRecord& state;
  const model::Schedule& schedule;
  base::Timestamp start;
  std::optional<base::Timestamp> end;
  base::Timestamp now;

  void SetTimer(base::Timestamp due) const {
    state.timer_due = std::max(due, now);
    timers::TimerService::Schedule(subject.batch, TimerOf(subject.app, subject.record, state));
  }
  bool IsOver(base::Timestamp at) const { return end && at >= *end; }
  // An occurrence if it still counts: one at exactly EndTime does (CMP-353).
  std::optional<base::Timestamp> Within(std::optional<base::Timestamp> occurrence) const {
    return occurrence && end && *occurrence > *end ? std::nullopt : occurrence;
  }
};

base::Status TreatmentTransitions::Replan(const Subject& subject, Cause cause) const {
  const model::WriteCampaignRequest& campaign = subject.version.campaign;
  std::vector<CampaignTreatmentRecord> before = std::move(subject.record.treatments);
  subject.record.treatments.clear();
  const size_t count = CountTreatments(campaign);
  subject.record.treatments.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const std::string id = std::to_string(i);
    const auto known = std::find_if(
        before.begin(), before.end(), [&id](const auto& state) { return state.id == id; });
    CampaignTreatmentRecord state;
    if (known != before.end()) {
      state = std::move(*known);
      before.erase(known);
    } else {
      state.id = id;
      state.status = CampaignStatus::kScheduled;
    }
    subject.record.treatments.push_back(std::move(state));
    const model::TreatmentTimes& times = subject.version.times[i];
    const Place place{.subject = subject,
                      .state = subject.record.treatments.back(),
                      .schedule = TreatmentAt(campaign, i).schedule,
                      .start = times.start_at,
                      .end = times.end_at,
                      .now = clock_.Now()};
    if (IsWindowed(place.schedule)) {
      PINION_CHECK(ReplanWindow(place, cause));
    } else {
      PINION_CHECK(LeaveWindow(place));
      ReplanRuns(place, cause);
    }
  }
  for (CampaignTreatmentRecord& gone : before) {
    CancelTimer(subject.app, subject.record, gone, subject.batch);
    CampaignStore::DeleteLive(subject.app, subject.record.id, gone.id, subject.batch);
    PINION_CHECK(CancelRun(subject.app, subject.record, gone, subject.batch));
  }
  subject.record.status = DeriveStatus(subject.record.treatments);
  return {};
}

base::Status TreatmentTransitions::ReplanWindow(const Place& place, Cause cause) const {
  const Subject& subject = place.subject;
  if (place.state.status == CampaignStatus::kCompleted && cause == Cause::kScheduleKept) {
    return {};
  }
  const bool was_open = place.state.status == CampaignStatus::kExecuting ||
                        place.state.status == CampaignStatus::kPaused;
  CancelTimer(subject.app, subject.record, place.state, subject.batch);
  CampaignStore::DeleteLive(subject.app, subject.record.id, place.state.id, subject.batch);
  if (place.IsOver(place.now)) {
    return CloseWindow(place);
  }
  if (IsPaused(subject.version)) {
    place.state.status = CampaignStatus::kPaused;
    if (place.end) {
      place.SetTimer(*place.end);
    }
    return ShowActivity(place, "PAUSED");
  }
  if (was_open && place.now >= place.start) {
    return OpenWindow(place);
  }
  // Also one that begins now: the answer says SCHEDULED, the timer opens it right after.
  place.state.status = CampaignStatus::kScheduled;
  place.SetTimer(place.start);
  return ShowActivity(place, "PAUSED");
}

base::Status TreatmentTransitions::OpenWindow(const Place& place) const {
  const Subject& subject = place.subject;
  CampaignTreatmentRecord& state = place.state;
  if (!state.activity_id) {
    model::CampaignActivityRecord activity;
    activity.id = ids_.NewHexId();
    activity.treatment_id = state.id;
    activity.created_at = place.now;
    activity.scheduled_start = place.start;
    activity.start = place.now;
    activity.state = "RUNNING";
    state.activity_id = activity.id;
    CampaignStore::Put(subject.app, subject.record.id, activity, subject.batch);
    if (LiveKindOf(place.schedule) == CampaignStore::LiveKind::kEvent) {
      RunRecord run;
      run.campaign_id = subject.record.id;
      run.treatment_id = state.id;
      run.campaign_version = subject.version.version;
      run.scheduled = place.start;
      run.started = place.now;
      run.phase = RunPhase::kOpen;
      CampaignStore::Put(
          {.app = subject.app, .activity = base::ActivityId(activity.id)}, run, subject.batch);
    }
  } else {
    PINION_CHECK(ShowActivity(place, "RUNNING"));
  }
  state.status = CampaignStatus::kExecuting;
  state.has_run = true;
  CampaignStore::PutLive(subject.app,
                         LiveKindOf(place.schedule),
                         {.campaign_id = subject.record.id,
                          .treatment_id = state.id,
                          .version = subject.version.version,
                          .created_at = subject.record.created_at,
                          .activity_id = *state.activity_id},
                         subject.batch);
  if (place.end) {
    place.SetTimer(*place.end);
  }
  return {};
}

base::Status TreatmentTransitions::CloseWindow(const Place& place) const {
  const Subject& subject = place.subject;
  CampaignStore::DeleteLive(subject.app, subject.record.id, place.state.id, subject.batch);
  PINION_CHECK(ShowActivity(place, "COMPLETED"));
  place.state.activity_id.reset();
  place.state.status = CampaignStatus::kCompleted;
  return {};
}

// A schedule that had a window may have been replaced by one that has runs.
base::Status TreatmentTransitions::LeaveWindow(const Place& place) const {
  const Subject& subject = place.subject;
  if (!place.state.activity_id) {
    return {};
  }
  PINION_TRY(const auto run,
             campaigns_.FindRun(
                 {.app = subject.app, .activity = base::ActivityId(*place.state.activity_id)}));
  if (run && run->phase != RunPhase::kOpen) {
    return {};
  }
  PINION_CHECK(CloseWindow(place));
  place.state.status = CampaignStatus::kScheduled;
  return {};
}

// The activity of a window lives as long as the window (CMP-908).
base::Status TreatmentTransitions::ShowActivity(const Place& place, std::string_view state) const {
  if (!place.state.activity_id) {
    return {};
  }
  const Subject& subject = place.subject;
  PINION_TRY(auto activity,
             campaigns_.FindActivity(subject.app, subject.record.id, *place.state.activity_id));
  if (activity) {
    activity->state = state;
    if (state == "COMPLETED") {
      activity->result = "SUCCESS";
      activity->end = place.now;
      const RunKey key{.app = subject.app, .activity = base::ActivityId(activity->id)};
      PINION_TRY(const auto run, campaigns_.FindRun(key));
      if (run) {
        activity->total_endpoint_count = static_cast<int64_t>(run->targeted());
        activity->execution_metrics = run->metrics.ToMap();
        CampaignStore::DeleteRun(key, subject.batch);
      }
    }
    CampaignStore::Put(subject.app, subject.record.id, *activity, subject.batch);
  }
  return {};
}

void TreatmentTransitions::ReplanRuns(const Place& place, Cause cause) const {
  CampaignTreatmentRecord& state = place.state;
  const CampaignStatus before = state.status;
  if (before == CampaignStatus::kExecuting ||
      (before == CampaignStatus::kCompleted && cause == Cause::kScheduleKept)) {
    return;
  }
  CancelTimer(place.subject.app, place.subject.record, state, place.subject.batch);
  if (IsPaused(place.subject.version)) {
    state.status = CampaignStatus::kPaused;
    state.occurrence_at.reset();
    return;
  }
  const Recurrence recurrence(place.schedule, place.start);
  const bool runs_once = !IsRecurring(place.schedule);
  std::optional<base::Timestamp> occurrence;
  if (runs_once) {
    // An overdue one runs, unless EndTime has passed; a run that was refused as invalid counts not.
    const bool is_done = state.last_occurrence_at && before != CampaignStatus::kInvalid &&
                         place.start <= *state.last_occurrence_at;
    const bool is_late = place.end && place.now > *place.end;
    occurrence = is_done || is_late ? std::nullopt : std::optional(place.start);
  } else if (cause == Cause::kScheduleKept && state.occurrence_at) {
    occurrence = place.Within(state.occurrence_at);
  } else {
    const auto missed = recurrence.LastUntil(place.now);
    const bool is_wanted = missed && cause == Cause::kScheduleGiven &&
                           place.now - *missed <= kMissedAtWriteMax &&
                           (!state.last_occurrence_at || *missed > *state.last_occurrence_at);
    occurrence = place.Within(is_wanted ? missed : recurrence.FirstAfter(place.now));
  }
  Await(place, occurrence);
}

// Waits for `occurrence`; nothing is left without one.
void TreatmentTransitions::Await(const Place& place,
                                 const std::optional<base::Timestamp>& occurrence) const {
  place.state.occurrence_at = occurrence;
  if (!occurrence) {
    place.state.status = CampaignStatus::kCompleted;
    return;
  }
  place.state.status = IsRecurring(place.schedule) && place.state.has_run
                           ? CampaignStatus::kPendingNextRun
                           : CampaignStatus::kScheduled;
  place.SetTimer(*occurrence);
}

base::Result<std::optional<TreatmentTransitions::Begun>> TreatmentTransitions::OnDue(
    const Subject& subject, const CampaignStore::Due& due) const {
  std::optional<Begun> begun;
  CampaignTreatmentRecord* state = FindTreatment(subject.record, due.treatment_id);
  const auto index = IndexOfTreatment(subject.version.campaign, due.treatment_id);
  if (state == nullptr || !index || state->timer_due != due.at ||
      subject.record.status == CampaignStatus::kDeleted) {
    return begun;
  }
  state->timer_due.reset();
  const model::TreatmentTimes& times = subject.version.times[*index];
  const Place place{.subject = subject,
                    .state = *state,
                    .schedule = TreatmentAt(subject.version.campaign, *index).schedule,
                    .start = times.start_at,
                    .end = times.end_at,
                    .now = clock_.Now()};
  if (IsWindowed(place.schedule)) {
    PINION_CHECK(place.IsOver(place.now) ? CloseWindow(place) : OpenWindow(place));
  } else if (state->occurrence_at) {
    begun = BeginRun(place, *state->occurrence_at);
  }
  subject.record.status = DeriveStatus(subject.record.treatments);
  return begun;
}

std::optional<TreatmentTransitions::Begun> TreatmentTransitions::BeginRun(
    const Place& place, base::Timestamp occurrence) const {
  CampaignTreatmentRecord& state = place.state;
  const Recurrence recurrence(place.schedule, place.start);
  if (!IsRecurring(place.schedule)) {
    if (place.end && place.now > *place.end) {
      Await(place, std::nullopt);
      return std::nullopt;
    }
  } else {
    // Late, after downtime: the latest missed one counts, the others are skipped (CMP-357).
    const auto latest =
        recurrence.LastUntil(place.end ? std::min(*place.end, place.now) : place.now);
    occurrence = std::max(occurrence, latest.value_or(occurrence));
    if (place.now - occurrence > kCatchUpMax) {
      state.last_occurrence_at = occurrence;
      Await(place, place.Within(recurrence.FirstAfter(place.now)));
      return std::nullopt;
    }
  }
  const Subject& subject = place.subject;
  std::optional<Begun> begun(std::in_place);
  begun->first = {.app = subject.app, .activity = base::ActivityId(ids_.NewHexId())};
  RunRecord& run = begun->second;
  run.campaign_id = subject.record.id;
  run.treatment_id = state.id;
  run.campaign_version = subject.version.version;
  run.scheduled = occurrence;
  run.started = place.now;
  state.status = CampaignStatus::kExecuting;
  state.has_run = true;
  state.occurrence_at.reset();
  state.last_occurrence_at = occurrence;
  state.activity_id = begun->first.activity.value();
  model::CampaignActivityRecord activity;
  activity.id = begun->first.activity.value();
  activity.treatment_id = run.treatment_id;
  activity.created_at = place.now;
  activity.scheduled_start = run.scheduled;
  activity.state = "PENDING";
  CampaignStore::Put(subject.app, subject.record.id, activity, subject.batch);
  CampaignStore::Put(begun->first, run, subject.batch);
  return begun;
}

void TreatmentTransitions::AfterRun(const Subject& subject,
                                    CampaignTreatmentRecord& treatment,
                                    RunEnd end) const {
  treatment.activity_id.reset();
  const auto index = IndexOfTreatment(subject.version.campaign, treatment.id);
  if (end == RunEnd::kInvalid || !index) {
    treatment.status = CampaignStatus::kInvalid;
    subject.record.status = DeriveStatus(subject.record.treatments);
    return;
  }
  const model::TreatmentTimes& times = subject.version.times[*index];
  const Place place{.subject = subject,
                    .state = treatment,
                    .schedule = TreatmentAt(subject.version.campaign, *index).schedule,
                    .start = times.start_at,
                    .end = times.end_at,
                    .now = clock_.Now()};
  const Recurrence recurrence(place.schedule, place.start);
  if (!IsRecurring(place.schedule)) {
    Await(place, std::nullopt);
  } else if (IsPaused(subject.version)) {
    treatment.status = CampaignStatus::kPaused;
  } else {
    // Of those that fell due meanwhile the latest runs (CMP-355). A clock that was set back makes
    // none due again (CMP-1306).
    const base::Timestamp last = treatment.last_occurrence_at.value_or(place.start);
    const auto latest = place.Within(recurrence.LastUntil(place.now));
    const bool waits = latest && *latest > last;
    Await(place, waits ? latest : place.Within(recurrence.FirstAfter(std::max(place.now, last))));
  }
  subject.record.status = DeriveStatus(subject.record.treatments);
}

base::Status TreatmentTransitions::CancelRun(const base::AppId& app,
                                             const model::CampaignRecord& record,
                                             const CampaignTreatmentRecord& treatment,
                                             storage::WriteBatch& batch) const {
  if (!treatment.activity_id) {
    return {};
  }
  const RunKey key{.app = app, .activity = base::ActivityId(*treatment.activity_id)};
  PINION_TRY(auto activity, campaigns_.FindActivity(app, record.id, *treatment.activity_id));
  PINION_TRY(const auto run, campaigns_.FindRun(key));
  if (activity) {
    activity->state = "CANCELLED";
    activity->result = "FAIL";
    activity->end = clock_.Now();
    if (run) {
      activity->total_endpoint_count = static_cast<int64_t>(run->targeted());
      activity->execution_metrics = run->metrics.ToMap();
    }
    CampaignStore::Put(app, record.id, *activity, batch);
  }
  CampaignStore::DeleteRun(key, batch);
  return {};
}

base::Status TreatmentTransitions::Cancel(const Subject& subject) const {
  for (CampaignTreatmentRecord& state : subject.record.treatments) {
    CancelTimer(subject.app, subject.record, state, subject.batch);
    CampaignStore::DeleteLive(subject.app, subject.record.id, state.id, subject.batch);
    PINION_CHECK(CancelRun(subject.app, subject.record, state, subject.batch));
    state.activity_id.reset();
    state.occurrence_at.reset();
  }
  return {};
}

}  // namespace pinion::campaigns
