#include "server/event_counters.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace pinion::server {

namespace {

constexpr std::string_view kEmailPrefix = "_email.";
constexpr std::string_view kSmsPrefix = "_SMS.";

// The channel and the outcome that a system event tells of a message.
std::optional<std::pair<std::string, std::string>> OutcomeOf(const eventlog::Event& event) {
  const std::string_view type = event.event_type;
  std::string_view outcome;
  std::string channel;
  if (type.starts_with(kEmailPrefix)) {
    channel = "EMAIL";
    outcome = type.substr(kEmailPrefix.size());
  } else if (type.starts_with(kSmsPrefix)) {
    channel = "SMS";
    outcome = type.substr(kSmsPrefix.size());
  } else {
    return std::nullopt;
  }
  std::string lower(outcome);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return std::pair(std::move(channel), std::move(lower));
}

}  // namespace

base::Status EventCounters::Consume(std::span<const eventlog::LoggedEvent> events,
                                    storage::WriteBatch&) {
  taken_ = {};
  for (const eventlog::LoggedEvent& logged : events) {
    const bool system = logged.event.origin == eventlog::Origin::kSystem;
    ++taken_.by_origin[system ? 1 : 0];
    // An app may report events of any type: they are no outcomes.
    const auto outcome = system ? OutcomeOf(logged.event) : std::nullopt;
    if (outcome) {
      ++taken_.by_outcome[*outcome];
    }
  }
  return {};
}

void EventCounters::OnApplied() {
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < taken_.by_origin.size(); ++i) {
    applied_.by_origin[i] += taken_.by_origin[i];
  }
  for (const auto& [outcome, count] : taken_.by_outcome) {
    applied_.by_outcome[outcome] += count;
  }
  taken_ = {};
}

void EventCounters::AppendText(std::string& out) const {
  const std::lock_guard lock(mutex_);
  out += "# HELP pinion_events_total Events by who reported them.\n";
  out += "# TYPE pinion_events_total counter\n";
  out += "pinion_events_total{origin=\"app\"} " + std::to_string(applied_.by_origin[0]) + "\n";
  out += "pinion_events_total{origin=\"system\"} " + std::to_string(applied_.by_origin[1]) + "\n";
  out += "# HELP pinion_messages_total What became of messages, by channel.\n";
  out += "# TYPE pinion_messages_total counter\n";
  for (const auto& [outcome, count] : applied_.by_outcome) {
    out += "pinion_messages_total{channel=\"" + outcome.first + "\",outcome=\"" + outcome.second +
           "\"} " + std::to_string(count) + "\n";
  }
}

}  // namespace pinion::server
