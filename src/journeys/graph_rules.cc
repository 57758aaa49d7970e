#include "journeys/graph_rules.h"

#include <string>

#include "base/utf8.h"

namespace pinion::journeys {
namespace {

std::string Quoted(std::string_view id) {
  return "'" + std::string(base::FirstCodePoints(id, 100)) + "'";
}

std::string PathOf(const Node& node, const Edge& edge) {
  return ActivityPath(node.id) + "." + edge.member;
}

void CheckStart(const model::WriteJourneyRequest& journey, const Graph& graph, Problems& problems) {
  const std::string start = journey.start_activity.value_or("");
  if (start.empty()) {
    problems.Add(code::kNoStart, "StartActivity", "it is required.");
  } else if (!graph.start()) {
    problems.Add(code::kNoStart, "StartActivity", "there is no activity " + Quoted(start) + ".");
  }
}

void CheckNodes(const Graph& graph, Problems& problems) {
  for (const Node& node : graph.nodes()) {
    if (node.kind == ActivityKind::kNone) {
      problems.Add(node.id,
                   code::kActivityType,
                   ActivityPath(node.id),
                   "exactly one of EMAIL, SMS, PUSH, CUSTOM, ContactCenter, ConditionalSplit, "
                   "MultiCondition, RandomSplit, Wait and Holdout must be set.");
    }
    for (const Edge& edge : node.edges) {
      if (!edge.target.empty() && !edge.to) {
        problems.Add(node.id,
                     code::kUnknownNext,
                     PathOf(node, edge),
                     "there is no activity " + Quoted(edge.target) + ".");
      }
    }
  }
}

}  // namespace

void CheckGraph(const model::WriteJourneyRequest& journey, const Graph& graph, Problems& problems) {
  CheckStart(journey, graph, problems);
  CheckNodes(graph, problems);
  for (const Graph::BackEdge& back : graph.FindBackEdges()) {
    const Node& node = graph[back.from];
    const Edge& edge = node.edges[back.edge];
    problems.Add(
        node.id, code::kCycle, PathOf(node, edge), "it leads back to " + Quoted(edge.target) + ".");
  }
  if (!graph.start()) {
    return;
  }
  const std::vector<bool> reached = graph.ReachableFrom(*graph.start());
  for (NodeIndex i = 0; i < reached.size(); ++i) {
    if (!reached[i]) {
      problems.Add(graph[i].id,
                   code::kUnreachable,
                   ActivityPath(graph[i].id),
                   "no way leads to it from StartActivity.");
    }
  }
}

}  // namespace pinion::journeys
