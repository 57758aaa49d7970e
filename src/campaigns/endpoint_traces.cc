#include "campaigns/endpoint_traces.h"

#include <vector>

#include "audience/endpoint_identity.h"
#include "campaigns/event_triggers.h"
#include "campaigns/in_app_marks.h"

namespace pinion::campaigns {

base::Result<size_t> ForgetEndpoints(const CampaignStore& campaigns,
                                     const storage::Reader& store,
                                     const base::AppId& app,
                                     const std::set<std::string>& endpoint_keys,
                                     storage::WriteBatch& batch) {
  size_t traces = 0;
  std::vector<std::string> marks;
  PINION_CHECK(campaigns.VisitRecords(app, [&](const model::CampaignRecord& campaign) {
    for (const std::string& key : endpoint_keys) {
      for (const auto kind : {InAppMarks::Kind::kGiven, InAppMarks::Kind::kDisplayed}) {
        marks.push_back(InAppMarks::KeyOf(app, campaign.id, kind, key));
      }
    }
  }));
  PINION_TRY(const auto found, store.MultiGet(marks));
  for (size_t i = 0; i < marks.size(); ++i) {
    if (found[i]) {
      batch.Delete(marks[i]);
      ++traces;
    }
  }
  PINION_TRY(const std::vector<RunKey> waiting, TriggerQueue::Waiting(store));
  for (const RunKey& activity : waiting) {
    if (activity.app != app) {
      continue;
    }
    PINION_TRY(const auto triggers, TriggerQueue::Read(store, activity, SIZE_MAX));
    for (const Trigger& trigger : triggers) {
      if (endpoint_keys.contains(audience::EndpointKey(trigger.endpoint_id))) {
        TriggerQueue::Delete(activity, trigger, batch);
        ++traces;
      }
    }
  }
  return traces;
}

}  // namespace pinion::campaigns
