// Campaigns with several treatments: who gets which, states and schedules of
// their own, one pace.
#include <map>

#include "campaigns/campaigns_fixture.h"
#include "campaigns/treatments.h"

namespace pinion::campaigns {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;

class TreatmentRunTest : public CampaignsFixture {
 protected:
  static constexpr const char* kSplit =
      R"({"HoldoutPercent":20,"AdditionalTreatments":[{"SizePercent":40,"TreatmentName":"B",
          "MessageConfiguration":{"EmailMessage":{"Title":"B","HtmlBody":"b"}}}]})";

  // By TreatmentId.
  std::map<std::string, model::ActivityResponse> ByTreatment(const std::string& id) {
    std::map<std::string, model::ActivityResponse> activities;
    for (auto& activity : ActivitiesOf(id)) {
      activities[*activity.treatment_id] = activity;
    }
    return activities;
  }
  std::string MetricIn(const model::ActivityResponse& activity, std::string_view name) {
    return *activity.execution_metrics->Find(name);
  }
};

TEST_F(TreatmentRunTest, EverybodyGetsTheMessageOfTheirGroupOrNone) {
  PutMailboxes(60);
  const std::string id = Create(kSplit);
  std::map<std::string, size_t> expected;
  for (int i = 0; i < 60; ++i) {
    const auto group = TreatmentOf(Parse<model::WriteCampaignRequest>(kSplit),
                                   AllocationOf(id, "", "e" + std::to_string(i)));
    ++expected[group ? std::to_string(*group) : "held"];
  }
  Advance(seconds(1));
  std::map<std::string, size_t> sent;
  for (const auto& message : Messages(id)) {
    ++sent[*message.treatment_id];
    EXPECT_EQ(message.subject == "B", message.treatment_id == "1");
  }
  EXPECT_EQ(sent["0"], expected["0"]);
  EXPECT_EQ(sent["1"], expected["1"]);
  EXPECT_GT(expected["held"], 0U);

  auto activities = ByTreatment(id);
  ASSERT_EQ(activities.size(), 2U);
  for (const char* treatment : {"0", "1"}) {
    const auto& activity = activities[treatment];
    EXPECT_EQ(MetricIn(activity, "ENDPOINT_PRODUCED"), "60");
    EXPECT_EQ(MetricIn(activity, "TREATMENT_HOLDOUT"), std::to_string(60 - expected[treatment]));
    EXPECT_EQ(activity.total_endpoint_count, static_cast<int32_t>(expected[treatment]));
  }
  const auto statuses = SendStatuses();
  EXPECT_EQ(static_cast<size_t>(std::count(statuses.begin(), statuses.end(), "HOLDOUT")),
            expected["held"]);
}

TEST_F(TreatmentRunTest, AnUntouchedTreatmentInheritsTheContent) {
  PutMailboxes(20);
  const std::string id = Create(R"({"AdditionalTreatments":[{"SizePercent":50}]})");
  Advance(seconds(1));
  EXPECT_EQ(Messages(id).size(), 20U);
}

TEST_F(TreatmentRunTest, EachTreatmentRunsByItsOwnScheduleAndHasItsOwnState) {
  PutMailboxes(20);
  const std::string id = Create(
      R"({"Schedule":{"StartTime":"2026-11-23T12:00:00Z"},
          "AdditionalTreatments":[{"SizePercent":50,"Schedule":{"StartTime":"2026-11-23T14:00:00Z"}}]})");
  Advance(hours(1));
  auto campaign = world().campaigns.Get(app_, base::CampaignId(id));
  EXPECT_EQ(campaign->default_state->campaign_status, model::CampaignStatus::kCompleted);
  EXPECT_EQ(campaign->additional_treatments->front().state->campaign_status,
            model::CampaignStatus::kScheduled);
  EXPECT_EQ(campaign->state->campaign_status, model::CampaignStatus::kScheduled);
  const size_t first = Messages(id).size();
  EXPECT_GT(first, 0U);
  EXPECT_LT(first, 20U);

  Advance(hours(2));
  EXPECT_EQ(Messages(id).size(), 20U);
  EXPECT_EQ(StatusOf(id), "COMPLETED");
}

TEST_F(TreatmentRunTest, ThePaceIsThatOfAllTreatmentsTogether) {
  PutMailboxes(40);
  const std::string id =
      Create(R"({"Limits":{"MessagesPerSecond":5},"AdditionalTreatments":[{"SizePercent":50}]})");
  for (size_t second = 0; second < 8; ++second) {
    Advance(seconds(second == 0 ? 0 : 1));
    EXPECT_LE(Messages(id).size(), 5 * (second + 1)) << second;
  }
  Advance(seconds(5));
  EXPECT_EQ(Messages(id).size(), 40U);
  EXPECT_EQ(StatusOf(id), "COMPLETED");
}

TEST_F(TreatmentRunTest, ATreatmentThatIsTakenAwayDoesNotRun) {
  PutMailboxes(20);
  const std::string id = Create(
      R"({"Schedule":{"StartTime":"2026-11-23T12:00:00Z"},"AdditionalTreatments":[{"SizePercent":50}]})");
  ASSERT_TRUE(Update(id, R"({"AdditionalTreatments":[]})").ok());
  Advance(hours(1));
  EXPECT_EQ(Messages(id).size(), 20U);
  EXPECT_EQ(ActivitiesOf(id).size(), 1U);
  EXPECT_FALSE(world().campaigns.Get(app_, base::CampaignId(id))->default_state);
}

TEST_F(TreatmentRunTest, ActivitiesOfOneOccurrenceAreListedByTreatment) {
  const std::string id =
      Create(R"({"AdditionalTreatments":[{"SizePercent":10},{"SizePercent":10}]})");
  Advance(seconds(0));
  std::vector<std::string> order;
  for (const auto& activity : ActivitiesOf(id)) {
    order.push_back(*activity.treatment_id);
  }
  EXPECT_THAT(order, ElementsAre("0", "1", "2"));
}

}  // namespace
}  // namespace pinion::campaigns
