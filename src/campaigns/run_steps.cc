#include "campaigns/run_steps.h"

#include <algorithm>

#include "base/log.h"
#include "campaigns/campaign_rules.h"
#include "campaigns/run_audience.h"
#include "campaigns/treatments.h"
#include "model/codec.h"

namespace pinion::campaigns {
namespace {

using model::CampaignStatus;

// The channels that campaigns can be sent by.
constexpr std::string_view kChannels[] = {"EMAIL", "SMS"};

base::Result<size_t> TreatmentIndex(const RunRecord& run,
                                    const model::CampaignVersionRecord& version) {
  const auto index = IndexOfTreatment(version.campaign, run.treatment_id);
  if (!index) {
    return base::Internal("A campaign run is of a treatment that its campaign does not have.");
  }
  return *index;
}

base::Result<std::optional<model::TemplateConfiguration>> TemplatesOf(const RunRecord& run) {
  if (run.templates_json.empty()) {
    return std::optional<model::TemplateConfiguration>();
  }
  PINION_TRY(auto templates, model::Decode<model::TemplateConfiguration>(run.templates_json));
  return std::optional(std::move(templates));
}

}  // namespace

RunSteps::RunSteps(const CampaignRunner::Dependencies& dependencies,
                   const CampaignRunner::Options& options)
    : deps_(dependencies),
      transitions_(dependencies.campaigns, dependencies.clock, dependencies.ids),
      batches_(
          {.store = dependencies.campaigns.store(),
           .clock = dependencies.clock,
           .random = dependencies.random,
           .audience = dependencies.audience,
           .delivery = dependencies.delivery,
           .messages = dependencies.messages,
           .channels = dependencies.channels,
           .envelope_key = dependencies.envelope_key,
           .endpoints_max = std::clamp<size_t>(options.batch_endpoints_max, 1, kBatchEndpointsMax),
           .backlog_max = options.backlog_max}) {}

base::Result<std::optional<std::pair<RunKey, RunRecord>>> RunSteps::Begin(
    const CampaignStore::Due& occurrence) {
  std::optional<std::pair<RunKey, RunRecord>> begun;
  const auto lock = deps_.campaigns.LockForWriting();
  PINION_TRY(auto record, deps_.campaigns.FindRecord(occurrence.app, occurrence.campaign_id));
  storage::WriteBatch batch;
  CampaignStore::DeleteDue(occurrence, batch);
  if (record) {
    PINION_TRY(const auto version,
               deps_.campaigns.ReadVersion(occurrence.app, record->id, record->latest_version));
    PINION_TRY(begun,
               transitions_.OnDue(
                   {.app = occurrence.app, .record = *record, .version = version, .batch = batch},
                   occurrence));
    CampaignStore::Put(occurrence.app, *record, batch);
  }
  PINION_CHECK(deps_.campaigns.store().Apply(batch));
  deps_.timers.Wake();
  return begun;
}

base::Result<RunSteps::Result> RunSteps::Step(const RunKey& key, ActiveRun& run) {
  switch (run.record.phase) {
    case RunPhase::kPending:
      return ShowInitializing(key, run);
    case RunPhase::kInitializing:
      return Initialize(key, run);
    case RunPhase::kRunning:
      return SendBatch(key, run);
    case RunPhase::kDraining:
      return FinishWhenRecorded(key, run);
    case RunPhase::kOpen:
      return Result::kWaits;  // It is its triggers that are answered.
  }
  return base::Internal("A campaign run has an unknown phase.");
}

base::Result<RunSteps::Result> RunSteps::ShowInitializing(const RunKey& key, ActiveRun& run) {
  PINION_TRY(auto activity,
             deps_.campaigns.FindActivity(key.app, run.record.campaign_id, key.activity.value()));
  storage::WriteBatch batch;
  RunRecord next = run.record;
  next.phase = RunPhase::kInitializing;
  next.started = deps_.clock.Now();
  if (activity) {
    activity->state = "INITIALIZING";
    activity->start = next.started;
    CampaignStore::Put(key.app, run.record.campaign_id, *activity, batch);
  }
  return Apply(key, run, {.batch = batch, .events = {}, .next = next});
}

base::Result<std::optional<std::string>> RunSteps::WhyNothingCanBeSent(
    const RunKey& key, const delivery::MessagePlan& plan) const {
  PINION_TRY(const delivery::ChannelFacts channels, deps_.channels(key.app));
  std::string off;
  for (const std::string_view channel : kChannels) {
    if (plan.HasContentFor(channel)) {
      if (channels.IsEnabled(channel)) {
        return std::optional<std::string>();
      }
      off += (off.empty() ? "" : ", ") + std::string(channel);
    }
  }
  if (off.empty()) {
    // A treatment without content of its own, in a campaign whose other treatments have some.
    return std::optional<std::string>();
  }
  return std::optional("no channel that the campaign has a message for is enabled: " + off);
}

base::Result<RunSteps::Result> RunSteps::Initialize(const RunKey& key, ActiveRun& run) {
  PINION_TRY(
      const auto version,
      deps_.campaigns.FindVersion(key.app, run.record.campaign_id, run.record.campaign_version));
  if (!version) {
    return Result::kEnded;  // The campaign was deleted.
  }
  const model::WriteCampaignRequest& campaign = version->campaign;
  const base::SegmentId segment(*campaign.segment_id);
  // The stored configuration must still pass section 2 (CMP-504).
  const auto segment_version =
      deps_.segments.RequireVersion(key.app, segment.value(), campaign.segment_version, "Segment");
  if (!segment_version.ok() && segment_version.error().code == base::Errc::kInvalidArgument) {
    return Invalidate(key, run.record, segment_version.error().message);
  }
  PINION_CHECK(segment_version);
  PINION_TRY(const size_t index, TreatmentIndex(run.record, *version));
  const Treatment treatment = TreatmentAt(campaign, index);
  const auto pinned = PinTemplates(treatment.templates, deps_.templates);
  if (!pinned.ok() && pinned.error().code == base::Errc::kInvalidArgument) {
    return Invalidate(key, run.record, pinned.error().message);
  }
  PINION_CHECK(pinned);
  PINION_TRY(const auto plan,
             delivery::MessagePlan::ForCampaign(treatment.messages, *pinned, deps_.templates));
  PINION_TRY(const auto obstacle, WhyNothingCanBeSent(key, *plan));
  if (obstacle) {
    return Invalidate(key, run.record, *obstacle);
  }
  PINION_TRY(const bitmap::Bitmap members,
             deps_.membership.MembersOf(key.app, segment, *segment_version));
  PINION_TRY(const RunAudience audience,
             SelectAudience(deps_.audience, key.app, members, [&plan](std::string_view channel) {
               return plan->HasContentFor(channel);
             }));

  RunRecord next = run.record;
  next.metrics = audience.metrics;
  next.listed = audience.targets.Cardinality();
  next.templates_json = *pinned ? model::ToJson(**pinned) : "";
  const bool is_empty = audience.targets.Empty() && audience.duplicates.Empty();
  next.phase = is_empty ? RunPhase::kDraining : RunPhase::kRunning;
  storage::WriteBatch batch;
  CampaignStore::PutList(key, RunList::kTargets, audience.targets, batch);
  CampaignStore::PutList(key, RunList::kDuplicates, audience.duplicates, batch);
  PINION_TRY(auto activity,
             deps_.campaigns.FindActivity(key.app, run.record.campaign_id, key.activity.value()));
  if (activity) {
    activity->state = "RUNNING";
    CampaignStore::Put(key.app, run.record.campaign_id, *activity, batch);
  }
  return Apply(key, run, {.batch = batch, .events = {}, .next = next});
}

base::Result<RunContent> RunSteps::ContentOf(
    const RunKey& key,
    const model::CampaignVersionRecord& version,
    size_t index,
    const std::optional<model::TemplateConfiguration>& templates) const {
  PINION_TRY(const auto application, deps_.applications.Get(key.app));
  const Treatment treatment = TreatmentAt(version.campaign, index);
  RunContent content;
  content.limits = LimitsOf(version);
  content.treatment = index;
  content.may_run_again = FrequencyOf(treatment.schedule) != model::Frequency::kOnce;
  content.quiet = QuietHoursOf(version, treatment.schedule);
  PINION_TRY(content.plan,
             delivery::MessagePlan::ForCampaign(treatment.messages, templates, deps_.templates));
  PINION_TRY(content.missing, deps_.templates.settings().MissingPolicyOf(key.app));
  content.application_name = application.name;
  content.version = version;
  return content;
}

base::Result<RunContent> RunSteps::ReadContent(const RunKey& key, const RunRecord& run) const {
  PINION_TRY(const auto version,
             deps_.campaigns.ReadVersion(key.app, run.campaign_id, run.campaign_version));
  PINION_TRY(const auto templates, TemplatesOf(run));
  PINION_TRY(const size_t index, TreatmentIndex(run, version));
  PINION_TRY(RunContent content, ContentOf(key, version, index, templates));
  PINION_TRY(content.list, deps_.campaigns.ReadList(key, RunList::kTargets));
  PINION_TRY(content.duplicates, deps_.campaigns.ReadList(key, RunList::kDuplicates));
  content.list |= content.duplicates;
  return content;
}

base::Result<RunSteps::Result> RunSteps::LoadContent(const RunKey& key, ActiveRun& run) {
  auto lock = deps_.campaigns.LockForWriting();
  PINION_TRY(const auto campaign, FindCampaign(key, run.record));
  if (!campaign) {
    return Result::kEnded;
  }
  auto content = ReadContent(key, run.record);
  if (content.ok()) {
    run.content = *std::move(content);
    return Result::kProgressed;
  }
  if (content.error().code != base::Errc::kInvalidArgument) {
    return content.error();
  }
  lock.unlock();
  return Invalidate(key, run.record, content.error().message);
}

base::Result<RunSteps::Result> RunSteps::SendBatch(const RunKey& key, ActiveRun& run) {
  if (run.record.waiting_until && deps_.clock.Now() < *run.record.waiting_until) {
    return Result::kWaits;
  }
  if (!run.content) {
    PINION_TRY(const Result loaded, LoadContent(key, run));
    if (loaded == Result::kEnded) {
      return loaded;
    }
  }
  PINION_TRY(RunStep step, batches_.Build(key, run.record, *run.content));
  return ApplyStep(key, run, step);
}

base::Result<RunSteps::Result> RunSteps::ApplyStep(const RunKey& key,
                                                   ActiveRun& run,
                                                   RunStep& step) {
  const bool waits = step.next.waiting_until.has_value();
  if (waits) {
    timers::TimerService::Schedule(step.batch,
                                   {.due = *step.next.waiting_until,
                                    .kind = std::string(kResumeTimer),
                                    .key = key.app.value() + "/" + key.activity.value(),
                                    .payload = ""});
  }
  PINION_TRY(const Result result,
             Apply(key, run, {.batch = step.batch, .events = step.events, .next = step.next}));
  if (result != Result::kEnded) {
    for (const delivery::Lane& lane : step.lanes) {
      deps_.wake_lane(lane);
    }
    if (waits) {
      deps_.timers.Wake();
    }
  }
  return result;
}

base::Result<RunSteps::Result> RunSteps::AnswerTriggers(const RunKey& key) {
  PINION_TRY(auto triggers, TriggerQueue::Read(deps_.campaigns.store(), key, kTriggersMax));
  PINION_TRY(const auto stored, deps_.campaigns.FindRun(key));
  if (triggers.empty()) {
    return Result::kWaits;
  }
  if (!stored) {
    return DropTriggers(key);
  }
  ActiveRun run{.record = *stored, .content = std::nullopt};
  if (run.record.waiting_until && deps_.clock.Now() < *run.record.waiting_until) {
    return Result::kWaits;
  }
  // Those behind an update of the campaign are answered with its next version, in the next step.
  const int32_t number = triggers.front().version;
  triggers.erase(
      std::find_if(triggers.begin(),
                   triggers.end(),
                   [number](const Trigger& trigger) { return trigger.version != number; }),
      triggers.end());
  PINION_TRY(const auto version,
             deps_.campaigns.FindVersion(key.app, run.record.campaign_id, number));
  if (!version) {
    return DropTriggers(key);
  }
  const auto index = IndexOfTreatment(version->campaign, run.record.treatment_id);
  if (!index) {
    return DropTriggers(key);
  }
  // Templates count as they are now (CMP-705).
  const Treatment treatment = TreatmentAt(version->campaign, *index);
  auto content = ContentOf(key, *version, *index, treatment.templates);
  if (!content.ok() && (content.error().code == base::Errc::kInvalidArgument ||
                        content.error().code == base::Errc::kNotFound)) {
    base::Log(base::LogLevel::kWarning,
              "campaigns",
              "events are not answered: the campaign has nothing to say any more",
              {{"campaign", run.record.campaign_id}, {"reason", content.error().message}});
    return DropTriggers(key);
  }
  PINION_CHECK(content);
  PINION_TRY(RunStep step, batches_.BuildTriggered(key, run.record, *content, triggers));
  PINION_TRY(const Result result, ApplyStep(key, run, step));
  return result == Result::kEnded ? DropTriggers(key) : result;
}

// Of a campaign that is over or gone.
base::Result<RunSteps::Result> RunSteps::DropTriggers(const RunKey& key) {
  storage::WriteBatch batch;
  batch.DeletePrefix(TriggerQueue::PrefixOf(key));
  PINION_CHECK(deps_.campaigns.store().Apply(batch));
  return Result::kEnded;
}

base::Result<RunSteps::Result> RunSteps::FinishWhenRecorded(const RunKey& key, ActiveRun& run) {
  PINION_TRY(const OutcomeCounts counts,
             deps_.counters.OfActivity(key.app, run.record.campaign_id, key.activity.value()));
  if (counts.counts[OutcomeCounts::kRecords] < run.record.records_expected) {
    return Result::kWaits;
  }
  return End(key, run.record, TreatmentTransitions::RunEnd::kFinished);
}

base::Result<RunSteps::Result> RunSteps::Invalidate(const RunKey& key,
                                                    const RunRecord& run,
                                                    std::string_view why) {
  base::Log(base::LogLevel::kWarning,
            "campaigns",
            "a campaign is invalid and does not run",
            {{"campaign", run.campaign_id}, {"reason", std::string(why)}});
  return End(key, run, TreatmentTransitions::RunEnd::kInvalid);
}

base::Result<std::optional<model::CampaignRecord>> RunSteps::FindCampaign(
    const RunKey& key, const RunRecord& run) const {
  PINION_TRY(auto record, deps_.campaigns.FindRecord(key.app, run.campaign_id));
  if (!record || record->status == CampaignStatus::kDeleted) {
    return std::optional<model::CampaignRecord>();
  }
  const auto* state = FindTreatment(*record, run.treatment_id);
  const bool executes = state != nullptr && state->activity_id == key.activity.value();
  return executes ? std::move(record) : std::nullopt;
}

base::Result<RunSteps::Result> RunSteps::Apply(const RunKey& key,
                                               ActiveRun& run,
                                               const Commit& commit) {
  const auto lock = deps_.campaigns.LockForWriting();
  PINION_TRY(const auto campaign, FindCampaign(key, run.record));
  if (!campaign) {
    return Result::kEnded;
  }
  CampaignStore::Put(key, commit.next, commit.batch);
  if (commit.next.phase >= RunPhase::kRunning) {
    CampaignCounters::PutTargeted(key.app,
                                  commit.next.campaign_id,
                                  key.activity.value(),
                                  commit.next.treatment_id,
                                  commit.next.started,
                                  commit.next.targeted(),
                                  commit.batch);
  }
  const eventlog::EventLog::Append append = deps_.events.Add(key.app, commit.events, commit.batch);
  PINION_CHECK(deps_.campaigns.store().Apply(commit.batch));
  run.record = commit.next;
  return Result::kProgressed;
}

base::Result<RunSteps::Result> RunSteps::End(const RunKey& key,
                                             const RunRecord& run,
                                             TreatmentTransitions::RunEnd end) {
  const bool is_finished = end == TreatmentTransitions::RunEnd::kFinished;
  const auto lock = deps_.campaigns.LockForWriting();
  PINION_TRY(auto campaign, FindCampaign(key, run));
  if (!campaign) {
    return Result::kEnded;
  }
  storage::WriteBatch batch;
  PINION_TRY(auto activity,
             deps_.campaigns.FindActivity(key.app, run.campaign_id, key.activity.value()));
  if (activity) {
    activity->state = is_finished ? "COMPLETED" : "CANCELLED";
    activity->result = is_finished ? "SUCCESS" : "FAIL";
    activity->end = deps_.clock.Now();
    activity->total_endpoint_count = static_cast<int64_t>(run.targeted());
    activity->execution_metrics = run.metrics.ToMap();
    CampaignStore::Put(key.app, run.campaign_id, *activity, batch);
  }
  PINION_TRY(const auto version,
             deps_.campaigns.ReadVersion(key.app, campaign->id, campaign->latest_version));
  transitions_.AfterRun({.app = key.app, .record = *campaign, .version = version, .batch = batch},
                        *FindTreatment(*campaign, run.treatment_id),
                        end);
  CampaignStore::Put(key.app, *campaign, batch);
  CampaignStore::DeleteRun(key, batch);
  PINION_CHECK(deps_.campaigns.store().Apply(batch));
  deps_.timers.Wake();
  return Result::kEnded;
}

}  // namespace pinion::campaigns
