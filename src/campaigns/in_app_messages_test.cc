// In-app campaigns: when they are live, who is entitled to them, what their apps get and report.
#include <set>

#include "campaigns/campaigns_fixture.h"

namespace pinion::campaigns {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kFilter =
    R"("EventFilter":{"FilterType":"ENDPOINT","Dimensions":{"EventType":{"Values":["_session.start"]}}})";

class InAppMessagesTest : public CampaignsFixture {
 protected:
  InAppMessagesTest() { PutEndpoint("phone", R"({"ChannelType":"IN_APP"})"); }

  // `schedule`: further members of the schedule, each behind a comma.
  static std::string Campaign(const std::string& members = "",
                              const std::string& schedule = R"(,"StartTime":"IMMEDIATE")") {
    return R"({"MessageConfiguration":{"InAppMessage":{"Body":"Hello {{User.UserId}}","Layout":"TOP_BANNER"}},
               "Schedule":{"Frequency":"IN_APP_EVENT",)" +
           std::string(kFilter) + schedule + "}" + members + "}";
  }
  std::string CreateLive(const std::string& members = "") {
    const std::string id = Create(Campaign(members));
    Advance(seconds(0));
    return id;
  }
  base::Result<model::CampaignResponse> TryCreate(const std::string& json) {
    model::WriteCampaignRequest request = Request("{}");
    request.message_configuration.reset();
    return world().campaigns.Create(
        app_, Merge(request, Parse<model::WriteCampaignRequest>(json)), std::nullopt);
  }
  std::string Create(const std::string& json) {
    const auto made = TryCreate(json);
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
    return made.ok() ? made->id : "";
  }
  std::vector<model::InAppMessageCampaign> Get(const std::string& endpoint = "phone") {
    auto answer = world().in_app_messages.Get(app_, endpoint);
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.error().message);
    return answer.ok() ? *std::move(answer->in_app_message_campaigns)
                       : std::vector<model::InAppMessageCampaign>();
  }
  std::vector<std::string> Ids(const std::string& endpoint = "phone") {
    std::vector<std::string> ids;
    for (const auto& campaign : Get(endpoint)) {
      ids.push_back(*campaign.campaign_id);
    }
    return ids;
  }
  void Report(const std::string& type,
              const std::string& campaign,
              const std::string& endpoint = "phone") {
    eventlog::Event event;
    event.event_type = type;
    event.endpoint_id = endpoint;
    event.reported_at = event.arrived_at = machine_.clock.Now();
    event.attributes = {{"campaign_id", campaign}, {"treatment_id", "0"}};
    storage::WriteBatch batch;
    const auto append = world().event_log.Add(app_, std::span(&event, 1), batch);
    ASSERT_TRUE(store_.Apply(batch).ok());
  }
  void Settle() { world().work.WaitUntilQuiet(); }
};

TEST_F(InAppMessagesTest, BodyAloneBecomesOneItemAndIsNotPersonalised) {
  const std::string id = CreateLive(R"(,"Priority":3,"Limits":{"Daily":1,"Session":2})");
  const auto campaigns = Get();
  ASSERT_EQ(campaigns.size(), 1U);
  EXPECT_EQ(
      model::ToJson(campaigns[0]),
      R"({"CampaignId":")" + id +
          R"(","DailyCap":1,"InAppMessage":{"Content":[{"BodyConfig":{"Alignment":"LEFT",)"
          R"("Body":"Hello {{User.UserId}}","TextColor":"#000000"}}],"Layout":"TOP_BANNER"},)"
          R"("Priority":3,"Schedule":{"EventFilter":{"Dimensions":{"Attributes":{},)"
          R"("EventType":{"Values":["_session.start"]},"Metrics":{}},"FilterType":"ENDPOINT"}},)"
          R"("SessionCap":2,"TotalCap":0,"TreatmentId":"0"})");
}

TEST_F(InAppMessagesTest, TheTemplateIsShownUnderWhatTheCampaignSays) {
  ASSERT_TRUE(
      world()
          .templates
          .Create<templates::InAppKind>(
              "welcome",
              Parse<model::InAppTemplateRequest>(
                  R"({"Layout":"OVERLAYS","CustomConfig":{"a":"1"},"Content":[{"ImageUrl":"u"}]})"),
              "us-east-1")
          .ok());
  Create(R"({"TemplateConfiguration":{"InAppTemplate":{"Name":"welcome"}},
             "MessageConfiguration":{"InAppMessage":{"CustomConfig":{"b":"2"}}},
             "Schedule":{"Frequency":"IN_APP_EVENT","StartTime":"IMMEDIATE",)" +
         std::string(kFilter) + "}}");
  Advance(seconds(0));
  const auto campaigns = Get();
  ASSERT_EQ(campaigns.size(), 1U);
  EXPECT_EQ(model::ToJson(*campaigns[0].in_app_message),
            R"({"Content":[{"ImageUrl":"u"}],"CustomConfig":{"b":"2"},"Layout":"OVERLAYS"})");
}

TEST_F(InAppMessagesTest, ItIsLiveFromStartTimeUntilEndTime) {
  const std::string id = Create(
      Campaign("", R"(,"StartTime":"2026-11-23T11:16:00Z","EndTime":"2026-11-23T11:20:00Z")"));
  EXPECT_EQ(StatusOf(id), "SCHEDULED");
  EXPECT_THAT(Get(), IsEmpty());
  EXPECT_THAT(ActivitiesOf(id), IsEmpty());

  Advance(minutes(1));
  EXPECT_EQ(StatusOf(id), "EXECUTING");
  ASSERT_THAT(Ids(), ElementsAre(id));
  EXPECT_EQ(Get()[0].schedule->end_date, "2026-11-23T11:20:00.000Z");
  EXPECT_EQ(ActivitiesOf(id)[0].state, "RUNNING");
  EXPECT_EQ(ActivitiesOf(id)[0].start, "2026-11-23T11:16:00.000Z");

  Advance(minutes(4));
  EXPECT_EQ(StatusOf(id), "COMPLETED");
  EXPECT_THAT(Get(), IsEmpty());
  ASSERT_EQ(ActivitiesOf(id).size(), 1U);
  EXPECT_EQ(ActivitiesOf(id)[0].state, "COMPLETED");
  EXPECT_EQ(ActivitiesOf(id)[0].result, "SUCCESS");
  EXPECT_EQ(ActivitiesOf(id)[0].end, "2026-11-23T11:20:00.000Z");
}

TEST_F(InAppMessagesTest, PausedItIsNotShownAndResumedItIsAgainWithTheSameActivity) {
  const std::string id = CreateLive();
  ASSERT_TRUE(Update(id, R"({"IsPaused":true})").ok());
  EXPECT_EQ(StatusOf(id), "PAUSED");
  EXPECT_EQ(ActivitiesOf(id)[0].state, "PAUSED");
  EXPECT_THAT(Get(), IsEmpty());
  ASSERT_TRUE(Update(id, R"({"IsPaused":false})").ok());
  EXPECT_EQ(StatusOf(id), "EXECUTING");
  EXPECT_THAT(Ids(), ElementsAre(id));
  ASSERT_EQ(ActivitiesOf(id).size(), 1U);
  EXPECT_EQ(ActivitiesOf(id)[0].state, "RUNNING");
}

TEST_F(InAppMessagesTest, PausedItIsCompletedAtEndTimeAllTheSame) {
  const std::string id =
      Create(Campaign("", R"(,"StartTime":"IMMEDIATE","EndTime":"2026-11-23T11:20:00Z")"));
  Advance(seconds(1));
  ASSERT_TRUE(Update(id, R"({"IsPaused":true})").ok());
  Advance(minutes(10));
  EXPECT_EQ(StatusOf(id), "COMPLETED");
}

TEST_F(InAppMessagesTest, AnUpdateWhileItIsLiveCountsAtOnce) {
  const std::string id = CreateLive();
  ASSERT_TRUE(Update(id, R"({"MessageConfiguration":{"InAppMessage":{"Body":"new"}}})").ok());
  EXPECT_EQ(StatusOf(id), "EXECUTING");
  ASSERT_EQ(Get().size(), 1U);
  EXPECT_EQ(Get()[0].in_app_message->content->front().body_config->body, "new");
}

TEST_F(InAppMessagesTest, OnlyActiveInAppEndpointsOfTheSegmentAreEntitled) {
  segment_ = MakeSegment(
      R"({"Dimensions":{"Attributes":{"tier":{"AttributeType":"INCLUSIVE","Values":["gold"]}}}})");
  const std::string id = CreateLive();
  EXPECT_THAT(Ids(), IsEmpty());
  PutEndpoint("phone", R"({"Attributes":{"tier":["gold"]}})");
  EXPECT_THAT(Ids(), ElementsAre(id));
  PutEndpoint("phone", R"({"OptOut":"ALL"})");
  EXPECT_THAT(Ids(), IsEmpty());
  PutEndpoint("phone", R"({"OptOut":"NONE","EndpointStatus":"INACTIVE"})");
  EXPECT_THAT(Ids(), IsEmpty());
  PutEndpoint(
      "mail",
      R"({"ChannelType":"EMAIL","Address":"a@example.com","Attributes":{"tier":["gold"]}})");
  EXPECT_THAT(Ids("mail"), IsEmpty());
  EXPECT_EQ(world().in_app_messages.Get(app_, "nobody").error().code, base::Errc::kNotFound);
}

TEST_F(InAppMessagesTest, TheFirstPriorityComesFirstThenTheEarliestEndThenTheNewest) {
  const std::string oldest = CreateLive();
  Advance(seconds(1));
  const std::string newer = CreateLive();
  const std::string ending =
      Create(Campaign("", R"(,"StartTime":"IMMEDIATE","EndTime":"2027-01-01T00:00:00Z")"));
  const std::string second = CreateLive(R"(,"Priority":2)");
  const std::string first = CreateLive(R"(,"Priority":1)");
  EXPECT_THAT(Ids(), ElementsAre(first, second, ending, newer, oldest));
}

TEST_F(InAppMessagesTest, TheTotalCapCountsWhatTheEndpointHasDisplayed) {
  PutEndpoint("other", R"({"ChannelType":"IN_APP"})");
  const std::string id = CreateLive(R"(,"Limits":{"Total":2})");
  Report("_inapp.message_displayed", id);
  Report("_inapp.message_clicked", id);
  Settle();
  EXPECT_THAT(Ids(), ElementsAre(id));
  EXPECT_EQ(Get()[0].total_cap, 2);
  Report("_inapp.message_displayed", id);
  Settle();
  EXPECT_THAT(Ids(), IsEmpty());
  EXPECT_THAT(Ids("other"), ElementsAre(id));
}

TEST_F(InAppMessagesTest, ActivityAndCountersTellWhoWasGivenItAndWhoDisplayedIt) {
  PutEndpoint("other", R"({"ChannelType":"IN_APP"})");
  const std::string id = CreateLive();
  Get();
  Get();
  Get("other");
  Report("_inapp.message_displayed", id);
  Report("_inapp.message_displayed", id);
  Report("_inapp.message_dismissed", id);
  Report("_inapp.message_displayed", "no-such-campaign");
  Settle();
  EXPECT_EQ(ActivitiesOf(id)[0].total_endpoint_count, 2);
  EXPECT_EQ(ActivitiesOf(id)[0].successful_endpoint_count, 1);
  const auto counters = world().campaigns.Counters(app_, base::CampaignId(id));
  EXPECT_EQ(counters->in_app_displayed, 2);
  EXPECT_EQ(counters->in_app_dismissed, 1);
  EXPECT_EQ(counters->in_app_clicked, 0);
}

TEST_F(InAppMessagesTest, EachEndpointGetsTheContentOfItsTreatmentAndTheHoldoutNone) {
  const std::string id = CreateLive(
      R"(,"HoldoutPercent":30,"AdditionalTreatments":[{"SizePercent":40,
          "MessageConfiguration":{"InAppMessage":{"Body":"one"}}}])");
  std::set<std::string> seen;
  for (int i = 0; i < 40; ++i) {
    const std::string endpoint = "p" + std::to_string(i);
    PutEndpoint(endpoint, R"({"ChannelType":"IN_APP"})");
    const auto campaigns = Get(endpoint);
    ASSERT_LE(campaigns.size(), 1U);
    if (campaigns.empty()) {
      seen.insert("none");
      continue;
    }
    const auto& body = campaigns[0].in_app_message->content->front().body_config->body;
    EXPECT_EQ(body == "one", campaigns[0].treatment_id == "1");
    seen.insert(*campaigns[0].treatment_id);
  }
  EXPECT_THAT(seen, ElementsAre("0", "1", "none"));
  const auto campaign = world().campaigns.Get(app_, base::CampaignId(id));
  EXPECT_EQ(campaign->default_state->campaign_status, model::CampaignStatus::kExecuting);
  EXPECT_EQ(campaign->additional_treatments->front().id, "1");
  EXPECT_EQ(campaign->additional_treatments->front().state->campaign_status,
            model::CampaignStatus::kExecuting);
}

TEST_F(InAppMessagesTest, DeletedItIsGone) {
  const std::string id = CreateLive();
  ASSERT_TRUE(world().campaigns.Delete(app_, base::CampaignId(id)).ok());
  EXPECT_THAT(Get(), IsEmpty());
}

TEST_F(InAppMessagesTest, WithItsSegmentItIsGone) {
  const std::string id = CreateLive();
  ASSERT_TRUE(world().segments.Delete(app_, base::SegmentId(segment_)).ok());
  EXPECT_EQ(StatusOf(id), "DELETED");
  EXPECT_THAT(Get(), IsEmpty());
  EXPECT_EQ(ActivitiesOf(id)[0].state, "CANCELLED");
}

TEST_F(InAppMessagesTest, ARestartChangesNothing) {
  const std::string id = CreateLive();
  Start();
  EXPECT_THAT(Ids(), ElementsAre(id));
}

TEST_F(InAppMessagesTest, RefusesWhatApsCannotShowNamingTheMember) {
  const auto content = [](const std::string& message) {
    return R"({"MessageConfiguration":{"InAppMessage":)" + message +
           R"(},"Schedule":{"Frequency":"IN_APP_EVENT","StartTime":"IMMEDIATE",)" + kFilter + "}}";
  };
  const std::vector<std::pair<std::string, const char*>> cases = {
      {content(R"({"Layout":"TOP_BANNER"})"), "InAppMessage"},
      {content(R"({"Content":[{},{},{},{},{},{}]})"), "Content"},
      {content(
           R"({"Content":[{"PrimaryBtn":{"DefaultConfig":{"ButtonAction":"LINK","Text":"t"}}}]})"),
       "Content[0].PrimaryBtn.DefaultConfig.Link"},
      {R"({"MessageConfiguration":{"SMSMessage":{"Body":"x"}},"Schedule":{"Frequency":"IN_APP_EVENT","StartTime":"IMMEDIATE",)" +
           std::string(kFilter) + "}}",
       "Schedule.Frequency"},
      {R"({"MessageConfiguration":{"InAppMessage":{"Body":"x"},"SMSMessage":{"Body":"x"}},"Schedule":{"Frequency":"IN_APP_EVENT","StartTime":"IMMEDIATE",)" +
           std::string(kFilter) + "}}",
       "InAppMessage"},
      {R"({"MessageConfiguration":{"InAppMessage":{"Body":"x"}}})", "IN_APP_EVENT"},
  };
  for (const auto& [json, member] : cases) {
    const auto made = TryCreate(json);
    ASSERT_FALSE(made.ok()) << json;
    EXPECT_EQ(made.error().code, base::Errc::kInvalidArgument);
    EXPECT_THAT(made.error().message, HasSubstr(member)) << json;
  }
}

}  // namespace
}  // namespace pinion::campaigns
