// The activities of a journey as a graph: compiled from the definition, walked by the publication
// checks and by whatever moves participants. Edges go to nodes by index; where an edge names no
// activity, or one that is not there, the pass ends (JRN-713). Immutable once compiled, so it may
// be shared between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/journeys.h"

namespace pinion::journeys {

enum class ActivityKind : uint8_t {
  kNone,  // no member is set, or several are: no published journey has one
  kEmail,
  kSms,
  kPush,
  kCustom,
  kContactCenter,
  kConditionalSplit,
  kMultiCondition,
  kRandomSplit,
  kWait,
  kHoldout,
};

ActivityKind KindOf(const model::Activity& activity);
// The member that says it: "EMAIL", "Wait"; "" for kNone.
std::string_view MemberOf(ActivityKind kind);
// Something is sent there, and splits may look at its events (MESSAGE_ACTIVITY).
bool IsMessage(ActivityKind kind);

using NodeIndex = uint32_t;

struct Edge {
  std::string member;                // path below the activity: "Wait.NextActivity"
  std::string target;                // as it is written; "" ends the pass
  std::optional<NodeIndex> to = {};  // of a target that exists
};

struct Node {
  std::string id;
  ActivityKind kind = ActivityKind::kNone;
  // In the order in which branches are numbered; the default path of a split is the last one.
  std::vector<Edge> edges;
};

class Graph {
 public:
  // Takes any definition; what is wrong with it is told by graph_rules.h.
  static Graph Compile(const model::WriteJourneyRequest& journey);

  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& operator[](NodeIndex index) const { return nodes_[index]; }
  std::optional<NodeIndex> Find(std::string_view activity_id) const;
  // Of StartActivity, if it exists.
  std::optional<NodeIndex> start() const { return start_; }

  // For each node, whether a way leads to it from `from`, in no step or more.
  std::vector<bool> ReachableFrom(NodeIndex from) const;

  // An edge that leads back to where its way came from.
  struct BackEdge {
    NodeIndex from;
    size_t edge;  // index into the node's edges
  };
  // None exactly if the graph has no cycle.
  std::vector<BackEdge> FindBackEdges() const;

 private:
  std::vector<Node> nodes_;
  std::unordered_map<std::string, NodeIndex> index_;
  std::optional<NodeIndex> start_;
};

}  // namespace pinion::journeys
