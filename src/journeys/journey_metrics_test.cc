#include "journeys/journey_metrics.h"

#include "journeys/journeys_fixture.h"

namespace pinion::journeys {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class JourneyMetricsTest : public JourneysTest {
 protected:
  // The keys of the metrics of an activity.
  std::vector<std::string> KeysOf(const std::string& activity) {
    const auto journey = Create(R"({"Name":"j","Activities":{"x":)" + activity + "}}");
    const auto metrics = journeys().ActivityMetrics(app_, base::JourneyId(journey->id), "x");
    type_ = metrics->activity_type;
    std::vector<std::string> keys;
    for (const auto& [key, value] : metrics->metrics) {
      EXPECT_EQ(value, "0");
      keys.push_back(key);
    }
    return keys;
  }
  void Count(const std::string& id, const CountScope& scope, std::string_view name, int64_t count) {
    storage::WriteBatch batch;
    JourneyStore::PutCount(app_, id, scope, name, count, batch);
    ASSERT_TRUE(store_.Apply(batch).ok());
  }
  void MakeRun(const std::string& id, const std::string& run) {
    model::JourneyRunRecord record;
    record.id = run;
    record.created_at = record.updated_at = clock_.Now();
    record.status = model::JourneyRunStatus::kRunning;
    storage::WriteBatch batch;
    JourneyStore::Put(app_, id, record, batch);
    ASSERT_TRUE(store_.Apply(batch).ok());
  }

  std::string type_;
};

TEST_F(JourneyMetricsTest, Jrn1001EveryKeyOfADraftIsZero) {
  const auto journey = Create(R"({"Name":"j"})");
  const auto response = journeys().Metrics(app_, base::JourneyId(journey->id));
  EXPECT_THAT(response->metrics.entries(), SizeIs(20));
  EXPECT_EQ(*response->metrics.Find("ENDPOINT_ENTERED"), "0");
  EXPECT_EQ(*response->metrics.Find("ENDED"), "0");
  EXPECT_EQ(response->last_evaluated_time, "2026-11-23T11:15:00.000Z");
}

TEST_F(JourneyMetricsTest, Jrn1003KeysOfActivities) {
  EXPECT_THAT(KeysOf(R"({"ConditionalSplit":{}})"), ElementsAre("Branch_TRUE", "Branch_FALSE"));
  EXPECT_EQ(type_, "CONDITIONAL_SPLIT");
  EXPECT_THAT(KeysOf(R"({"MultiCondition":{"Branches":[{},{}]}})"),
              ElementsAre("Branch_1", "Branch_2", "Branch_DEFAULT"));
  EXPECT_EQ(type_, "MULTI_CONDITIONAL_SPLIT");
  EXPECT_THAT(KeysOf(R"({"RandomSplit":{"Branches":[{},{}]}})"),
              ElementsAre("Branch_1", "Branch_2"));
  EXPECT_EQ(type_, "RANDOM_SPLIT");
  EXPECT_THAT(KeysOf(R"({"Holdout":{"Percentage":1}})"), ElementsAre("HELDOUT", "NOT_HELDOUT"));
  EXPECT_EQ(type_, "HOLDOUT");
  EXPECT_THAT(KeysOf(R"({"Wait":{}})"),
              ElementsAre("WAIT_STARTED", "WAIT_FINISHED", "WAIT_SKIPPED"));
  EXPECT_EQ(type_, "WAIT");
  EXPECT_THAT(KeysOf(R"({"EMAIL":{}})"),
              ElementsAre("SUCCESS",
                          "FAILURE_PERMANENT",
                          "TRANSIENT_FAILURE",
                          "SERVICE_FAILURE",
                          "THROTTLED",
                          "UNKNOWN",
                          "UNSUPPORTED_CHANNEL",
                          "DAILY_CAP_EXCEEDED",
                          "QUIET_TIME"));
  EXPECT_EQ(type_, "MESSAGE");
  EXPECT_THAT(KeysOf(R"({"CUSTOM":{}})"), testing::Contains("CUSTOM_DELIVERY_FAILURE"));
  EXPECT_EQ(type_, "MESSAGE");
  EXPECT_THAT(KeysOf(R"({"ContactCenter":{}})"), SizeIs(19));
  EXPECT_EQ(type_, "CONTACT_CENTER");
}

TEST_F(JourneyMetricsTest, CountsAreOfTheirJourneyRunAndActivityOnly) {
  const std::string id = MakeActive();
  const base::JourneyId journey(id);
  MakeRun(id, "r1");
  Count(id, {}, "ENDPOINT_ENTERED", 5);
  Count(id, {.run = "r1", .activity = {}}, "ENDPOINT_ENTERED", 3);
  Count(id, {.run = {}, .activity = "a"}, "SUCCESS", 4);
  Count(id, {.run = "r1", .activity = "a"}, "SUCCESS", 2);

  EXPECT_EQ(*journeys().Metrics(app_, journey)->metrics.Find("ENDPOINT_ENTERED"), "5");
  const auto of_run = journeys().RunMetrics(app_, journey, "r1");
  EXPECT_EQ(*of_run->metrics.Find("ENDPOINT_ENTERED"), "3");
  EXPECT_EQ(of_run->run_id, "r1");
  EXPECT_EQ(*journeys().ActivityMetrics(app_, journey, "a")->metrics.Find("SUCCESS"), "4");
  const auto of_both = journeys().RunActivityMetrics(app_, journey, "r1", "a");
  EXPECT_EQ(*of_both->metrics.Find("SUCCESS"), "2");
  EXPECT_EQ(of_both->journey_activity_id, "a");
}

TEST_F(JourneyMetricsTest, Jrn101UnknownRunsAndActivitiesAreNotFound) {
  const std::string id = MakeActive();
  const base::JourneyId journey(id);
  MakeRun(id, "r1");
  EXPECT_EQ(journeys().ActivityMetrics(app_, journey, "x").error().code, base::Errc::kNotFound);
  EXPECT_EQ(journeys().RunMetrics(app_, journey, "r2").error().code, base::Errc::kNotFound);
  EXPECT_EQ(journeys().RunActivityMetrics(app_, journey, "r2", "a").error().code,
            base::Errc::kNotFound);
  EXPECT_EQ(journeys().RunActivityMetrics(app_, journey, "r1", "x").error().code,
            base::Errc::kNotFound);
}

TEST_F(JourneyMetricsTest, Jrn902TheNewestRunIsListedFirst) {
  const std::string id = Create(R"({"Name":"j"})")->id;
  const base::JourneyId journey(id);
  EXPECT_THAT(journeys().ListRuns(app_, journey, {})->items, IsEmpty());
  MakeRun(id, "r1");
  clock_.Advance(std::chrono::hours(1));
  MakeRun(id, "r2");
  const auto first = journeys().ListRuns(app_, journey, {.limit = 1});
  ASSERT_THAT(first->items, SizeIs(1));
  EXPECT_EQ(first->items[0].run_id, "r2");
  EXPECT_EQ(first->items[0].status, model::JourneyRunStatus::kRunning);
  EXPECT_EQ(first->items[0].creation_time, "2026-11-23T12:15:00.000Z");
  const auto second = journeys().ListRuns(app_, journey, {.after = first->next, .limit = 1});
  EXPECT_EQ(second->items[0].run_id, "r1");
}

}  // namespace
}  // namespace pinion::journeys
