#include "journeys/graph.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journeys/graph_rules.h"
#include "model/codec.h"

namespace pinion::journeys {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

model::WriteJourneyRequest Journey(const std::string& activities, const std::string& start = "a") {
  auto journey = model::Decode<model::WriteJourneyRequest>(
      R"({"Name":"j","StartActivity":")" + start + R"(","Activities":)" + activities + "}");
  EXPECT_TRUE(journey.ok()) << journey.error().message;
  return *std::move(journey);
}

// `member → target` of each edge of an activity.
std::vector<std::string> Edges(const Graph& graph, std::string_view id) {
  std::vector<std::string> edges;
  for (const Edge& edge : graph[*graph.Find(id)].edges) {
    edges.push_back(edge.member + " → " + (edge.to ? graph[*edge.to].id : "end"));
  }
  return edges;
}

// What CheckGraph says, one problem a line.
std::string ProblemsOf(const model::WriteJourneyRequest& journey) {
  Problems problems;
  CheckGraph(journey, Graph::Compile(journey), problems);
  return problems.PublicationList();
}

TEST(GraphTest, EveryKindHasItsEdges) {
  const Graph graph = Graph::Compile(Journey(R"({
    "a":{"EMAIL":{"NextActivity":"b"}},
    "b":{"ConditionalSplit":{"TrueActivity":"a","FalseActivity":""}},
    "c":{"MultiCondition":{"Branches":[{"NextActivity":"a"},{"NextActivity":"x"}],"DefaultActivity":"b"}},
    "d":{"RandomSplit":{"Branches":[{"Percentage":50,"NextActivity":"a"},{"Percentage":50}]}},
    "e":{"Wait":{"NextActivity":"a"}},
    "f":{"Holdout":{"Percentage":1,"NextActivity":"a"}}})"));
  EXPECT_THAT(Edges(graph, "a"), ElementsAre("EMAIL.NextActivity → b"));
  EXPECT_THAT(
      Edges(graph, "b"),
      ElementsAre("ConditionalSplit.TrueActivity → a", "ConditionalSplit.FalseActivity → end"));
  EXPECT_THAT(Edges(graph, "c"),
              ElementsAre("MultiCondition.Branches[0].NextActivity → a",
                          "MultiCondition.Branches[1].NextActivity → end",
                          "MultiCondition.DefaultActivity → b"));
  EXPECT_THAT(Edges(graph, "d"),
              ElementsAre("RandomSplit.Branches[0].NextActivity → a",
                          "RandomSplit.Branches[1].NextActivity → end"));
  EXPECT_THAT(Edges(graph, "e"), ElementsAre("Wait.NextActivity → a"));
  EXPECT_THAT(Edges(graph, "f"), ElementsAre("Holdout.NextActivity → a"));
}

TEST(GraphTest, AnActivityWithSeveralKindsHasNone) {
  const Graph graph = Graph::Compile(Journey(R"({"a":{"Wait":{},"EMAIL":{}},"b":{}})"));
  EXPECT_EQ(graph[0].kind, ActivityKind::kNone);
  EXPECT_EQ(graph[1].kind, ActivityKind::kNone);
}

TEST(GraphTest, StartActivityMustExist) {
  EXPECT_THAT(ProblemsOf(Journey("{}", "")), HasSubstr("NO_START Member 'StartActivity'"));
  EXPECT_THAT(ProblemsOf(Journey(R"({"b":{"Wait":{}}})")),
              HasSubstr("NO_START Member 'StartActivity': there is no activity 'a'."));
}

TEST(GraphTest, AnActivityHoldsExactlyOneKind) {
  EXPECT_THAT(ProblemsOf(Journey(R"({"a":{"Description":"x"}})")),
              HasSubstr("a: ACTIVITY_TYPE Member 'Activities.a': exactly one"));
  EXPECT_THAT(ProblemsOf(Journey(R"({"a":{"Wait":{},"SMS":{}}})")), HasSubstr("ACTIVITY_TYPE"));
}

TEST(GraphTest, TargetsMustExistAndMayBeAbsentOrEmpty) {
  EXPECT_EQ(ProblemsOf(Journey(R"({"a":{"EMAIL":{"NextActivity":"x"}}})")),
            "a: UNKNOWN_NEXT Member 'Activities.a.EMAIL.NextActivity': there is no activity 'x'.");
  EXPECT_EQ(ProblemsOf(Journey(R"({"a":{"EMAIL":{"NextActivity":""}}})")), "");
  EXPECT_EQ(ProblemsOf(Journey(R"({"a":{"EMAIL":{}}})")), "");
}

TEST(GraphTest, WaysMayMeetButNotLeadBack) {
  EXPECT_EQ(ProblemsOf(Journey(R"({
    "a":{"ConditionalSplit":{"TrueActivity":"b","FalseActivity":"c"}},
    "b":{"SMS":{"NextActivity":"d"}},"c":{"SMS":{"NextActivity":"d"}},"d":{"Wait":{}}})")),
            "");
  EXPECT_EQ(ProblemsOf(Journey(R"({"a":{"Wait":{"NextActivity":"a"}}})")),
            "a: CYCLE Member 'Activities.a.Wait.NextActivity': it leads back to 'a'.");
  EXPECT_EQ(ProblemsOf(Journey(R"({"a":{"SMS":{"NextActivity":"b"}},
                                   "b":{"Wait":{"NextActivity":"c"}},
                                   "c":{"RandomSplit":{"Branches":[{},{"NextActivity":"b"}]}}})")),
            "c: CYCLE Member 'Activities.c.RandomSplit.Branches[1].NextActivity': it leads back to "
            "'b'.");
}

TEST(GraphTest, EveryActivityMustBeReachable) {
  EXPECT_EQ(ProblemsOf(Journey(R"({"a":{"Wait":{}},"b":{"SMS":{"NextActivity":"a"}}})")),
            "b: UNREACHABLE Member 'Activities.b': no way leads to it from StartActivity.");
}

TEST(GraphTest, AChainOfEveryAllowedLengthIsWalked) {
  std::string activities = "{";
  for (int i = 0; i < 1000; ++i) {
    activities += (i == 0 ? "\"a\"" : ",\"n" + std::to_string(i) + "\"") +
                  std::string(R"(:{"Wait":{"NextActivity":"n)") + std::to_string(i + 1) + "\"}}";
  }
  const Graph graph = Graph::Compile(Journey(activities + R"(,"n1000":{"Wait":{}}})"));
  EXPECT_TRUE(graph.FindBackEdges().empty());
  EXPECT_TRUE(graph.ReachableFrom(0)[1000]);
  EXPECT_FALSE(graph.ReachableFrom(1000)[0]);
}

}  // namespace
}  // namespace pinion::journeys
