#include "campaigns/in_app_events.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "campaigns/in_app_marks.h"
#include "campaigns/treatment_transitions.h"
#include "campaigns/treatments.h"

namespace pinion::campaigns {
namespace {

constexpr std::string_view kPrefix = "_inapp.message_";

std::optional<OutcomeCounts::Count> CountOf(std::string_view event_type) {
  static constexpr std::pair<std::string_view, OutcomeCounts::Count> kTypes[] = {
      {"_inapp.message_displayed", OutcomeCounts::kInAppDisplayed},
      {"_inapp.message_dismissed", OutcomeCounts::kInAppDismissed},
      {"_inapp.message_clicked", OutcomeCounts::kInAppClicked},
  };
  for (const auto& [type, count] : kTypes) {
    if (event_type == type) {
      return count;
    }
  }
  return std::nullopt;
}

}  // namespace

// The effects of one batch of events, in which campaigns and marks are read once.
class InAppEvents::Batch {
 public:
  explicit Batch(CampaignStore& campaigns) : campaigns_(campaigns) {}

  base::Status Take(const base::AppId& app, const eventlog::Event& event) {
    const std::optional<OutcomeCounts::Count> count = CountOf(event.event_type);
    const std::string* campaign = event.FindAttribute("campaign_id");
    if (!count || campaign == nullptr) {
      return {};
    }
    // Apps may report anything: only campaigns that exist are counted.
    PINION_TRY(model::CampaignRecord * record, FindRecord(app, *campaign));
    if (record == nullptr) {
      return {};
    }
    const std::string* treatment = event.FindAttribute("treatment_id");
    const auto* state =
        FindTreatment(*record, treatment != nullptr ? *treatment : std::string(kDefaultTreatment));
    if (state == nullptr) {
      return {};
    }
    OutcomeCounts& counts = changes_.Of({.app = app,
                                         .campaign = *campaign,
                                         .activity = state->activity_id.value_or(""),
                                         .treatment = state->id,
                                         .at = event.event_time(),
                                         .writer = CounterWriter::kInAppEvents});
    ++counts.counts[*count];
    if (*count == OutcomeCounts::kInAppDisplayed) {
      PINION_TRY(const bool is_first, CountDisplay(app, *campaign, event.endpoint_id));
      counts.counts[OutcomeCounts::kInAppReached] += is_first ? 1 : 0;
    }
    return {};
  }

  base::Status WriteTo(storage::WriteBatch& batch) {
    for (const auto& [key, displays] : displays_) {
      batch.Put(key, InAppMarks::Encode(displays));
    }
    return changes_.WriteTo(campaigns_.store(), batch);
  }

 private:
  base::Result<model::CampaignRecord*> FindRecord(const base::AppId& app,
                                                  const std::string& campaign) {
    const auto [known, is_new] = records_.try_emplace({app, campaign});
    if (is_new) {
      PINION_TRY(known->second, campaigns_.FindRecord(app, campaign));
    }
    return known->second ? &*known->second : nullptr;
  }

  base::Result<bool> CountDisplay(const base::AppId& app,
                                  const std::string& campaign,
                                  const std::string& endpoint_id) {
    const std::string key =
        InAppMarks::KeyOf(app, campaign, InAppMarks::Kind::kDisplayed, endpoint_id);
    auto known = displays_.find(key);
    if (known == displays_.end()) {
      PINION_TRY(const auto stored, campaigns_.store().Get(key));
      PINION_TRY(const uint64_t count, InAppMarks::Decode(stored));
      known = displays_.emplace(key, count).first;
    }
    return ++known->second == 1;
  }

  CampaignStore& campaigns_;
  std::map<std::pair<base::AppId, std::string>, std::optional<model::CampaignRecord>> records_;
  std::map<std::string, uint64_t> displays_;
  CounterChanges changes_;
};

base::Status InAppEvents::Consume(std::span<const eventlog::LoggedEvent> events,
                                  storage::WriteBatch& batch) {
  Batch effects(campaigns_);
  for (const eventlog::LoggedEvent& logged : events) {
    if (logged.event.origin == eventlog::Origin::kApp &&
        logged.event.event_type.starts_with(kPrefix)) {
      PINION_CHECK(effects.Take(logged.app, logged.event));
    }
  }
  return effects.WriteTo(batch);
}

}  // namespace pinion::campaigns
