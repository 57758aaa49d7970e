#include "journeys/journey_service.h"

#include <algorithm>
#include <utility>

#include "apps/tagged_records.h"
#include "base/arn.h"
#include "base/log.h"
#include "base/time_text.h"
#include "journeys/active_update.h"
#include "journeys/definition_rules.h"
#include "journeys/journey_response.h"
#include "journeys/journey_states.h"
#include "journeys/publication_rules.h"
#include "journeys/schedule_rules.h"
#include "storage/chosen_id.h"

namespace pinion::journeys {
namespace {

using model::JourneyRunStatus;
using model::State;

constexpr std::string_view kNoResource = "Resource not found";
constexpr size_t kIdCharacters = 32;

base::Result<std::pair<base::AppId, std::string>> ParseResource(std::string_view resource) {
  auto parts = base::ParseAppResource(resource, "journeys");
  if (!parts) {
    return base::NotFound(std::string(kNoResource));
  }
  return std::pair(base::AppId(std::move(parts->app)), std::move(parts->id));
}

std::string TimerKey(const base::AppId& app, std::string_view journey) {
  return app.value() + "/" + std::string(journey);
}

timers::Timer EndTimer(const base::AppId& app, std::string_view journey, base::Timestamp due) {
  return {.due = due, .kind = std::string(kEndTimer), .key = TimerKey(app, journey), .payload = ""};
}

std::optional<JourneyStore::Due> DueOf(const timers::Timer& timer) {
  const size_t slash = timer.key.find('/');
  if (slash == std::string::npos) {
    return std::nullopt;
  }
  return JourneyStore::Due{.kind = JourneyStore::Due::Kind::kEntryEnds,
                           .app = base::AppId(timer.key.substr(0, slash)),
                           .id = timer.key.substr(slash + 1)};
}

// The definition as it is kept: state and dates are the record's.
model::WriteJourneyRequest DefinitionOf(model::WriteJourneyRequest request) {
  request.state.reset();
  request.creation_date.reset();
  request.last_modified_date.reset();
  NormalizeSchedule(request.schedule);
  return request;
}

base::Status CheckDraft(const model::WriteJourneyRequest& definition) {
  Problems problems;
  CheckForm(definition, problems);
  if (!problems.empty()) {
    return base::InvalidArgument(problems.Sentences());
  }
  return {};
}

}  // namespace

JourneyService::JourneyService(Dependencies dependencies)
    : deps_(std::move(dependencies)), end_timers_(*this) {
  deps_.timers.Register(std::string(kEndTimer), end_timers_);
}

base::Status JourneyService::Open() {
  PINION_TRY(const auto due, deps_.journeys.ReadDue());
  for (const JourneyStore::Due& one : due) {
    PINION_CHECK(CarryOut(one));
  }
  return {};
}

base::Result<JourneyService::Stored> JourneyService::Read(const base::AppId& app,
                                                          std::string_view id) const {
  PINION_TRY(model::JourneyRecord record, deps_.journeys.ReadRecord(app, id));
  PINION_TRY(auto definition, deps_.journeys.ReadDefinition(app, record));
  return Stored{.record = std::move(record), .definition = std::move(definition)};
}

base::Status JourneyService::CheckChosenId(const base::AppId& app, const std::string& id) const {
  const bool is_hex = id.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_hex || id.size() != kIdCharacters) {
    return base::InvalidArgument(
        "Header 'x-pinion-resource-id' must be 32 lower-case hexadecimal characters.");
  }
  PINION_TRY(const auto taken, deps_.journeys.FindRecord(app, id));
  if (taken) {
    return base::Conflict("The chosen journey id is in use.");
  }
  PINION_TRY(const auto deleted, deps_.journeys.DeletedAt(app, id));
  if (deleted && deps_.clock.Now() < *deleted + storage::kDeletedIdRest) {
    return base::Conflict("The chosen journey id was in use until less than a day ago.");
  }
  return {};
}

base::Result<bool> JourneyService::HasParticipants(const base::AppId& app,
                                                   std::string_view id) const {
  PINION_TRY(const MetricCounts counts, deps_.journeys.ReadCounts(app, id, {}));
  const auto active = counts.find(kActiveMetric);
  return active != counts.end() && active->second > 0;
}

void JourneyService::CancelEnd(const base::AppId& app,
                               model::JourneyRecord& record,
                               storage::WriteBatch& batch) const {
  if (record.end_timer_due) {
    timers::TimerService::Cancel(batch, EndTimer(app, record.id, *record.end_timer_due));
    record.end_timer_due.reset();
  }
}

void JourneyService::RescheduleEnd(const base::AppId& app,
                                   Stored& stored,
                                   storage::WriteBatch& batch) const {
  CancelEnd(app, stored.record, batch);
  stored.record.end_timer_due = EntryEndsAt(stored.definition);
  if (stored.record.end_timer_due) {
    timers::TimerService::Schedule(batch,
                                   EndTimer(app, stored.record.id, *stored.record.end_timer_due));
  }
}

base::Status JourneyService::EndRuns(const base::AppId& app,
                                     std::string_view id,
                                     std::initializer_list<model::JourneyRunStatus> from,
                                     model::JourneyRunStatus to,
                                     storage::WriteBatch& batch) const {
  return deps_.journeys.VisitRuns(app, id, [&](model::JourneyRunRecord run) {
    if (std::find(from.begin(), from.end(), run.status) != from.end()) {
      run.status = to;
      run.updated_at = deps_.clock.Now();
      JourneyStore::Put(app, id, run, batch);
    }
  });
}

base::Status JourneyService::CloseEntry(const base::AppId& app,
                                        model::JourneyRecord& record,
                                        storage::WriteBatch& batch) const {
  if (!record.entry_closed_at) {
    record.entry_closed_at = deps_.clock.Now();
  }
  CancelEnd(app, record, batch);
  // JRN-207: a run that has not begun will not begin.
  PINION_CHECK(
      EndRuns(app, record.id, {JourneyRunStatus::kScheduled}, JourneyRunStatus::kCompleted, batch));
  if (record.state == State::kActive || record.state == State::kClosed) {
    PINION_TRY(const bool has_participants, HasParticipants(app, record.id));
    record.state = RunningState(true, has_participants);
  }
  return {};
}

base::Status JourneyService::Publish(const base::AppId& app,
                                     Stored& stored,
                                     storage::WriteBatch& batch) const {
  const base::Timestamp now = deps_.clock.Now();
  const Graph graph = Graph::Compile(stored.definition);
  Problems problems;
  PINION_CHECK(CheckPublication(app,
                                stored.definition,
                                graph,
                                {.segments = deps_.segments, .templates = deps_.templates},
                                now,
                                problems));
  if (!problems.empty()) {
    return base::InvalidArgument(problems.PublicationList());
  }
  stored.record.state = State::kActive;
  stored.record.published_at = now;
  const auto& by_segment = stored.definition.start_condition->segment_start_condition;
  if (by_segment) {
    // JRN-310: the version that is current now.
    PINION_TRY(const int32_t version,
               deps_.segments.RequireVersion(app, by_segment->segment_id, std::nullopt, "Segment"));
    stored.record.entry_segment_id = by_segment->segment_id;
    stored.record.entry_segment_version = version;
  }
  // JRN-902.
  model::JourneyRunRecord run;
  run.id = deps_.ids.NewHexId();
  run.created_at = run.updated_at = now;
  run.status = JourneyRunStatus::kScheduled;
  JourneyStore::Put(app, stored.record.id, run, batch);
  RescheduleEnd(app, stored, batch);
  return {};
}

base::Result<model::JourneyResponse> JourneyService::Write(const base::AppId& app,
                                                           const Stored& stored,
                                                           storage::WriteBatch& batch) {
  JourneyStore::Put(app, stored.record, batch);
  PINION_CHECK(deps_.journeys.store().Apply(batch));
  deps_.timers.Wake();
  return ResponseOf(app, stored.record, stored.definition);
}

base::Result<model::JourneyResponse> JourneyService::Create(
    const base::AppId& app,
    const model::WriteJourneyRequest& request,
    const std::optional<std::string>& chosen_id) {
  PINION_CHECK(CheckNames(request));
  Stored stored{.record = {}, .definition = DefinitionOf(request)};
  const bool publish = request.state == State::kActive;
  if (!publish) {
    PINION_CHECK(CheckDraft(stored.definition));
  }
  const auto lock = deps_.journeys.LockForWriting();
  if (chosen_id) {
    PINION_CHECK(CheckChosenId(app, *chosen_id));
  }
  model::JourneyRecord& record = stored.record;
  record.id = chosen_id.value_or(deps_.ids.NewHexId());
  record.created_at = deps_.clock.Now();
  record.modified_at = record.created_at;
  record.version = 1;
  record.state = State::kDraft;
  storage::WriteBatch batch;
  if (publish) {
    PINION_CHECK(Publish(app, stored, batch));
  }
  JourneyStore::PutDefinition(app, record, stored.definition, batch);
  return Write(app, stored, batch);
}

base::Result<model::JourneyResponse> JourneyService::Get(const base::AppId& app,
                                                         const base::JourneyId& id) const {
  PINION_TRY(const Stored stored, Read(app, id.value()));
  return ResponseOf(app, stored.record, stored.definition);
}

base::Result<base::Page<model::JourneyResponse>> JourneyService::List(
    const base::AppId& app, const base::PageRequest& page) const {
  base::NewestFirst<model::JourneyRecord> newest(page);
  PINION_CHECK(deps_.journeys.VisitRecords(app, [&newest](model::JourneyRecord record) {
    const base::Timestamp created = record.created_at;
    const std::string id = record.id;
    newest.Offer(created, id, std::move(record));
  }));
  base::Page<model::JourneyRecord> records = newest.Take();
  base::Page<model::JourneyResponse> responses;
  responses.next = std::move(records.next);
  for (const model::JourneyRecord& record : records.items) {
    // Read again, for it may have been deleted or changed meanwhile.
    const auto stored = Read(app, record.id);
    if (stored.ok()) {
      responses.items.push_back(ResponseOf(app, stored->record, stored->definition));
    } else if (stored.error().code != base::Errc::kNotFound) {
      return stored.error();
    }
  }
  return responses;
}

base::Status JourneyService::ChangeActive(const base::AppId& app,
                                          const model::WriteJourneyRequest& request,
                                          Stored& stored,
                                          storage::WriteBatch& batch) const {
  // Also of members that would not be taken: what is malformed is no change that may conflict.
  PINION_CHECK(CheckDraft(request));
  const std::string_view locked = FirstLockedChange(stored.definition, request);
  if (!locked.empty()) {
    return base::Conflict("Member '" + std::string(locked) +
                          "': it cannot be changed while the journey is ACTIVE.");
  }
  const auto ends_before = EntryEndsAt(stored.definition);
  stored.definition = MergeIntoActive(std::move(stored.definition), request);
  Problems problems;
  CheckForm(stored.definition, problems);
  // An EndTime that stays was judged when it was set.
  const bool same_end = EntryEndsAt(stored.definition) == ends_before;
  CheckScheduleForPublication(
      stored.definition, same_end ? base::Timestamp::min() : deps_.clock.Now(), problems);
  if (!problems.empty()) {
    return base::InvalidArgument(problems.PublicationList());
  }
  if (!same_end) {
    RescheduleEnd(app, stored, batch);
  }
  return {};
}

base::Result<model::JourneyResponse> JourneyService::Update(
    const base::AppId& app, const base::JourneyId& id, const model::WriteJourneyRequest& request) {
  PINION_CHECK(CheckNames(request));
  const auto lock = deps_.journeys.LockForWriting();
  PINION_TRY(Stored stored, Read(app, id.value()));
  storage::WriteBatch batch;
  switch (stored.record.state) {
    case State::kDraft:
      stored.definition = DefinitionOf(request);
      if (request.state == State::kActive) {
        PINION_CHECK(Publish(app, stored, batch));
      } else {
        PINION_CHECK(CheckDraft(stored.definition));
      }
      break;
    case State::kActive: {
      model::WriteJourneyRequest change = DefinitionOf(request);
      change.state = request.state;
      PINION_CHECK(ChangeActive(app, change, stored, batch));
      break;
    }
    case State::kPaused:
    case State::kClosed:
    case State::kCompleted:
    case State::kCancelled:
      return base::Conflict("The journey is " + std::string(model::ToWire(stored.record.state)) +
                            " and cannot be changed.");
  }
  stored.record.modified_at = std::max(deps_.clock.Now(), stored.record.modified_at);
  JourneyStore::PutDefinition(app, stored.record, stored.definition, batch);
  return Write(app, stored, batch);
}

base::Status JourneyService::Resume(const base::AppId& app,
                                    Stored& stored,
                                    storage::WriteBatch& batch) const {
  const auto ends = EntryEndsAt(stored.definition);
  const base::Timestamp now = deps_.clock.Now();
  stored.record.state = State::kActive;
  if (stored.record.entry_closed_at || (ends && *ends <= now)) {
    return CloseEntry(app, stored.record, batch);
  }
  return {};
}

base::Result<model::JourneyResponse> JourneyService::UpdateState(
    const base::AppId& app, const base::JourneyId& id, const model::JourneyStateRequest& request) {
  if (!request.state) {
    return base::InvalidArgument("Missing required member 'State'.");
  }
  const auto lock = deps_.journeys.LockForWriting();
  PINION_TRY(Stored stored, Read(app, id.value()));
  PINION_TRY(const StateChange change, JudgeStateChange(stored.record.state, *request.state));
  storage::WriteBatch batch;
  switch (change) {
    case StateChange::kNone:
      return ResponseOf(app, stored.record, stored.definition);
    case StateChange::kPublish:
      PINION_CHECK(Publish(app, stored, batch));
      break;
    case StateChange::kPause:
      stored.record.state = State::kPaused;
      break;
    case StateChange::kResume:
      PINION_CHECK(Resume(app, stored, batch));
      break;
    case StateChange::kCancel:
      stored.record.state = State::kCancelled;
      CancelEnd(app, stored.record, batch);
      PINION_CHECK(EndRuns(app,
                           id.value(),
                           {JourneyRunStatus::kScheduled, JourneyRunStatus::kRunning},
                           JourneyRunStatus::kCancelled,
                           batch));
      break;
  }
  stored.record.modified_at = std::max(deps_.clock.Now(), stored.record.modified_at);
  return Write(app, stored, batch);
}

base::Result<model::JourneyResponse> JourneyService::Delete(const base::AppId& app,
                                                            const base::JourneyId& id) {
  const auto lock = deps_.journeys.LockForWriting();
  PINION_TRY(Stored stored, Read(app, id.value()));
  model::JourneyResponse response = ResponseOf(app, stored.record, stored.definition);
  storage::WriteBatch batch;
  CancelEnd(app, stored.record, batch);
  JourneyStore::DeleteJourney(app, id.value(), deps_.clock.Now(), batch);
  PINION_CHECK(deps_.journeys.store().Apply(batch));
  return response;
}

base::Status JourneyService::CheckExists(const base::AppId& app, const base::JourneyId& id) const {
  PINION_CHECK(deps_.journeys.ReadRecord(app, id.value()));
  return {};
}

base::Status JourneyService::EndTimers::OnTimer(const timers::Timer& timer,
                                                storage::WriteBatch& batch) {
  if (const auto due = DueOf(timer)) {
    JourneyStore::PutDue(*due, batch);
  }
  return {};
}

void JourneyService::EndTimers::OnApplied(const timers::Timer& timer) {
  if (const auto due = DueOf(timer)) {
    owner_.TryToCarryOut(*due);
  }
}

base::Status JourneyService::EndEntry(const JourneyStore::Due& due,
                                      storage::WriteBatch& batch) const {
  PINION_TRY(auto record, deps_.journeys.FindRecord(due.app, due.id));
  // The journey may have been deleted, cancelled or given another EndTime since the timer fired.
  if (!record || !record->end_timer_due || *record->end_timer_due > deps_.clock.Now()) {
    return {};
  }
  PINION_CHECK(CloseEntry(due.app, *record, batch));
  JourneyStore::Put(due.app, *record, batch);
  return {};
}

base::Status JourneyService::DetachFromSegment(const JourneyStore::Due& due,
                                               storage::WriteBatch& batch) const {
  std::vector<model::JourneyRecord> entered;
  PINION_CHECK(deps_.journeys.VisitRecords(due.app, [&](model::JourneyRecord record) {
    const bool is_running = record.state == State::kActive || record.state == State::kPaused;
    if (is_running && record.entry_segment_id == due.id) {
      entered.push_back(std::move(record));
    }
  }));
  for (model::JourneyRecord& record : entered) {
    PINION_CHECK(CloseEntry(due.app, record, batch));
    JourneyStore::Put(due.app, record, batch);
  }
  return {};
}

base::Status JourneyService::CarryOut(const JourneyStore::Due& due) {
  const auto lock = deps_.journeys.LockForWriting();
  storage::WriteBatch batch;
  switch (due.kind) {
    case JourneyStore::Due::Kind::kEntryEnds:
      PINION_CHECK(EndEntry(due, batch));
      break;
    case JourneyStore::Due::Kind::kSegmentDeleted:
      PINION_CHECK(DetachFromSegment(due, batch));
      break;
  }
  JourneyStore::DeleteDue(due, batch);
  PINION_CHECK(deps_.journeys.store().Apply(batch));
  return {};
}

void JourneyService::TryToCarryOut(const JourneyStore::Due& due) {
  const base::Status status = CarryOut(due);
  if (!status.ok()) {
    base::Log(
        base::LogLevel::kError,
        "journeys",
        "the entry of a journey could not be closed; the next start does it",
        {{"application", due.app.value()}, {"id", due.id}, {"error", status.error().message}});
  }
}

base::Status JourneyService::OnSegmentDelete(const base::AppId& app,
                                             const base::SegmentId& segment,
                                             storage::WriteBatch& batch) {
  // The batch is applied without the lock of journeys. So it holds the order only, which survives
  // a crash; OnSegmentDeleted carries it out.
  JourneyStore::PutDue(
      {.kind = JourneyStore::Due::Kind::kSegmentDeleted, .app = app, .id = segment.value()}, batch);
  return {};
}

void JourneyService::OnSegmentDeleted(const base::AppId& app, const base::SegmentId& segment) {
  TryToCarryOut(
      {.kind = JourneyStore::Due::Kind::kSegmentDeleted, .app = app, .id = segment.value()});
}

base::Status JourneyService::OnDelete(const base::AppId& app, storage::WriteBatch& batch) {
  PINION_CHECK(deps_.journeys.VisitRecords(
      app, [&](model::JourneyRecord record) { CancelEnd(app, record, batch); }));
  JourneyStore::DeleteApp(app, batch);
  return {};
}

void JourneyService::OnDeleted(const base::AppId& app) {
  // A change of a journey may have been on its way while the application went.
  const auto lock = deps_.journeys.LockForWriting();
  storage::WriteBatch batch;
  JourneyStore::DeleteApp(app, batch);
  const auto applied = deps_.journeys.store().Apply(batch);
  if (!applied.ok()) {
    base::Log(base::LogLevel::kWarning,
              "journeys",
              "remains of a deleted application may be left",
              {{"application", app.value()}, {"error", applied.error().message}});
  }
}

base::Result<base::Tags> JourneyService::TagsOf(std::string_view resource) const {
  PINION_TRY(const auto ids, ParseResource(resource));
  PINION_TRY(const model::JourneyRecord record, deps_.journeys.ReadRecord(ids.first, ids.second));
  return base::Tags(record.tags.begin(), record.tags.end());
}

base::Status JourneyService::UpdateTags(std::string_view resource, const base::TagChange& change) {
  PINION_TRY(const auto ids, ParseResource(resource));
  const auto lock = deps_.journeys.LockForWriting();
  PINION_TRY(model::JourneyRecord record, deps_.journeys.ReadRecord(ids.first, ids.second));
  PINION_TRY(record.tags.entries(),
             base::ChangeTags(base::Tags(record.tags.begin(), record.tags.end()), change));
  storage::WriteBatch batch;
  JourneyStore::Put(ids.first, record, batch);
  PINION_CHECK(deps_.journeys.store().Apply(batch));
  return {};
}

base::Status JourneyService::VisitTags(std::string_view after, const TagVisitor& visit) const {
  return apps::VisitTagsOfRecords(deps_.journeys.store(),
                                  {.space = storage::KeySpace::kJourney, .kind = "journeys"},
                                  after,
                                  visit);
}

}  // namespace pinion::journeys
