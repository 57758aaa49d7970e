// One test for each code of JRN-501 that needs more than the graph; graph_test.cc has the others.
#include "journeys/publication_rules.h"

#include <string>

#include "journeys/journeys_fixture.h"

namespace pinion::journeys {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class PublicationRulesTest : public JourneysTest {
 protected:
  // What publishing says; "" when nothing is wrong.
  std::string ProblemsOf(const std::string& members) {
    const model::WriteJourneyRequest journey = Request(R"({"Name":"j",)" + members + "}");
    Problems problems;
    const base::Status status =
        CheckPublication(app_,
                         journey,
                         Graph::Compile(journey),
                         {.segments = world().segments, .templates = world().templates},
                         clock_.Now(),
                         problems);
    EXPECT_TRUE(status.ok());
    return problems.PublicationList();
  }
  // With these activities, of which `a` is the first, entered by segment.
  std::string WithActivities(const std::string& activities) {
    return ProblemsOf(
        R"("StartActivity":"a","StartCondition":{"SegmentStartCondition":{"SegmentId":"$SEGMENT"}},
           "Activities":{)" +
        activities + "}");
  }
  std::string WithStart(const std::string& start) {
    return ProblemsOf(
        R"("StartActivity":"a","Activities":{"a":{"EMAIL":{"TemplateName":"hello"}}},"StartCondition":)" +
        start);
  }
  std::string WithEvent(const std::string& event) {
    return WithStart(R"({"EventStartCondition":)" + event + "}");
  }
  // A split behind an email `a`, with this condition.
  std::string WithCondition(const std::string& condition) {
    return WithActivities(
        R"("a":{"EMAIL":{"TemplateName":"hello","NextActivity":"s"}},
           "s":{"ConditionalSplit":{"Condition":{"Conditions":[)" +
        condition + "]}}}");
  }
  std::string WarningsOf(const std::string& members) {
    const model::WriteJourneyRequest journey = Request(R"({"Name":"j",)" + members + "}");
    Problems warnings;
    FindWarnings(journey, Graph::Compile(journey), warnings);
    return warnings.PublicationList();
  }
};

TEST_F(PublicationRulesTest, ACompleteJourneyHasNoProblem) {
  EXPECT_EQ(ProblemsOf(Publishable()), "");
}

TEST_F(PublicationRulesTest, EveryProblemIsListedOnceWithActivityAndCode) {
  EXPECT_EQ(
      ProblemsOf(
          R"("StartActivity":"b","Activities":{"a":{"Holdout":{"Percentage":10}}},"Limits":{"DailyCap":200})"),
      "LIMITS Member 'Limits.DailyCap': it must be from 0 to 100.; "
      "START_CONDITION Member 'StartCondition': exactly one of SegmentStartCondition and "
      "EventStartCondition must be set.; "
      "NO_START Member 'StartActivity': there is no activity 'b'.");
}

TEST_F(PublicationRulesTest, StartConditionIsExactlyOneAndItsSegmentExists) {
  EXPECT_THAT(WithStart("{}"), HasSubstr("START_CONDITION"));
  EXPECT_THAT(
      WithStart(
          R"({"SegmentStartCondition":{"SegmentId":"$SEGMENT"},"EventStartCondition":{"EventFilter":{"FilterType":"ENDPOINT","Dimensions":{"EventType":{"Values":["x"]}}}}})"),
      HasSubstr("START_CONDITION Member 'StartCondition': exactly one"));
  EXPECT_THAT(WithStart(R"({"SegmentStartCondition":{"SegmentId":"nowhere"}})"),
              HasSubstr("START_CONDITION Member 'StartCondition.SegmentStartCondition.SegmentId'"));
}

TEST_F(PublicationRulesTest, Jrn313AnEventStartIsComplete) {
  EXPECT_EQ(
      WithEvent(
          R"({"EventFilter":{"FilterType":"ENDPOINT","Dimensions":{"EventType":{"Values":["cart"]}}},"SegmentId":"$SEGMENT"})"),
      "");
  EXPECT_THAT(WithEvent("{}"), HasSubstr("EventStartCondition.EventFilter': it is required."));
  EXPECT_THAT(WithEvent(R"({"EventFilter":{"FilterType":"ENDPOINT","Dimensions":{}}})"),
              HasSubstr("EventFilter.Dimensions.EventType.Values': at least one"));
  EXPECT_THAT(
      WithEvent(
          R"({"EventFilter":{"FilterType":"ENDPOINT","Dimensions":{"EventType":{"Values":["x"]}}},"SegmentId":"nowhere"})"),
      HasSubstr("START_CONDITION Member 'StartCondition.EventStartCondition.SegmentId'"));
}

TEST_F(PublicationRulesTest, Jrn314EventDimensionsCanBeJudged) {
  const auto with = [this](const std::string& dimensions) {
    return WithEvent(
        R"({"EventFilter":{"FilterType":"ENDPOINT","Dimensions":{"EventType":{"Values":["x"]},)" +
        dimensions + "}}}");
  };
  EXPECT_EQ(with(R"("Metrics":{"value":{"ComparisonOperator":"GREATER_THAN","Value":20}})"), "");
  EXPECT_THAT(with(R"("Metrics":{"value":{"ComparisonOperator":"MORE","Value":20}})"),
              HasSubstr("EventFilter.Dimensions.Metrics.value"));
  EXPECT_THAT(with(R"("Attributes":{"at":{"AttributeType":"BETWEEN","Values":["2026-01-01"]}})"),
              HasSubstr("EventFilter.Dimensions.Attributes.at"));
}

TEST_F(PublicationRulesTest, Jrn315EventEntryNeedsADynamicSegment) {
  segments::ImportedSegment imported;
  imported.name = "i";
  storage::WriteBatch batch;
  ASSERT_TRUE(
      world().segments.PutImported(app_, base::SegmentId("imported"), imported, batch).ok());
  ASSERT_TRUE(store_.Apply(batch).ok());
  EXPECT_THAT(
      WithEvent(
          R"({"EventFilter":{"FilterType":"ENDPOINT","Dimensions":{"EventType":{"Values":["x"]}}},"SegmentId":"imported"})"),
      HasSubstr("event entry needs a dynamic segment"));
}

TEST_F(PublicationRulesTest, TemplatesExistWithTheirTypeAndVersion) {
  EXPECT_EQ(WithActivities(R"("a":{"SMS":{"TemplateName":"hello","TemplateVersion":"1"}})"), "");
  EXPECT_EQ(WithActivities(R"("a":{"EMAIL":{}})"),
            "a: TEMPLATE Member 'Activities.a.EMAIL.TemplateName': it is required.");
  EXPECT_EQ(WithActivities(R"("a":{"PUSH":{"TemplateName":"hello"}})"),
            "a: TEMPLATE Member 'Activities.a.PUSH.TemplateName': there is no PUSH template "
            "'hello'.");
  EXPECT_EQ(WithActivities(R"("a":{"EMAIL":{"TemplateName":"hello","TemplateVersion":"2"}})"),
            "a: TEMPLATE Member 'Activities.a.EMAIL.TemplateVersion': there is no EMAIL template "
            "'hello' with version '2'.");
}

TEST_F(PublicationRulesTest, ACustomMessageHasADeliveryUri) {
  EXPECT_THAT(WithActivities(R"("a":{"CUSTOM":{}})"),
              HasSubstr("a: TEMPLATE Member 'Activities.a.CUSTOM.DeliveryUri': it is required."));
  EXPECT_EQ(WithActivities(R"("a":{"CUSTOM":{"DeliveryUri":"https://example.com/hook"}})"), "");
  EXPECT_EQ(WithActivities(R"("a":{"CUSTOM":{"DeliveryUri":"my-function"}})"), "");
  EXPECT_THAT(WithActivities(R"("a":{"CUSTOM":{"DeliveryUri":"http://example.com/hook"}})"),
              HasSubstr("must begin with https://"));
}

TEST_F(PublicationRulesTest, AWaitIsForOrUntilAndNotBeyondTheEnd) {
  EXPECT_THAT(WithActivities(R"("a":{"Wait":{}})"), HasSubstr("a: WAIT"));
  EXPECT_THAT(WithActivities(R"("a":{"Wait":{"WaitTime":{}}})"),
              HasSubstr("a: WAIT Member 'Activities.a.Wait.WaitTime': exactly one"));
  EXPECT_THAT(
      WithActivities(R"("a":{"Wait":{"WaitTime":{"WaitFor":"P1D","WaitUntil":"2027-01-01"}}})"),
      HasSubstr("exactly one of WaitFor and WaitUntil"));
  const std::string start =
      R"("StartActivity":"a","StartCondition":{"SegmentStartCondition":{"SegmentId":"$SEGMENT"}},)"
      R"("Schedule":{"EndTime":"2027-01-01T00:00:00Z"},)";
  EXPECT_EQ(ProblemsOf(
                start +
                R"("Activities":{"a":{"Wait":{"WaitTime":{"WaitUntil":"2027-01-01T00:00:00Z"}}}})"),
            "");
  EXPECT_THAT(
      ProblemsOf(
          start +
          R"("Activities":{"a":{"Wait":{"WaitTime":{"WaitUntil":"2027-01-01T00:00:01Z"}}}})"),
      HasSubstr("a: WAIT Member 'Activities.a.Wait.WaitTime.WaitUntil': it must not be later"));
}

TEST_F(PublicationRulesTest, SplitsHaveConditionsAndBranches) {
  EXPECT_THAT(WithActivities(R"("a":{"ConditionalSplit":{}})"),
              HasSubstr("a: SPLIT Member 'Activities.a.ConditionalSplit.Condition.Conditions'"));
  EXPECT_THAT(WithActivities(R"("a":{"MultiCondition":{"Branches":[]}})"),
              HasSubstr("a: SPLIT Member 'Activities.a.MultiCondition.Branches'"));
  EXPECT_THAT(WithActivities(R"("a":{"MultiCondition":{"Branches":[{}]}})"),
              HasSubstr("MultiCondition.Branches[0].Condition': exactly one of"));
}

TEST_F(PublicationRulesTest, AConditionIsExactlyOneKindAndItsSegmentExists) {
  EXPECT_EQ(WithCondition(R"({"SegmentCondition":{"SegmentId":"$SEGMENT"}})"), "");
  EXPECT_THAT(WithCondition("{}"), HasSubstr("s: SPLIT"));
  EXPECT_THAT(
      WithCondition(R"({"SegmentCondition":{"SegmentId":"$SEGMENT"},"segmentDimensions":{}})"),
      HasSubstr("Conditions[0]': exactly one of"));
  EXPECT_THAT(WithCondition(R"({"SegmentCondition":{"SegmentId":"nowhere"}})"),
              HasSubstr("Conditions[0].SegmentCondition.SegmentId': there is no such segment"));
}

TEST_F(PublicationRulesTest, CriteriaOfAConditionAreThoseOfSegments) {
  EXPECT_EQ(WithCondition(R"({"segmentDimensions":{"Attributes":{"tier":{"Values":["gold"]}}}})"),
            "");
  EXPECT_THAT(WithCondition(R"({"segmentDimensions":{"Attributes":{"tier":{"Values":[]}}}})"),
              HasSubstr("s: SPLIT Member 'Activities.s.ConditionalSplit.Condition.Conditions[0]."
                        "segmentDimensions.Attributes.tier"));
}

TEST_F(PublicationRulesTest, AnEventConditionLooksAtSomething) {
  EXPECT_EQ(
      WithCondition(R"({"EventCondition":{"Dimensions":{"EventType":{"Values":["purchase"]}}}})"),
      "");
  EXPECT_THAT(WithCondition(R"({"EventCondition":{"Dimensions":{}}})"), HasSubstr("s: SPLIT"));
}

TEST_F(PublicationRulesTest, MessageActivityLeadsToTheSplit) {
  const auto event = [](const std::string& message) {
    return R"({"EventCondition":{"Dimensions":{"EventType":{"Values":["_email.open"]}},"MessageActivity":")" +
           message + R"("}})";
  };
  EXPECT_EQ(WithCondition(event("a")), "");
  EXPECT_THAT(WithCondition(event("x")), HasSubstr("s: MESSAGE_ACTIVITY"));
  EXPECT_THAT(WithCondition(event("s")), HasSubstr("'s' is no message activity."));
  EXPECT_THAT(
      WithActivities(R"("a":{"ConditionalSplit":{"Condition":{"Conditions":[)" + event("late") +
                     R"(]},"TrueActivity":"late"}},"late":{"EMAIL":{"TemplateName":"hello"}})"),
      HasSubstr("a: MESSAGE_ACTIVITY Member "
                "'Activities.a.ConditionalSplit.Condition.Conditions[0].EventCondition."
                "MessageActivity': no way leads here from 'late'."));
}

TEST_F(PublicationRulesTest, SharesOfARandomSplitAddUpTo100) {
  const auto split = [this](const std::string& branches) {
    return WithActivities(R"("a":{"RandomSplit":{"Branches":[)" + branches + "]}}");
  };
  EXPECT_EQ(split(R"({"Percentage":1},{"Percentage":99})"), "");
  EXPECT_THAT(split(R"({"Percentage":50},{"Percentage":49})"),
              HasSubstr("a: PERCENT Member 'Activities.a.RandomSplit.Branches': the percentages "
                        "must add up to 100, not to 99."));
  EXPECT_THAT(split(R"({"Percentage":0},{"Percentage":100})"),
              HasSubstr("Branches[0].Percentage': it must be at least 1."));
  EXPECT_THAT(split(R"({"Percentage":100})"), HasSubstr("at least two branches"));
}

TEST_F(PublicationRulesTest, Jrn502Quotas) {
  const auto list = [](const std::string& item, int count) {
    std::string items = item;
    for (int i = 1; i < count; ++i) {
      items += "," + item;
    }
    return items;
  };
  const std::string condition = R"({"SegmentCondition":{"SegmentId":"$SEGMENT"}})";
  EXPECT_EQ(WithCondition(list(condition, 100)), "");
  EXPECT_THAT(WithCondition(list(condition, 101)), HasSubstr("s: TOO_MANY"));
  const auto branches = [&](int count) {
    return WithActivities(R"("a":{"MultiCondition":{"Branches":[)" +
                          list(R"({"Condition":)" + condition + "}", count) + "]}}");
  };
  EXPECT_EQ(branches(50), "");
  EXPECT_THAT(branches(51), HasSubstr("a: TOO_MANY"));
  EXPECT_EQ(WithActivities(R"("a":{"RandomSplit":{"Branches":[)" + list(R"({"Percentage":2})", 50) +
                           "]}}"),
            "");
  EXPECT_THAT(WithActivities(R"("a":{"RandomSplit":{"Branches":[)" +
                             list(R"({"Percentage":1})", 51) + "]}}"),
              HasSubstr("a: TOO_MANY"));
}

TEST_F(PublicationRulesTest, Jrn502AThousandActivities) {
  const auto chain = [this](int length) {
    std::string activities = R"("a":{"Holdout":{"Percentage":0,"NextActivity":"n1"}})";
    for (int i = 1; i < length; ++i) {
      activities += R"(,"n)" + std::to_string(i) + R"(":{"Holdout":{"Percentage":0)" +
                    (i + 1 < length ? R"(,"NextActivity":"n)" + std::to_string(i + 1) + "\"" : "") +
                    "}}";
    }
    return WithActivities(activities);
  };
  EXPECT_EQ(chain(1000), "");
  EXPECT_EQ(chain(1001), "TOO_MANY Member 'Activities': at most 1000 activities.");
}

TEST_F(PublicationRulesTest, ContactCenterIsNotForEvents) {
  EXPECT_EQ(WithActivities(R"("a":{"ContactCenter":{}})"), "");
  EXPECT_THAT(
      ProblemsOf(
          R"("StartActivity":"a","Activities":{"a":{"ContactCenter":{}}},"StartCondition":{"EventStartCondition":
             {"EventFilter":{"FilterType":"ENDPOINT","Dimensions":{"EventType":{"Values":["x"]}}}}})"),
      HasSubstr("a: CONTACT_CENTER Member 'Activities.a.ContactCenter'"));
}

TEST_F(PublicationRulesTest, Jrn503Warnings) {
  EXPECT_THAT(WarningsOf(Publishable()), IsEmpty());
  EXPECT_THAT(WarningsOf(Publishable() + R"(,"RefreshFrequency":"PT1H")"),
              HasSubstr("NO_REENTRY_CAP"));
  EXPECT_THAT(
      WarningsOf(Publishable() + R"(,"RefreshFrequency":"PT1H","Limits":{"EndpointReentryCap":1})"),
      Not(HasSubstr("NO_REENTRY_CAP")));
  EXPECT_THAT(
      WarningsOf(
          R"("Activities":{"a":{"EMAIL":{"NextActivity":"b"}},"b":{"EMAIL":{"NextActivity":"c"}},"c":{"SMS":{}}})"),
      testing::AllOf(HasSubstr("b: NO_WAIT"), Not(HasSubstr("c: NO_WAIT"))));
  const std::string split =
      R"("Activities":{"a":{"EMAIL":{"NextActivity":"s"}},"s":{"ConditionalSplit":{"Condition":{"Conditions":[{"EventCondition":{"MessageActivity":"a"}}]})";
  EXPECT_THAT(WarningsOf(split + "}}}"), HasSubstr("s: NO_EVALUATION_WAIT"));
  EXPECT_THAT(WarningsOf(split + R"(,"EvaluationWaitTime":{"WaitFor":"P1D"}}}})"), IsEmpty());
}

}  // namespace
}  // namespace pinion::journeys
