#include "journeys/graph.h"

#include <utility>

namespace pinion::journeys {
namespace {

void AddEdge(Node& node, std::string member, const std::optional<std::string>& target) {
  node.edges.push_back({.member = std::string(MemberOf(node.kind)) + "." + std::move(member),
                        .target = target.value_or("")});
}

template <class Branch>
void AddBranches(Node& node, const std::optional<std::vector<Branch>>& branches) {
  for (size_t i = 0; branches && i < branches->size(); ++i) {
    AddEdge(node, "Branches[" + std::to_string(i) + "].NextActivity", (*branches)[i].next_activity);
  }
}

void AddEdges(const model::Activity& activity, Node& node) {
  constexpr const char* kNext = "NextActivity";
  switch (node.kind) {
    case ActivityKind::kNone:
      return;
    case ActivityKind::kEmail:
      return AddEdge(node, kNext, activity.email->next_activity);
    case ActivityKind::kSms:
      return AddEdge(node, kNext, activity.sms->next_activity);
    case ActivityKind::kPush:
      return AddEdge(node, kNext, activity.push->next_activity);
    case ActivityKind::kCustom:
      return AddEdge(node, kNext, activity.custom->next_activity);
    case ActivityKind::kContactCenter:
      return AddEdge(node, kNext, activity.contact_center->next_activity);
    case ActivityKind::kConditionalSplit:
      AddEdge(node, "TrueActivity", activity.conditional_split->true_activity);
      return AddEdge(node, "FalseActivity", activity.conditional_split->false_activity);
    case ActivityKind::kMultiCondition:
      AddBranches(node, activity.multi_condition->branches);
      return AddEdge(node, "DefaultActivity", activity.multi_condition->default_activity);
    case ActivityKind::kRandomSplit:
      return AddBranches(node, activity.random_split->branches);
    case ActivityKind::kWait:
      return AddEdge(node, kNext, activity.wait->next_activity);
    case ActivityKind::kHoldout:
      return AddEdge(node, kNext, activity.holdout->next_activity);
  }
}

}  // namespace

ActivityKind KindOf(const model::Activity& activity) {
  const std::pair<bool, ActivityKind> members[] = {
      {activity.email.has_value(), ActivityKind::kEmail},
      {activity.sms.has_value(), ActivityKind::kSms},
      {activity.push.has_value(), ActivityKind::kPush},
      {activity.custom.has_value(), ActivityKind::kCustom},
      {activity.contact_center.has_value(), ActivityKind::kContactCenter},
      {activity.conditional_split.has_value(), ActivityKind::kConditionalSplit},
      {activity.multi_condition.has_value(), ActivityKind::kMultiCondition},
      {activity.random_split.has_value(), ActivityKind::kRandomSplit},
      {activity.wait.has_value(), ActivityKind::kWait},
      {activity.holdout.has_value(), ActivityKind::kHoldout},
  };
  ActivityKind kind = ActivityKind::kNone;
  for (const auto& [is_set, of_member] : members) {
    if (is_set && kind != ActivityKind::kNone) {
      return ActivityKind::kNone;
    }
    if (is_set) {
      kind = of_member;
    }
  }
  return kind;
}

std::string_view MemberOf(ActivityKind kind) {
  switch (kind) {
    case ActivityKind::kNone:
      return "";
    case ActivityKind::kEmail:
      return "EMAIL";
    case ActivityKind::kSms:
      return "SMS";
    case ActivityKind::kPush:
      return "PUSH";
    case ActivityKind::kCustom:
      return "CUSTOM";
    case ActivityKind::kContactCenter:
      return "ContactCenter";
    case ActivityKind::kConditionalSplit:
      return "ConditionalSplit";
    case ActivityKind::kMultiCondition:
      return "MultiCondition";
    case ActivityKind::kRandomSplit:
      return "RandomSplit";
    case ActivityKind::kWait:
      return "Wait";
    case ActivityKind::kHoldout:
      return "Holdout";
  }
  return "";
}

bool IsMessage(ActivityKind kind) {
  return kind == ActivityKind::kEmail || kind == ActivityKind::kSms ||
         kind == ActivityKind::kPush || kind == ActivityKind::kCustom ||
         kind == ActivityKind::kContactCenter;
}

Graph Graph::Compile(const model::WriteJourneyRequest& journey) {
  Graph graph;
  if (journey.activities) {
    graph.nodes_.reserve(journey.activities->size());
    for (const auto& [id, activity] : *journey.activities) {
      Node node{.id = id, .kind = KindOf(activity), .edges = {}};
      AddEdges(activity, node);
      graph.index_.emplace(id, static_cast<NodeIndex>(graph.nodes_.size()));
      graph.nodes_.push_back(std::move(node));
    }
  }
  for (Node& node : graph.nodes_) {
    for (Edge& edge : node.edges) {
      edge.to = graph.Find(edge.target);
    }
  }
  graph.start_ = graph.Find(journey.start_activity.value_or(""));
  return graph;
}

std::optional<NodeIndex> Graph::Find(std::string_view activity_id) const {
  const auto found = index_.find(std::string(activity_id));
  return found == index_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<bool> Graph::ReachableFrom(NodeIndex from) const {
  std::vector<bool> reached(nodes_.size(), false);
  std::vector<NodeIndex> open = {from};
  reached[from] = true;
  while (!open.empty()) {
    const NodeIndex at = open.back();
    open.pop_back();
    for (const Edge& edge : nodes_[at].edges) {
      if (edge.to && !reached[*edge.to]) {
        reached[*edge.to] = true;
        open.push_back(*edge.to);
      }
    }
  }
  return reached;
}

std::vector<Graph::BackEdge> Graph::FindBackEdges() const {
  enum class Mark : uint8_t { kNew, kOnTheWay, kDone };
  struct Step {
    NodeIndex node;
    size_t next_edge;
  };
  std::vector<BackEdge> back_edges;
  std::vector<Mark> marks(nodes_.size(), Mark::kNew);
  std::vector<Step> way;  // instead of recursion: a journey may be a thousand activities deep
  for (NodeIndex root = 0; root < nodes_.size(); ++root) {
    if (marks[root] == Mark::kNew) {
      marks[root] = Mark::kOnTheWay;
      way.push_back({root, 0});
    }
    while (!way.empty()) {
      Step& step = way.back();
      const NodeIndex at = step.node;
      if (step.next_edge == nodes_[at].edges.size()) {
        marks[at] = Mark::kDone;
        way.pop_back();
        continue;
      }
      const size_t edge = step.next_edge++;
      const std::optional<NodeIndex> to = nodes_[at].edges[edge].to;
      if (to && marks[*to] == Mark::kOnTheWay) {
        back_edges.push_back({at, edge});
      } else if (to && marks[*to] == Mark::kNew) {
        marks[*to] = Mark::kOnTheWay;
        way.push_back({*to, 0});
      }
    }
  }
  return back_edges;
}

}  // namespace pinion::journeys
