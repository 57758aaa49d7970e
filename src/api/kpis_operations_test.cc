// What a client sees of KPIs over HTTP; the rules of counting are tested in analytics/.
#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using ::testing::HasSubstr;
using testing::IsBadRequest;
using testing::IsNotFound;
using testing::JsonAt;
using testing::JsonLacks;
using testing::Reply;

class KpisOperationsTest : public testing::ApiTest {
 protected:
  KpisOperationsTest() : app_("/v1/apps/" + MakeApp()) {
    EXPECT_THAT(
        Put(app_ + "/channels/email",
            R"({"FromAddress":"shop@example.com","Identity":"arn:aws:ses:us-east-1:1:identity/e"})"),
        HasStatus(200));
  }

  void SendEmail(const std::string& address) {
    const Reply reply = Post(
        app_ + "/messages",
        R"({"Addresses":{")" + address +
            R"(":{"ChannelType":"EMAIL"}},"MessageConfiguration":{"EmailMessage":{"SimpleEmail":)"
            R"({"Subject":{"Data":"s"},"TextPart":{"Data":"t"}}}}})");
    ASSERT_THAT(reply, HasStatus(200));
  }
  Reply Kpi(const std::string& name) { return Get(app_ + "/kpis/daterange/" + name); }

  // A campaign to one endpoint, which has run; its path.
  std::string RunCampaign() {
    EXPECT_THAT(Put(app_ + "/endpoints/e1", R"({"ChannelType":"EMAIL","Address":"a@example.com"})"),
                HasStatus(202));
    const std::string segment = *Post(app_ + "/segments", R"({"Name":"all"})").At("/Id");
    const Reply campaign = Post(
        app_ + "/campaigns",
        R"({"Schedule":{"StartTime":"IMMEDIATE"},"SegmentId":")" + segment +
            R"(","MessageConfiguration":{"EmailMessage":{"Title":"Hi","HtmlBody":"<p>x</p>"}}})");
    Advance(std::chrono::seconds{1});
    return app_ + "/campaigns/" + campaign.At("/Id").value_or("");
  }

  const std::string app_;
};

TEST_F(KpisOperationsTest, AnAnswerTellsOfMessagesThatWereSentJustBefore) {
  SendEmail("a@example.com");
  SendEmail("bounce@simulator.pinion");

  const Reply reply = Kpi("txn-emails-delivery-rate");

  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonAt("/KpiName", "txn-emails-delivery-rate"));
  EXPECT_THAT(reply, JsonAt("/StartTime", "2026-10-24T00:00:00.000Z"));
  EXPECT_THAT(reply, JsonAt("/EndTime", "2026-11-23T11:15:00.000Z"));
  EXPECT_THAT(reply,
              JsonAt("/KpiResult/Rows",
                     R"([{"GroupedBys":[],"Values":[{"Key":"TxnEmailsDeliveryRate",)"
                     R"("Type":"Double","Value":"0.5"}]}])"));
  EXPECT_THAT(reply, JsonLacks("/NextToken"));
}

TEST_F(KpisOperationsTest, RejectedMessagesAreNotSentAndSuppressedOnesAre) {
  SendEmail("reject@simulator.pinion");
  EXPECT_THAT(Kpi("txn-emails-sent"), JsonAt("/KpiResult/Rows", "[]"));

  SendEmail("suppressionlist@simulator.pinion");
  EXPECT_THAT(Kpi("txn-emails-sent"), JsonAt("/KpiResult/Rows/0/Values/0/Value", "1.0"));
  EXPECT_THAT(Kpi("txn-emails-hard-bounced"), JsonAt("/KpiResult/Rows/0/Values/0/Value", "1.0"));
}

TEST_F(KpisOperationsTest, NoDataIsAnEmptyListOfRows) {
  const Reply reply = Kpi("unique-deliveries");

  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonAt("/KpiResult", R"({"Rows":[]})"));
}

TEST_F(KpisOperationsTest, BadNamesAndRangesAre400) {
  EXPECT_THAT(Kpi("unique-delivery"), IsBadRequest());
  EXPECT_THAT(Kpi("unique-delivery"), JsonAt("/Message", HasSubstr("'unique-deliveries'")));
  EXPECT_THAT(Kpi("hard-bounce-rate"), IsBadRequest());
  EXPECT_THAT(Kpi("unique-deliveries?start-time=yesterday"), IsBadRequest());
  EXPECT_THAT(Kpi("unique-deliveries?start-time=2026-11-02&end-time=2026-11-01"), IsBadRequest());
}

TEST_F(KpisOperationsTest, AnUnknownApplicationComesBeforeTheName) {
  EXPECT_THAT(Get("/v1/apps/nowhere/kpis/daterange/nonsense"), IsNotFound());
}

TEST_F(KpisOperationsTest, ACampaignHasItsOwnKpis) {
  const std::string campaign = RunCampaign();

  const Reply reply =
      Get(campaign + "/kpis/daterange/attempted-deliveries-grouped-by-campaign-activity");

  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonAt("/CampaignId", campaign.substr(campaign.rfind('/') + 1)));
  const std::string activity = *Get(campaign + "/activities").At("/Item/0/Id");
  EXPECT_THAT(reply, JsonAt("/KpiResult/Rows/0/GroupedBys/0/Key", "CampaignActivityId"));
  EXPECT_THAT(reply, JsonAt("/KpiResult/Rows/0/GroupedBys/0/Value", activity));
  EXPECT_THAT(reply, JsonAt("/KpiResult/Rows/0/Values/0/Value", "1.0"));
}

TEST_F(KpisOperationsTest, AnUnknownOrDeletedCampaignComesBeforeTheName) {
  const std::string campaign = RunCampaign();
  EXPECT_THAT(Get(campaign + "/kpis/daterange/nonsense"), IsBadRequest());

  EXPECT_THAT(Delete(campaign), HasStatus(200));

  EXPECT_THAT(Get(campaign + "/kpis/daterange/nonsense"), IsNotFound());
  EXPECT_THAT(Get(campaign + "/kpis/daterange/unique-deliveries"), IsNotFound());
  EXPECT_THAT(Kpi("attempted-deliveries"), JsonAt("/KpiResult/Rows/0/Values/0/Value", "1.0"));
}

TEST_F(KpisOperationsTest, AJourneyHasItsOwnKpisWhichCountNothingBeforeItSends) {
  const Reply journey = Post(app_ + "/journeys", R"({"Name":"welcome"})");
  ASSERT_THAT(journey, HasStatus(201));
  const std::string id = *journey.At("/Id");
  const std::string kpis = app_ + "/journeys/" + id + "/kpis/daterange/";

  const Reply reply = Get(kpis + "emails-sent-grouped-by-journey-activity");

  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonAt("/JourneyId", id));
  EXPECT_THAT(reply, JsonAt("/KpiResult", R"({"Rows":[]})"));
  EXPECT_THAT(Get(kpis + "unique-deliveries"), IsBadRequest());

  EXPECT_THAT(Delete(app_ + "/journeys/" + id), HasStatus(200));
  EXPECT_THAT(Get(kpis + "unique-deliveries"), IsNotFound());
}

}  // namespace
}  // namespace pinion::api
