// The steps in which a run goes from its due instant to its end (campaigns.md section 7): begin,
// initialize, send batch after batch, finish. Each is one write. Used by the runner's thread only;
// the write lock of the campaigns is held where a step is checked against the campaign and applied,
// so nothing is sent after a deletion has been answered (CMP-404).
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "campaigns/campaign_runner.h"
#include "campaigns/campaign_store.h"
#include "campaigns/run_batch.h"
#include "campaigns/run_record.h"
#include "campaigns/treatment_transitions.h"

namespace pinion::campaigns {

// A run that waits for its next slot goes on; the key is its activity.
inline constexpr std::string_view kResumeTimer = "campaign.resume";

// Events that are answered in one write.
inline constexpr size_t kTriggersMax = 100;

struct ActiveRun {
  RunRecord record;
  std::optional<RunContent> content;  // read when it is needed first
};

class RunSteps {
 public:
  RunSteps(const CampaignRunner::Dependencies& dependencies,
           const CampaignRunner::Options& options);

  // Deals with a treatment that is due; the run that begins, if one does.
  base::Result<std::optional<std::pair<RunKey, RunRecord>>> Begin(
      const CampaignStore::Due& occurrence);

  enum class Result { kProgressed, kWaits, kEnded };
  // `run` changes only if the step was stored.
  base::Result<Result> Step(const RunKey& key, ActiveRun& run);

  // Sends what the oldest events in the queue of an activity ask for; each is taken out of the
  // queue in the write that answers it.
  base::Result<Result> AnswerTriggers(const RunKey& key);

 private:
  struct Commit {
    storage::WriteBatch& batch;
    const std::vector<eventlog::Event>& events;
    const RunRecord& next;
  };

  base::Result<Result> ShowInitializing(const RunKey& key, ActiveRun& run);
  base::Result<Result> Initialize(const RunKey& key, ActiveRun& run);
  base::Result<Result> SendBatch(const RunKey& key, ActiveRun& run);
  base::Result<Result> FinishWhenRecorded(const RunKey& key, ActiveRun& run);
  base::Result<Result> Invalidate(const RunKey& key, const RunRecord& run, std::string_view why);

  base::Result<Result> ApplyStep(const RunKey& key, ActiveRun& run, RunStep& step);
  base::Result<Result> DropTriggers(const RunKey& key);
  // Without the list of a run.
  base::Result<RunContent> ContentOf(
      const RunKey& key,
      const model::CampaignVersionRecord& version,
      size_t index,
      const std::optional<model::TemplateConfiguration>& templates) const;
  // kInvalidArgument if the campaign's content is not what it was when the run began.
  base::Result<RunContent> ReadContent(const RunKey& key, const RunRecord& run) const;
  base::Result<Result> LoadContent(const RunKey& key, ActiveRun& run);
  // Why nothing of the campaign could be sent at all (CMP-504), or nothing.
  base::Result<std::optional<std::string>> WhyNothingCanBeSent(
      const RunKey& key, const delivery::MessagePlan& plan) const;
  // Applies the step if the run is still wanted; else kEnded.
  base::Result<Result> Apply(const RunKey& key, ActiveRun& run, const Commit& commit);
  // The campaign's record if it still executes this activity. Under the write lock.
  base::Result<std::optional<model::CampaignRecord>> FindCampaign(const RunKey& key,
                                                                  const RunRecord& run) const;
  base::Result<Result> End(const RunKey& key,
                           const RunRecord& run,
                           TreatmentTransitions::RunEnd end);

  const CampaignRunner::Dependencies& deps_;
  const TreatmentTransitions transitions_;
  RunBatchBuilder batches_;
};

}  // namespace pinion::campaigns
