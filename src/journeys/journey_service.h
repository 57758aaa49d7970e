// The journeys of an application: created, published, updated, paused, resumed, cancelled, read,
// deleted (journeys.md sections 1, 2, 5, 9 and 10). Owns the rules of the resource. Nothing moves
// participants yet: a published journey waits, and Validate says so. Thread-safe.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "apps/application_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "base/tags.h"
#include "delivery/channel_facts.h"
#include "journeys/graph.h"
#include "journeys/journey_store.h"
#include "journeys/problems.h"
#include "model/journeys.h"
#include "segments/segment_service.h"
#include "templates/template_service.h"
#include "timers/timer_service.h"

namespace pinion::journeys {

// EndTime has come; the key names application and journey.
inline constexpr std::string_view kEndTimer = "journey.end";

class JourneyService final : public base::TaggedResources,
                             public apps::AppDeletionHook,
                             public segments::SegmentService::DeletionHook {
 public:
  // All must outlive the service.
  struct Dependencies {
    JourneyStore& journeys;
    const base::Clock& clock;
    base::IdGenerator& ids;
    const segments::SegmentService& segments;
    const templates::TemplateService& templates;
    timers::TimerService& timers;
    delivery::ChannelFactsSource channels;
  };
  // Registers the handler of kEndTimer.
  explicit JourneyService(Dependencies dependencies);

  // Finishes what a crash has interrupted; before the first request.
  base::Status Open();

  // kInvalidArgument naming what is wrong with the request, or with State=ACTIVE every problem of
  // the journey (JRN-501); nothing is stored then. `chosen_id`: API-72; kConflict when it is taken.
  base::Result<model::JourneyResponse> Create(const base::AppId& app,
                                              const model::WriteJourneyRequest& request,
                                              const std::optional<std::string>& chosen_id);
  // kNotFound.
  base::Result<model::JourneyResponse> Get(const base::AppId& app, const base::JourneyId& id) const;
  // Every state, newest first (JRN-109).
  base::Result<base::Page<model::JourneyResponse>> List(const base::AppId& app,
                                                        const base::PageRequest& page) const;
  // Replaces a DRAFT, changes an ACTIVE journey (JRN-107, JRN-202). kConflict for what may not be
  // changed, kNotFound, errors as Create.
  base::Result<model::JourneyResponse> Update(const base::AppId& app,
                                              const base::JourneyId& id,
                                              const model::WriteJourneyRequest& request);
  // kInvalidArgument for a change that section 2 does not have and for a DRAFT that cannot be
  // published, kNotFound.
  base::Result<model::JourneyResponse> UpdateState(const base::AppId& app,
                                                   const base::JourneyId& id,
                                                   const model::JourneyStateRequest& request);
  // The journey as it was (JRN-110). kNotFound.
  base::Result<model::JourneyResponse> Delete(const base::AppId& app, const base::JourneyId& id);

  // kNotFound when there is no such journey.
  base::Status CheckExists(const base::AppId& app, const base::JourneyId& id) const;

  // Newest first (JRN-902). kNotFound.
  base::Result<base::Page<model::JourneyRunResponse>> ListRuns(const base::AppId& app,
                                                               const base::JourneyId& id,
                                                               const base::PageRequest& page) const;

  // Section 10; kNotFound for a journey, run or activity that does not exist.
  base::Result<model::JourneyExecutionMetricsResponse> Metrics(const base::AppId& app,
                                                               const base::JourneyId& id) const;
  base::Result<model::JourneyExecutionActivityMetricsResponse> ActivityMetrics(
      const base::AppId& app, const base::JourneyId& id, std::string_view activity) const;
  base::Result<model::JourneyRunExecutionMetricsResponse> RunMetrics(const base::AppId& app,
                                                                     const base::JourneyId& id,
                                                                     std::string_view run) const;
  base::Result<model::JourneyRunExecutionActivityMetricsResponse> RunActivityMetrics(
      const base::AppId& app,
      const base::JourneyId& id,
      std::string_view run,
      std::string_view activity) const;

  // All checks of section 5 and the warnings, in any state (JRN-1205, JRN-503). kNotFound.
  base::Result<model::JourneyValidation> Validate(const base::AppId& app,
                                                  const base::JourneyId& id) const;

  base::Result<base::Tags> TagsOf(std::string_view resource) const override;
  base::Status UpdateTags(std::string_view resource, const base::TagChange& change) override;
  base::Status VisitTags(std::string_view after, const TagVisitor& visit) const override;

  base::Status OnDelete(const base::AppId& app, storage::WriteBatch& batch) override;
  void OnDeleted(const base::AppId& app) override;
  // JRN-210.
  base::Status OnSegmentDelete(const base::AppId& app,
                               const base::SegmentId& segment,
                               storage::WriteBatch& batch) override;
  void OnSegmentDeleted(const base::AppId& app, const base::SegmentId& segment) override;

 private:
  struct Stored {
    model::JourneyRecord record;
    model::WriteJourneyRequest definition;
  };
  // Notes that a journey's EndTime has come, in the write that removes the timer.
  class EndTimers final : public timers::TimerHandler {
   public:
    explicit EndTimers(JourneyService& owner) : owner_(owner) {}
    base::Status OnTimer(const timers::Timer& timer, storage::WriteBatch& batch) override;
    void OnApplied(const timers::Timer& timer) override;

   private:
    JourneyService& owner_;
  };

  base::Result<Stored> Read(const base::AppId& app, std::string_view id) const;
  base::Status CheckChosenId(const base::AppId& app, const std::string& id) const;
  // Runs the publication checks and makes the journey ACTIVE, all but the writing of the record.
  base::Status Publish(const base::AppId& app, Stored& stored, storage::WriteBatch& batch) const;
  base::Status ChangeActive(const base::AppId& app,
                            const model::WriteJourneyRequest& request,
                            Stored& stored,
                            storage::WriteBatch& batch) const;
  base::Status Resume(const base::AppId& app, Stored& stored, storage::WriteBatch& batch) const;
  // The timer of the journey's EndTime, in place of the one that is set.
  void RescheduleEnd(const base::AppId& app, Stored& stored, storage::WriteBatch& batch) const;
  void CancelEnd(const base::AppId& app,
                 model::JourneyRecord& record,
                 storage::WriteBatch& batch) const;
  base::Result<bool> HasParticipants(const base::AppId& app, std::string_view id) const;
  // Gives every run that has one of the states in `from` the state `to`.
  base::Status EndRuns(const base::AppId& app,
                       std::string_view id,
                       std::initializer_list<model::JourneyRunStatus> from,
                       model::JourneyRunStatus to,
                       storage::WriteBatch& batch) const;
  // Nobody enters any more; the state follows, but that of a paused journey (JRN-206, JRN-209).
  base::Status CloseEntry(const base::AppId& app,
                          model::JourneyRecord& record,
                          storage::WriteBatch& batch) const;
  base::Result<model::JourneyResponse> Write(const base::AppId& app,
                                             const Stored& stored,
                                             storage::WriteBatch& batch);

  base::Status CarryOut(const JourneyStore::Due& due);
  // CarryOut, with a failure left to the next start.
  void TryToCarryOut(const JourneyStore::Due& due);
  base::Status EndEntry(const JourneyStore::Due& due, storage::WriteBatch& batch) const;
  base::Status DetachFromSegment(const JourneyStore::Due& due, storage::WriteBatch& batch) const;

  // Journey, node and counts behind the four metrics operations.
  struct Measured {
    std::string activity_type;
    model::Map<std::string> metrics;
  };
  base::Result<Measured> Measure(const base::AppId& app,
                                 const base::JourneyId& id,
                                 const CountScope& scope) const;
  base::Status AddChannelWarnings(const base::AppId& app,
                                  const Graph& graph,
                                  Problems& warnings) const;

  const Dependencies deps_;
  EndTimers end_timers_;
};

}  // namespace pinion::journeys
