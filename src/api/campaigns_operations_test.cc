// What a client sees of campaigns over HTTP; the rules themselves are tested in campaigns/.
#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsBadRequest;
using testing::IsError;
using testing::IsNotFound;
using testing::JsonAt;
using testing::JsonLacks;
using testing::Reply;

class CampaignsOperationsTest : public testing::ApiTest {
 protected:
  CampaignsOperationsTest() : app_("/v1/apps/" + MakeApp()) {
    EXPECT_THAT(
        Put(app_ + "/channels/email",
            R"({"FromAddress":"shop@example.com","Identity":"arn:aws:ses:us-east-1:1:identity/e"})"),
        HasStatus(200));
    EXPECT_THAT(Put(app_ + "/endpoints/e1", R"({"ChannelType":"EMAIL","Address":"a@example.com"})"),
                HasStatus(202));
    segment_ = *Post(app_ + "/segments", R"({"Name":"all"})").At("/Id");
  }

  Reply Create(const std::string& members = "") {
    return Post(
        app_ + "/campaigns",
        R"({"SegmentId":")" + segment_ +
            R"(","MessageConfiguration":{"EmailMessage":{"Title":"Hi","HtmlBody":"<p>x</p>"}})" +
            (members.empty() ? R"(,"Schedule":{"StartTime":"IMMEDIATE"})" : members) + "}");
  }
  std::string PathOf(const Reply& campaign) {
    return app_ + "/campaigns/" + campaign.At("/Id").value_or("");
  }

  const std::string app_;
  std::string segment_;
};

TEST_F(CampaignsOperationsTest, CreateAnswers201Scheduled) {
  const Reply reply = Create();
  EXPECT_THAT(reply, HasStatus(201));
  EXPECT_THAT(reply, JsonAt("/State/CampaignStatus", "SCHEDULED"));
  EXPECT_THAT(reply, JsonAt("/Version", 1));
  EXPECT_THAT(reply, JsonAt("/Limits", "{}"));
  EXPECT_THAT(reply, JsonAt("/AdditionalTreatments", "[]"));
  EXPECT_THAT(reply, JsonAt("/tags", "{}"));
  EXPECT_THAT(reply, JsonLacks("/DefaultState"));
}

TEST_F(CampaignsOperationsTest, InvalidCampaignsAre400AndKindsToComeAreNotBuilt) {
  EXPECT_THAT(Create(R"(,"Schedule":{"StartTime":"IMMEDIATE","Frequency":"EVENT"})"),
              IsBadRequest());
  EXPECT_THAT(Create(R"(,"Schedule":{})"), IsBadRequest());
  EXPECT_THAT(Create(R"(,"Schedule":{"StartTime":"2099-01-01T09:00","IsLocalTime":true})"),
              JsonAt("/Message",
                     "Member 'Schedule.IsLocalTime': sending at local times is not built yet."));
}

TEST_F(CampaignsOperationsTest, ARunIsSeenInStateActivitiesAndCounters) {
  const Reply campaign = Create();
  Advance(std::chrono::seconds(1));
  EXPECT_THAT(Get(PathOf(campaign)), JsonAt("/State/CampaignStatus", "COMPLETED"));
  const Reply activities = Get(PathOf(campaign) + "/activities");
  EXPECT_THAT(activities, JsonAt("/Item/0/State", "COMPLETED"));
  EXPECT_THAT(activities, JsonAt("/Item/0/TotalEndpointCount", 1));
  EXPECT_THAT(activities, JsonAt("/Item/0/ExecutionMetrics/SUCCESS", "1"));
  const Reply counters = Get("/pinion" + PathOf(campaign) + "/counters");
  EXPECT_THAT(counters, JsonAt("/Targeted", 1));
  EXPECT_THAT(counters, JsonAt("/Delivered", 1));
}

TEST_F(CampaignsOperationsTest, VersionsAreReadByNumber) {
  const Reply campaign = Create(R"(,"Schedule":{"StartTime":"2099-01-01"})");
  EXPECT_THAT(Put(PathOf(campaign), R"({"Name":"two"})"), JsonAt("/Version", 2));
  EXPECT_THAT(Get(PathOf(campaign) + "/versions/1"), JsonAt("/Name", ""));
  EXPECT_THAT(Get(PathOf(campaign) + "/versions/2"), JsonAt("/Name", "two"));
  EXPECT_THAT(Get(PathOf(campaign) + "/versions/3"), IsNotFound());
  const Reply page = Get(PathOf(campaign) + "/versions?page-size=1");
  EXPECT_THAT(page, JsonAt("/Item/0/Version", 2));
  EXPECT_THAT(Get(PathOf(campaign) + "/versions?page-size=1&token=" + *page.At("/NextToken")),
              JsonAt("/Item/0/Version", 1));
}

TEST_F(CampaignsOperationsTest, DeleteAnswersTheLastStateAndThenNothingIsThere) {
  const Reply campaign = Create(R"(,"Schedule":{"StartTime":"2099-01-01"})");
  EXPECT_THAT(Delete(PathOf(campaign)), JsonAt("/State/CampaignStatus", "DELETED"));
  for (const char* below : {"", "/versions", "/versions/1", "/activities"}) {
    EXPECT_THAT(Get(PathOf(campaign) + below), IsNotFound()) << below;
  }
  EXPECT_THAT(Get(app_ + "/campaigns"), JsonAt("/Item", "[]"));
}

TEST_F(CampaignsOperationsTest, InAppMessagesAreGivenWithoutAWrapper) {
  EXPECT_THAT(Put(app_ + "/endpoints/phone", R"({"ChannelType":"IN_APP"})"), HasStatus(202));
  EXPECT_THAT(Get(app_ + "/endpoints/phone/inappmessages"), JsonAt("/InAppMessageCampaigns", "[]"));
  EXPECT_THAT(Get(app_ + "/endpoints/nobody/inappmessages"), IsNotFound());
  const Reply campaign = Post(
      app_ + "/campaigns",
      R"({"SegmentId":")" + segment_ + R"(","MessageConfiguration":{"InAppMessage":{"Body":"Hi"}},
        "Schedule":{"StartTime":"IMMEDIATE","Frequency":"IN_APP_EVENT","EventFilter":{
          "FilterType":"ENDPOINT","Dimensions":{"EventType":{"Values":["_session.start"]}}}}})");
  EXPECT_THAT(campaign, HasStatus(201));
  Advance(std::chrono::seconds(1));
  EXPECT_THAT(Get(PathOf(campaign)), JsonAt("/State/CampaignStatus", "EXECUTING"));

  const Reply reply = Get(app_ + "/endpoints/phone/inappmessages");
  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonAt("/InAppMessageCampaigns/0/CampaignId", *campaign.At("/Id")));
  EXPECT_THAT(reply, JsonAt("/InAppMessageCampaigns/0/TotalCap", 0));
  EXPECT_THAT(Get(PathOf(campaign) + "/activities"), JsonAt("/Item/0/TotalEndpointCount", 1));
}

TEST_F(CampaignsOperationsTest, DisplaysThatAppsReportAreCountedAndCapped) {
  EXPECT_THAT(Put(app_ + "/endpoints/phone", R"({"ChannelType":"IN_APP"})"), HasStatus(202));
  const Reply campaign = Post(
      app_ + "/campaigns",
      R"({"SegmentId":")" + segment_ + R"(","MessageConfiguration":{"InAppMessage":{"Body":"Hi"}},
        "Limits":{"Total":1},
        "Schedule":{"StartTime":"IMMEDIATE","Frequency":"IN_APP_EVENT","EventFilter":{
          "FilterType":"ENDPOINT","Dimensions":{"EventType":{"Values":["_session.start"]}}}}})");
  Advance(std::chrono::seconds(1));
  EXPECT_THAT(Post(app_ + "/events",
                   R"({"BatchItem":{"phone":{"Endpoint":{},"Events":{"e1":{
             "EventType":"_inapp.message_displayed","Timestamp":"2026-11-23T11:15:00Z",
             "Attributes":{"campaign_id":")" +
                       *campaign.At("/Id") +
                       R"(","treatment_id":"0","delivery_type":"IN_APP_MESSAGE"}}}}}})"),
              HasStatus(202));
  Settle();
  EXPECT_THAT(Get("/pinion" + PathOf(campaign) + "/counters"), JsonAt("/InAppDisplayed", 1));
  EXPECT_THAT(Get(app_ + "/endpoints/phone/inappmessages"), JsonAt("/InAppMessageCampaigns", "[]"));
}

TEST_F(CampaignsOperationsTest, TagsAreThoseOfTheResource) {
  const Reply campaign = Create(R"(,"Schedule":{"StartTime":"2099-01-01"},"tags":{"a":"1"})");
  EXPECT_THAT(Get("/v1/tags/" + *campaign.At("/Arn")), JsonAt("/tags/a", "1"));
}

}  // namespace
}  // namespace pinion::api
