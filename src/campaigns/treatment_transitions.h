// The state table of campaigns (campaigns.md section 5), treatment by treatment: what follows when
// a campaign is written, when a timer fires, when a run ends. All that follows goes into the
// caller's batch: records, activities, timers, and the rows of treatments that act on events. The
// caller holds the write lock of the campaigns from reading the record to applying the batch.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "campaigns/campaign_store.h"
#include "model/campaigns.h"
#include "storage/key_value_store.h"
#include "timers/timer_service.h"

namespace pinion::campaigns {

// A treatment has something to do; the key is TreatmentTimerKey.
inline constexpr std::string_view kStartTimer = "campaign.start";
// A recurring schedule that was written with a missed occurrence runs it if it is no older
// (CMP-308).
inline constexpr std::chrono::minutes kMissedAtWriteMax{15};
// The latest occurrence that was missed while the server was down runs if it is no older (CMP-357).
inline constexpr std::chrono::hours kCatchUpMax{6};

std::string TreatmentTimerKey(const base::AppId& app,
                              std::string_view campaign,
                              std::string_view treatment);
// Nothing for a damaged key; `at` is left alone.
std::optional<CampaignStore::Due> ParseTreatmentTimerKey(std::string_view key);

// EXECUTING if any executes, else PENDING_NEXT_RUN, SCHEDULED, PAUSED, INVALID if any is that;
// COMPLETED if all are.
model::CampaignStatus DeriveStatus(const std::vector<model::CampaignTreatmentRecord>& treatments);
// Null if the record has no such treatment.
model::CampaignTreatmentRecord* FindTreatment(model::CampaignRecord& record,
                                              std::string_view treatment);
// Whether a run goes on, so that most members must not change (CMP-403).
bool HasRunInProgress(const model::CampaignRecord& record,
                      const model::WriteCampaignRequest& campaign);

class TreatmentTransitions {
 public:
  // All must outlive it.
  TreatmentTransitions(CampaignStore& campaigns, const base::Clock& clock, base::IdGenerator& ids)
      : campaigns_(campaigns), clock_(clock), ids_(ids) {}

  // A campaign in one of its versions, and what is written of it.
  struct Subject {
    const base::AppId& app;
    model::CampaignRecord& record;
    const model::CampaignVersionRecord& version;  // the latest
    storage::WriteBatch& batch;
  };

  enum class Cause { kScheduleGiven, kScheduleKept };
  // The campaign has been created, or updated to `version`.
  base::Status Replan(const Subject& subject, Cause cause) const;

  using Begun = std::pair<RunKey, RunRecord>;
  // The timer of a treatment has fired: a window opens or closes, or a run begins, which is
  // returned. A timer that the record no longer knows changes nothing.
  base::Result<std::optional<Begun>> OnDue(const Subject& subject,
                                           const CampaignStore::Due& due) const;

  enum class RunEnd { kFinished, kInvalid };
  // The run of `treatment` has ended.
  void AfterRun(const Subject& subject,
                model::CampaignTreatmentRecord& treatment,
                RunEnd end) const;

  // Nothing of the campaign goes on: timers, runs, windows. Activities are CANCELLED.
  base::Status Cancel(const Subject& subject) const;

 private:
  struct Place;  // a treatment at its place

  base::Status ReplanWindow(const Place& place, Cause cause) const;
  void ReplanRuns(const Place& place, Cause cause) const;
  base::Status OpenWindow(const Place& place) const;
  base::Status CloseWindow(const Place& place) const;
  base::Status LeaveWindow(const Place& place) const;
  base::Status ShowActivity(const Place& place, std::string_view state) const;
  std::optional<Begun> BeginRun(const Place& place, base::Timestamp occurrence) const;
  void Await(const Place& place, const std::optional<base::Timestamp>& occurrence) const;
  base::Status CancelRun(const base::AppId& app,
                         const model::CampaignRecord& record,
                         const model::CampaignTreatmentRecord& treatment,
                         storage::WriteBatch& batch) const;

  CampaignStore& campaigns_;
  const base::Clock& clock_;
  base::IdGenerator& ids_;
};

}  // namespace pinion::campaigns
