#include "api/held_states.h"

#include "server/sending_hold.h"
#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::JsonAt;
using testing::Reply;

class HeldStatesTest : public testing::ApiTest {
 protected:
  HeldStatesTest() : app_(MakeApp()) {}

  std::string Path(const std::string& rest) const { return "/v1/apps/" + app_ + rest; }
  std::string MakeCampaign() {
    const std::string segment =
        Post(Path("/segments"), R"({"Name":"all","Dimensions":{}})").At("/Id").value_or("");
    const Reply made =
        Post(Path("/campaigns"),
             R"({"Name":"c","SegmentId":")" + segment +
                 R"(","Schedule":{"StartTime":"2036-01-01T00:00:00Z","Frequency":"ONCE"},
                    "MessageConfiguration":{"SMSMessage":{"Body":"b"}},
                    "AdditionalTreatments":[{"SizePercent":50,
                      "Schedule":{"StartTime":"2036-01-01T00:00:00Z","Frequency":"ONCE"},
                      "MessageConfiguration":{"SMSMessage":{"Body":"x"}}}]})");
    EXPECT_THAT(made, HasStatus(201));
    return Path("/campaigns/" + made.At("/Id").value_or(""));
  }
  void Hold() { ASSERT_TRUE(server::HoldSending(store(), clock().Now()).ok()); }

  const std::string app_;
};

TEST_F(HeldStatesTest, CampaignThatWouldGoOnIsPausedUntilSendingIsResumed) {
  const std::string campaign = MakeCampaign();
  Hold();

  for (const std::string& path : {campaign, campaign + "/versions/1"}) {
    EXPECT_THAT(Get(path), JsonAt("/State/CampaignStatus", "PAUSED"));
    EXPECT_THAT(Get(path), JsonAt("/DefaultState/CampaignStatus", "PAUSED"));
    EXPECT_THAT(Get(path), JsonAt("/AdditionalTreatments/0/State/CampaignStatus", "PAUSED"));
  }
  EXPECT_THAT(Get(Path("/campaigns")), JsonAt("/Item/0/State/CampaignStatus", "PAUSED"));
  EXPECT_THAT(Get(campaign), JsonAt("/IsPaused", false));

  EXPECT_THAT(Post("/pinion/v1/system/resume", ""), HasStatus(200));
  EXPECT_THAT(Get(campaign), JsonAt("/State/CampaignStatus", "SCHEDULED"));
}

TEST_F(HeldStatesTest, WhatIsMadeMeanwhileIsPausedToo) {
  Hold();
  EXPECT_THAT(Get(MakeCampaign()), JsonAt("/State/CampaignStatus", "PAUSED"));
}

TEST_F(HeldStatesTest, WhatWouldNotGoOnShowsItsOwnState) {
  model::JourneysResponse journeys;
  model::CampaignsResponse campaigns;
  model::ActivitiesResponse activities;
  for (const auto state : {model::State::kDraft, model::State::kCancelled, model::State::kActive}) {
    journeys.item.emplace_back().state = state;
  }
  for (const auto status : {model::CampaignStatus::kCompleted, model::CampaignStatus::kExecuting}) {
    campaigns.item.emplace_back().state.emplace().campaign_status = status;
  }
  for (const char* state : {"COMPLETED", "RUNNING"}) {
    activities.item.emplace_back().state = state;
  }

  ShowHeld(journeys);
  ShowHeld(campaigns);
  ShowHeld(activities);

  EXPECT_EQ(journeys.item[0].state, model::State::kDraft);
  EXPECT_EQ(journeys.item[1].state, model::State::kCancelled);
  EXPECT_EQ(journeys.item[2].state, model::State::kPaused);
  EXPECT_EQ(campaigns.item[0].state->campaign_status, model::CampaignStatus::kCompleted);
  EXPECT_EQ(campaigns.item[1].state->campaign_status, model::CampaignStatus::kPaused);
  EXPECT_EQ(activities.item[0].state, "COMPLETED");
  EXPECT_EQ(activities.item[1].state, "PAUSED");
}

}  // namespace
}  // namespace pinion::api
