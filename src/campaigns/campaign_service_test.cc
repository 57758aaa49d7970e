// Campaigns as a resource: what is valid, how updates merge, which states follow.
#include "campaigns/campaigns_fixture.h"

namespace pinion::campaigns {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CampaignServiceTest : public CampaignsFixture {
 protected:
  std::string RefusalOf(const std::string& json) {
    const auto made = TryCreate(json);
    if (made.ok()) {
      return "none";
    }
    EXPECT_EQ(made.error().code, base::Errc::kInvalidArgument);
    return made.error().message;
  }
  std::string NotBuilt(const std::string& json) {
    const auto made = TryCreate(json);
    if (made.ok()) {
      return "none";
    }
    EXPECT_EQ(made.error().code, base::Errc::kNotImplemented) << made.error().message;
    return made.error().message;
  }
};

TEST_F(CampaignServiceTest, ResponseHasWhatIsAlwaysThereAndWhatWasGiven) {
  const auto made = TryCreate(R"({"tags":{"team":"a"},"Limits":{"Total":3}})");
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->arn,
            "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/" + app_.value() + "/campaigns/" +
                made->id);
  EXPECT_EQ(made->creation_date, "2026-11-23T11:15:00.000Z");
  EXPECT_EQ(made->version, 1);
  EXPECT_EQ(made->segment_version, 1);
  EXPECT_EQ(made->is_paused, false);
  EXPECT_EQ(made->holdout_percent, 0);
  EXPECT_EQ(made->limits->total, 3);
  EXPECT_TRUE(made->additional_treatments->empty());
  EXPECT_EQ(*made->tags->Find("team"), "a");
  EXPECT_EQ(made->state->campaign_status, model::CampaignStatus::kScheduled);
  EXPECT_FALSE(made->description || made->hook || made->priority || made->default_state);
}

TEST_F(CampaignServiceTest, RefusesWhatIsInvalidNamingTheMember) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {R"({"SegmentId":"nowhere"})", "'SegmentId'"},
      {R"({"SegmentVersion":7})", "'SegmentVersion'"},
      {R"({"MessageConfiguration":{}})", "'MessageConfiguration'"},
      {R"({"MessageConfiguration":{"EmailMessage":{}}})", "'MessageConfiguration'"},
      {R"({"HoldoutPercent":101})", "'HoldoutPercent'"},
      {R"({"HoldoutPercent":60,"AdditionalTreatments":[{"SizePercent":41}]})", "SizePercent"},
      {R"({"Limits":{"Daily":-1}})", "'Limits.Daily'"},
      {R"({"Limits":{"MaximumDuration":59}})", "'Limits.MaximumDuration'"},
      {R"({"Schedule":{"StartTime":"IMMEDIATE","EndTime":"2020-01-01"}})", "'Schedule.EndTime'"},
      {R"({"Schedule":{"StartTime":"2020-01-01","EndTime":"2020-01-02"}})", "'Schedule.EndTime'"},
      {R"({"Schedule":{"StartTime":"IMMEDIATE","Frequency":"EVENT"}})", "EventFilter"},
      {R"({"TemplateConfiguration":{"EmailTemplate":{"Name":"no-such"}}})", "EmailTemplate"},
      {R"({"TemplateConfiguration":{"PushTemplate":{"Name":"no-such"}}})", "PushTemplate"},
      {R"({"MessageConfiguration":{"EmailMessage":{"Title":"{{#if x}}"}}})", "EmailMessage.Title"},
      {R"({"MessageConfiguration":{"InAppMessage":{"Body":"x"}}})", "InAppMessage"},
      {R"({"MessageConfiguration":{"CustomMessage":{"Data":"x"}}})", "DeliveryUri"},
      {R"({"CustomDeliveryConfiguration":{"DeliveryUri":"http://example.com/"}})", "DeliveryUri"},
      {R"({"Hook":{"Mode":"FILTER"}})", "Hook"},
      {R"({"tags":{"":"x"}})", "ag"},
  };
  for (const auto& [json, member] : cases) {
    EXPECT_THAT(RefusalOf(json), HasSubstr(member)) << json;
  }
  EXPECT_THAT(world().campaigns.List(app_, {})->items, IsEmpty());
}

TEST_F(CampaignServiceTest, SaysWhatIsNotBuiltOnceTheRestIsValid) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {R"({"Schedule":{"StartTime":"IMMEDIATE","Frequency":"EVENT","EventFilter":{"FilterType":"SYSTEM",
           "Dimensions":{"EventType":{"Values":["x"]}}}}})",
       "Schedule.EventFilter.FilterType"},
      {R"({"Schedule":{"StartTime":"2027-01-01T09:00","IsLocalTime":true}})", "IsLocalTime"},
      {R"({"AdditionalTreatments":[{"SizePercent":10,
           "MessageConfiguration":{"GCMMessage":{"Body":"x"}}}]})",
       "AdditionalTreatments.1.MessageConfiguration"},
      {R"({"Hook":{"WebUrl":"https://example.com/"}})", "Hook"},
      {R"({"MessageConfiguration":{"CustomMessage":{"Data":"x"}},
           "CustomDeliveryConfiguration":{"DeliveryUri":"my-function"}})",
       "CustomMessage"},
      {R"({"MessageConfiguration":{"GCMMessage":{"Body":"x"}}})", "push"},
  };
  for (const auto& [json, what] : cases) {
    EXPECT_THAT(NotBuilt(json), HasSubstr(what)) << json;
  }
  EXPECT_THAT(world().campaigns.List(app_, {})->items, IsEmpty());
}

TEST_F(CampaignServiceTest, AbsentMembersStayAndPresentOnesReplaceWhole) {
  const std::string id = Create(
      R"({"Schedule":{"StartTime":"2027-01-01","Timezone":"UTC+01"},"Limits":{"Daily":1,"Total":2},"Description":"d"})");
  const auto updated = Update(id, R"({"Name":"n","Limits":{"Total":5},"tags":{"x":"y"}})");
  ASSERT_TRUE(updated.ok()) << updated.error().message;
  EXPECT_EQ(updated->version, 2);
  EXPECT_EQ(updated->name, "n");
  EXPECT_EQ(updated->description, "d");
  EXPECT_FALSE(updated->limits->daily.has_value());
  EXPECT_EQ(updated->limits->total, 5);
  EXPECT_EQ(updated->schedule->timezone, "UTC+01");
  EXPECT_TRUE(updated->tags->empty());
}

TEST_F(CampaignServiceTest, VersionsAreKeptAndListedNewestFirst) {
  const std::string id = Create(R"({"Schedule":{"StartTime":"2027-01-01"}})");
  ASSERT_TRUE(Update(id, R"({"Name":"two"})").ok());
  ASSERT_TRUE(Update(id, R"({"Name":"three"})").ok());
  const base::CampaignId campaign(id);
  EXPECT_EQ(world().campaigns.GetVersion(app_, campaign, "2")->name, "two");
  EXPECT_EQ(world().campaigns.GetVersion(app_, campaign, "9").error().code, base::Errc::kNotFound);
  EXPECT_EQ(world().campaigns.GetVersion(app_, campaign, "x").error().code,
            base::Errc::kInvalidArgument);
  const auto first = world().campaigns.ListVersions(app_, campaign, {.after = "", .limit = 2});
  ASSERT_EQ(first->items.size(), 2U);
  EXPECT_EQ(first->items[0].version, 3);
  const auto rest =
      world().campaigns.ListVersions(app_, campaign, {.after = first->next, .limit = 2});
  ASSERT_EQ(rest->items.size(), 1U);
  EXPECT_EQ(rest->items[0].name, "c");
  EXPECT_EQ(rest->next, "");
}

TEST_F(CampaignServiceTest, PauseHoldsTheStartAndAnOverdueOneComesAtOnce) {
  PutMailboxes(1);
  const std::string id =
      Create(R"({"Schedule":{"StartTime":"2026-11-23T11:16:00Z"},"IsPaused":false})");
  ASSERT_TRUE(Update(id, R"({"IsPaused":true})").ok());
  EXPECT_EQ(StatusOf(id), "PAUSED");
  Advance(seconds(120));
  EXPECT_EQ(StatusOf(id), "PAUSED");
  EXPECT_THAT(ActivitiesOf(id), IsEmpty());

  ASSERT_TRUE(Update(id, R"({"IsPaused":false})").ok());
  EXPECT_EQ(StatusOf(id), "SCHEDULED");
  Advance(seconds(0));
  EXPECT_EQ(StatusOf(id), "COMPLETED");
  EXPECT_EQ(ActivitiesOf(id)[0].scheduled_start, "2026-11-23T11:16:00.000Z");
  EXPECT_EQ(ActivitiesOf(id)[0].start, "2026-11-23T11:17:00.000Z");
}

TEST_F(CampaignServiceTest, ResumedAfterItsEndTimeItIsCompleted) {
  const std::string id = Create(
      R"({"Schedule":{"StartTime":"2026-11-23T11:16:00Z","EndTime":"2026-11-23T11:17:00Z"},"IsPaused":true})");
  Advance(seconds(600));
  const auto resumed = Update(id, R"({"IsPaused":false})");
  ASSERT_TRUE(resumed.ok()) << resumed.error().message;
  EXPECT_EQ(StatusOf(id), "COMPLETED");
}

TEST_F(CampaignServiceTest, ANewScheduleReplacesTheOldOne) {
  PutMailboxes(1);
  const std::string id = Create(R"({"Schedule":{"StartTime":"2026-11-23T11:16:00Z"}})");
  ASSERT_TRUE(Update(id, R"({"Schedule":{"StartTime":"2026-11-23T12:00:00Z"}})").ok());
  Advance(seconds(600));
  EXPECT_EQ(StatusOf(id), "SCHEDULED");
  Advance(std::chrono::hours(1));
  EXPECT_EQ(StatusOf(id), "COMPLETED");
  EXPECT_EQ(Messages().size(), 1U);
}

TEST_F(CampaignServiceTest, WhileItRunsOnlyWhatDoesNotConcernTheRunMayChange) {
  PutMailboxes(3);
  const std::string id = Create(R"({"Limits":{"MessagesPerSecond":1}})");
  Advance(seconds(0));
  ASSERT_EQ(StatusOf(id), "EXECUTING");
  EXPECT_TRUE(Update(id, R"({"Name":"n","Description":"d","Priority":2,"IsPaused":true})").ok());
  EXPECT_TRUE(Update(id, R"({"Limits":{"MessagesPerSecond":1}})").ok());
  EXPECT_THAT(Update(id, R"({"Limits":{"MessagesPerSecond":2}})").error().message,
              HasSubstr("'Limits'"));
  Advance(seconds(5));
  EXPECT_EQ(StatusOf(id), "COMPLETED");
  EXPECT_EQ(world().campaigns.Get(app_, base::CampaignId(id))->is_paused, true);
  EXPECT_EQ(Messages().size(), 3U);
}

TEST_F(CampaignServiceTest, CompletedItTakesANewNameOnly) {
  const std::string id = Create();
  Advance(seconds(1));
  EXPECT_TRUE(Update(id, R"({"Name":"n"})").ok());
  EXPECT_FALSE(Update(id, R"({"Priority":1})").ok());
  EXPECT_FALSE(Update(id, R"({"Schedule":{"StartTime":"2099-01-01"}})").ok());
  EXPECT_EQ(StatusOf(id), "COMPLETED");
}

TEST_F(CampaignServiceTest, DeletedItIsGoneAndNeverStarts) {
  PutMailboxes(1);
  const std::string id = Create(R"({"Schedule":{"StartTime":"2026-11-23T11:16:00Z"}})");
  const auto last = world().campaigns.Delete(app_, base::CampaignId(id));
  ASSERT_TRUE(last.ok());
  EXPECT_EQ(last->state->campaign_status, model::CampaignStatus::kDeleted);
  Advance(seconds(600));
  EXPECT_EQ(StatusOf(id), "Resource not found");
  EXPECT_THAT(Messages(), IsEmpty());
}

TEST_F(CampaignServiceTest, ListsNewestFirst) {
  const std::string first = Create();
  machine_.clock.Advance(seconds(1));
  const std::string second = Create();
  const auto page = world().campaigns.List(app_, {});
  ASSERT_EQ(page->items.size(), 2U);
  EXPECT_EQ(page->items[0].id, second);
  EXPECT_EQ(page->items[1].id, first);
}

TEST_F(CampaignServiceTest, SettingsOfTheApplicationAreCapturedAtEachUpdate) {
  PutMailboxes(3);
  const std::string before = Create(R"({"Schedule":{"StartTime":"2026-11-23T11:16:00Z"}})");
  ASSERT_TRUE(world()
                  .settings
                  .Update(app_,
                          Parse<model::WriteApplicationSettingsRequest>(
                              R"({"Limits":{"MessagesPerSecond":1}})"))
                  .ok());
  const std::string after = Create(R"({"Schedule":{"StartTime":"2026-11-23T11:16:00Z"}})");
  Advance(seconds(60));
  EXPECT_EQ(StatusOf(before), "COMPLETED");
  EXPECT_EQ(StatusOf(after), "EXECUTING");
}

TEST_F(CampaignServiceTest, TagsAreReadAndChangedByResource) {
  const std::string id = Create(R"({"tags":{"a":"1"}})");
  const std::string resource = "apps/" + app_.value() + "/campaigns/" + id;
  ASSERT_TRUE(world().campaigns.UpdateTags(resource, {.set = {{"b", "2"}}, .remove = {"a"}}).ok());
  EXPECT_THAT(*world().campaigns.TagsOf(resource),
              ElementsAre(std::pair<std::string, std::string>("b", "2")));
  EXPECT_FALSE(world().campaigns.TagsOf(resource + "x").ok());
}

TEST_F(CampaignServiceTest, DeletingTheApplicationLeavesNothing) {
  PutMailboxes(3);
  Create(R"({"Limits":{"MessagesPerSecond":1}})");
  Advance(seconds(0));
  ASSERT_TRUE(world().applications.Delete(app_).ok());
  Advance(seconds(5));
  EXPECT_TRUE(world().campaign_store.Runs()->empty());
  EXPECT_THAT(world().campaigns.List(app_, {})->items, IsEmpty());
}

}  // namespace
}  // namespace pinion::campaigns
