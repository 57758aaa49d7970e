// The publication checks of single activities (JRN-501): TEMPLATE, WAIT, SPLIT, MESSAGE_ACTIVITY,
// PERCENT, TOO_MANY, CONTACT_CENTER. Not thread-safe; one object checks one journey.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "journeys/graph.h"
#include "journeys/problems.h"
#include "journeys/publication_rules.h"
#include "model/journeys.h"

namespace pinion::journeys {

base::Result<bool> SegmentExists(const base::AppId& app,
                                 const std::string& id,
                                 const segments::SegmentService& segments);

// Whether EventType names at least one type.
bool NamesEventType(const model::EventDimensions& dimensions);

// The sentence about the first attribute or metric that cannot be judged (JRN-314); `path` is that
// of the dimensions. Nothing when all can.
std::optional<std::string> WrongEventDimension(const model::EventDimensions& dimensions,
                                               const std::string& path);

class ActivityCheck {
 public:
  // All must outlive the object; `graph` is compiled from `journey`.
  ActivityCheck(const base::AppId& app,
                const model::WriteJourneyRequest& journey,
                const Graph& graph,
                const References& references,
                Problems& problems);

  // Fails only when something cannot be read.
  base::Status CheckAll();

 private:
  // What is being checked: the activity's id, its node and its path.
  struct Place {
    std::string_view id;
    NodeIndex node;
    std::string path;
  };

  base::Status Check(const Place& place, const model::Activity& activity);
  base::Status CheckMessages(const Place& place, const model::Activity& activity);
  template <class Kind, class Message>
  base::Status CheckTemplate(const Place& place,
                             std::string_view member,
                             const std::optional<Message>& message);
  void CheckWait(const Place& place,
                 std::string_view member,
                 const std::optional<model::WaitTime>& wait);
  base::Status CheckConditionalSplit(const Place& place,
                                     const model::ConditionalSplitActivity& split);
  base::Status CheckMultiCondition(const Place& place,
                                   const model::MultiConditionalSplitActivity& split);
  base::Status CheckCondition(const Place& place,
                              const std::string& member,
                              const std::optional<model::SimpleCondition>& condition);
  void CheckEventCondition(const Place& place,
                           const std::string& member,
                           const model::EventCondition& condition);
  void CheckRandomSplit(const Place& place, const model::RandomSplitActivity& split);
  void Add(const Place& place,
           std::string_view problem_code,
           std::string_view member,
           std::string_view rule);

  const base::AppId& app_;
  const model::WriteJourneyRequest& journey_;
  const Graph& graph_;
  const References& references_;
  Problems& problems_;
  const std::optional<base::Timestamp> end_;
  // What can be reached from a message activity that a condition has named.
  std::unordered_map<NodeIndex, std::vector<bool>> reachable_;
};

}  // namespace pinion::journeys
