// What a client sees of journeys over HTTP; the rules themselves are tested in journeys/.
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

class JourneysOperationsTest : public testing::ApiTest {
 protected:
  JourneysOperationsTest() : app_("/v1/apps/" + MakeApp()) {
    segment_ = *Post(app_ + "/segments", R"({"Name":"all"})").At("/Id");
    EXPECT_THAT(Post("/v1/templates/hello/email", R"({"Subject":"s","HtmlPart":"<p>hi</p>"})"),
                HasStatus(201));
  }

  // A journey that can be published, with a state and further members.
  std::string Journey(const std::string& more = "") const {
    return R"({"Name":"welcome","StartActivity":"mail","StartCondition":{"SegmentStartCondition":{"SegmentId":")" +
           segment_ +
           R"("}},"Activities":{"mail":{"EMAIL":{"TemplateName":"hello","NextActivity":"split"}},
               "split":{"ConditionalSplit":{"Condition":{"Operator":"ANY","Conditions":[{"EventCondition":{"MessageActivity":"mail",
               "Dimensions":{"EventType":{"DimensionType":"INCLUSIVE","Values":["_email.click"]}}}},
               {"segmentDimensions":{"Attributes":{"tier":{"Values":["gold"]}}}}]},
               "EvaluationWaitTime":{"WaitFor":"P3D"}}}})" +
           more + "}";
  }
  Reply Create(const std::string& more = "") { return Post(app_ + "/journeys", Journey(more)); }
  std::string PathOf(const Reply& journey) const {
    return app_ + "/journeys/" + journey.At("/Id").value_or("");
  }

  const std::string app_;
  std::string segment_;
};

TEST_F(JourneysOperationsTest, CreateAnswers201WithADraftAsItWasSent) {
  const Reply reply = Create(R"(,"Schedule":{"StartTime":"2026-12-01T09:00:00+01:00"})");
  EXPECT_THAT(reply, HasStatus(201));
  EXPECT_THAT(reply, JsonAt("/State", "DRAFT"));
  EXPECT_THAT(reply, JsonAt("/CreationDate", "2026-11-23T11:15:00.000Z"));
  EXPECT_THAT(reply, JsonAt("/Schedule/StartTime", "2026-12-01T09:00:00+01:00"));
  EXPECT_THAT(reply, JsonAt("/tags", "{}"));
  EXPECT_THAT(reply, JsonLacks("/Limits"));
  EXPECT_THAT(reply,
              JsonAt("/Activities/split/ConditionalSplit/Condition/Conditions/1/segmentDimensions/"
                     "Attributes/tier/Values/0",
                     "gold"));
  EXPECT_EQ(Get(PathOf(reply)).body, reply.body);
}

TEST_F(JourneysOperationsTest, APublicationNamesEveryProblem) {
  const Reply reply = Post(
      app_ + "/journeys",
      R"({"Name":"j","State":"ACTIVE","StartActivity":"a","Activities":{"a":{"Wait":{"NextActivity":"a"}}}})");
  EXPECT_THAT(reply, IsBadRequest());
  EXPECT_THAT(
      reply,
      JsonAt("/Message",
             "START_CONDITION Member 'StartCondition': exactly one of SegmentStartCondition and "
             "EventStartCondition must be set.; "
             "a: CYCLE Member 'Activities.a.Wait.NextActivity': it leads back to 'a'.; "
             "a: WAIT Member 'Activities.a.Wait.WaitTime': it is required."));
  EXPECT_THAT(Get(app_ + "/journeys"), JsonAt("/Item", "[]"));
}

TEST_F(JourneysOperationsTest, WhatAnActiveJourneyCannotTakeIs409) {
  const Reply journey = Create(R"(,"State":"ACTIVE")");
  EXPECT_THAT(journey, JsonAt("/State", "ACTIVE"));
  EXPECT_THAT(Put(PathOf(journey), R"({"Name":"x","StartActivity":"split"})"),
              IsError(409, "ConflictException"));
  EXPECT_THAT(Put(PathOf(journey), R"({"Name":"x","Limits":{"DailyCap":3}})"),
              JsonAt("/Limits/DailyCap", 3));
}

TEST_F(JourneysOperationsTest, StatesAreChangedByTheirOwnOperation) {
  const Reply journey = Create();
  const std::string state = PathOf(journey) + "/state";
  EXPECT_THAT(Put(state, R"({"State":"PAUSED"})"), IsBadRequest());
  EXPECT_THAT(Put(state, R"({"State":"ACTIVE"})"), JsonAt("/State", "ACTIVE"));
  EXPECT_THAT(Put(state, R"({"State":"PAUSED"})"), JsonAt("/State", "PAUSED"));
  EXPECT_THAT(Put(state, R"({"State":"CANCELLED"})"), JsonAt("/State", "CANCELLED"));
  EXPECT_THAT(Put(state, R"({"State":"SLEEPING"})"), IsBadRequest());
  EXPECT_THAT(Put(state, "{}"), IsBadRequest());
}

TEST_F(JourneysOperationsTest, EndTimeIsSeenAfterTheClockHasMoved) {
  const Reply journey =
      Create(R"(,"State":"ACTIVE","Schedule":{"EndTime":"2026-11-24T00:00:00Z"})");
  Advance(std::chrono::hours(24));
  EXPECT_THAT(Get(PathOf(journey)), JsonAt("/State", "COMPLETED"));
}

TEST_F(JourneysOperationsTest, ListsArePaged) {
  for (int i = 0; i < 3; ++i) {
    Create();
  }
  const Reply first = Get(app_ + "/journeys?page-size=2");
  EXPECT_THAT(first, JsonLacks("/Item/2"));
  const Reply second = Get(app_ + "/journeys?page-size=2&token=" + *first.At("/NextToken"));
  EXPECT_THAT(second, JsonLacks("/Item/1"));
  EXPECT_THAT(second, JsonLacks("/NextToken"));
  EXPECT_THAT(Get(app_ + "/journeys?token=x"), IsBadRequest());
}

TEST_F(JourneysOperationsTest, APublishedJourneyHasAScheduledRunAndCountsNothing) {
  const std::string path = PathOf(Create(R"(,"State":"ACTIVE")"));
  const Reply runs = Get(path + "/runs");
  EXPECT_THAT(runs, JsonAt("/Item/0/Status", "SCHEDULED"));
  EXPECT_THAT(runs, JsonLacks("/Item/1"));
  const std::string run = path + "/runs/" + *runs.At("/Item/0/RunId");
  EXPECT_THAT(Get(run + "/execution-metrics"), JsonAt("/Metrics/ENDPOINT_ENTERED", "0"));
  EXPECT_THAT(Get(run + "/activities/split/execution-metrics"),
              JsonAt("/Metrics/Branch_FALSE", "0"));
  const Reply metrics = Get(path + "/execution-metrics");
  EXPECT_THAT(metrics, JsonAt("/Metrics/ENDPOINT_ENTERED", "0"));
  EXPECT_THAT(metrics, JsonAt("/LastEvaluatedTime", "2026-11-23T11:15:00.000Z"));
  const Reply activity = Get(path + "/activities/split/execution-metrics");
  EXPECT_THAT(activity, JsonAt("/ActivityType", "CONDITIONAL_SPLIT"));
  EXPECT_THAT(activity, JsonAt("/Metrics/Branch_TRUE", "0"));
  EXPECT_THAT(Get(path + "/activities/nowhere/execution-metrics"), IsNotFound());
  EXPECT_THAT(Get(path + "/runs/" + std::string(32, '0') + "/execution-metrics"), IsNotFound());
  EXPECT_THAT(Get(path + "/runs/" + std::string(32, '0') + "/activities/split/execution-metrics"),
              IsNotFound());
}

TEST_F(JourneysOperationsTest, ValidationSaysThatAPublishedJourneyWaits) {
  const Reply journey = Create(R"(,"State":"ACTIVE")");
  const Reply validation = Post("/pinion" + PathOf(journey) + "/validate", "");
  EXPECT_THAT(validation, JsonAt("/Errors", "[]"));
  EXPECT_THAT(validation, JsonAt("/Warnings/0/Code", "NOT_BUILT"));
}

TEST_F(JourneysOperationsTest, DeleteAnswersTheJourneyAndThenNothingIsThere) {
  const Reply journey = Create();
  EXPECT_EQ(Delete(PathOf(journey)).body, journey.body);
  for (const char* below :
       {"", "/runs", "/execution-metrics", "/activities/mail/execution-metrics"}) {
    EXPECT_THAT(Get(PathOf(journey) + below), IsNotFound()) << below;
  }
  EXPECT_THAT(Delete(PathOf(journey)), IsNotFound());
}

TEST_F(JourneysOperationsTest, TagsAreThoseOfTheResource) {
  const Reply journey = Create();
  const std::string arn = "/v1/tags/arn:aws:mobiletargeting:us-east-1:123456789012:" +
                          PathOf(journey).substr(std::string_view("/v1/").size());
  EXPECT_THAT(Post(arn, R"({"tags":{"team":"a"}})"), HasStatus(204));
  EXPECT_THAT(Get(PathOf(journey)), JsonAt("/tags/team", "a"));
  EXPECT_THAT(Get(arn), JsonAt("/tags/team", "a"));
  EXPECT_THAT(Delete(PathOf(journey)), HasStatus(200));
  EXPECT_THAT(Get(arn), IsNotFound());
}

TEST_F(JourneysOperationsTest, JourneysGoWithTheirApplication) {
  const Reply journey = Create();
  EXPECT_THAT(Delete(app_), HasStatus(200));
  EXPECT_THAT(Get(PathOf(journey)), IsNotFound());
}

}  // namespace
}  // namespace pinion::api
