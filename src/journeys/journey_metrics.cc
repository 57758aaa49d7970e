#include "journeys/journey_metrics.h"

#include <initializer_list>

namespace pinion::journeys {
namespace {

void Append(std::vector<std::string>& names, std::initializer_list<std::string_view> more) {
  names.insert(names.end(), more.begin(), more.end());
}

// What keeps a message from being handed over.
void AppendFailures(std::vector<std::string>& names) {
  Append(names,
         {"FAILURE_PERMANENT",
          "TRANSIENT_FAILURE",
          "SERVICE_FAILURE",
          "THROTTLED",
          "UNKNOWN",
          "UNSUPPORTED_CHANNEL",
          "DAILY_CAP_EXCEEDED",
          "QUIET_TIME"});
}

void AppendBranches(std::vector<std::string>& names, size_t count) {
  for (size_t i = 1; i <= count; ++i) {
    names.push_back("Branch_" + std::to_string(i));
  }
}

}  // namespace

const std::vector<std::string>& JourneyMetricNames() {
  static const std::vector<std::string> names = {
      "ENDPOINT_ENTERED",
      std::string(kActiveMetric),
      "ENDPOINT_LEFT",
      "CANCELLED",
      "REENTRY_CAP_EXCEEDED",
      "ACTIVE_ENDPOINT_REJECTED",
      "REMOVED",
      "ENDPOINT_PRODUCED",
      "ENDPOINTS_FROM_USER",
      "ENDPOINT_OPT_OUT",
      "ENDPOINT_INACTIVE",
      "FILTERED_OUT_BY_SEGMENT",
      "ENDPOINT_MISSING_ADDRESS",
      "ENDPOINT_MISSING_CHANNEL",
      "ENDPOINT_MISSING_TIMEZONE",
      "ENDPOINT_TIMEZONE_MISMATCH",
      "DUPLICATE_ENDPOINT",
      "DUPLICATE_USER",
      "PAUSED",
      "ENDED",
  };
  return names;
}

std::string_view ActivityTypeOf(ActivityKind kind) {
  switch (kind) {
    case ActivityKind::kNone:
      return "";
    case ActivityKind::kEmail:
    case ActivityKind::kSms:
    case ActivityKind::kPush:
    case ActivityKind::kCustom:
      return "MESSAGE";
    case ActivityKind::kContactCenter:
      return "CONTACT_CENTER";
    case ActivityKind::kConditionalSplit:
      return "CONDITIONAL_SPLIT";
    case ActivityKind::kMultiCondition:
      return "MULTI_CONDITIONAL_SPLIT";
    case ActivityKind::kRandomSplit:
      return "RANDOM_SPLIT";
    case ActivityKind::kWait:
      return "WAIT";
    case ActivityKind::kHoldout:
      return "HOLDOUT";
  }
  return "";
}

std::vector<std::string> ActivityMetricNames(const Node& node) {
  std::vector<std::string> names;
  switch (node.kind) {
    case ActivityKind::kNone:
      break;
    case ActivityKind::kEmail:
    case ActivityKind::kSms:
    case ActivityKind::kPush:
    case ActivityKind::kCustom:
      Append(names, {"SUCCESS"});
      AppendFailures(names);
      if (node.kind == ActivityKind::kCustom) {
        Append(names, {"CUSTOM_DELIVERY_FAILURE"});
      }
      break;
    case ActivityKind::kContactCenter:
      Append(names,
             {"SUCCESS",
              "DIAL_FAILURE",
              "REEVALUATION_REMOVED",
              "CONNECTED",
              "SIT_TONE",
              "FAX",
              "VOICEMAIL_BEEP",
              "VOICEMAIL_NO_BEEP",
              "NOT_ANSWERED",
              "CONNECTION_ERROR",
              "EXPIRED"});
      AppendFailures(names);
      break;
    case ActivityKind::kConditionalSplit:
      Append(names, {"Branch_TRUE", "Branch_FALSE"});
      break;
    case ActivityKind::kMultiCondition:
      AppendBranches(names, node.edges.size() - 1);
      Append(names, {"Branch_DEFAULT"});
      break;
    case ActivityKind::kRandomSplit:
      AppendBranches(names, node.edges.size());
      break;
    case ActivityKind::kWait:
      Append(names, {"WAIT_STARTED", "WAIT_FINISHED", "WAIT_SKIPPED"});
      break;
    case ActivityKind::kHoldout:
      Append(names, {"HELDOUT", "NOT_HELDOUT"});
      break;
  }
  return names;
}

model::Map<std::string> MetricsOf(const std::vector<std::string>& names,
                                  const MetricCounts& counts) {
  model::Map<std::string> metrics;
  for (const std::string& name : names) {
    const auto count = counts.find(name);
    metrics.Append(name, std::to_string(count == counts.end() ? 0 : count->second));
  }
  return metrics;
}

}  // namespace pinion::journeys
