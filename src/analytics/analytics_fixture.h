// What the tests of this module share: events about messages, written as the log has them, and
// tables in memory that they go into.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analytics/analytics_store.h"
#include "analytics/duckdb_database.h"
#include "base/time_text.h"
#include "eventlog/event.h"

namespace pinion::analytics {

inline const base::AppId kShop{"shop"};
inline const base::AppId kOther{"other"};

// "2026-11-23T11:15" and the like.
inline base::Timestamp At(std::string_view text) {
  return base::ParseInstant(text).value();
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

// The message `id`, which is sent at `sent_at`.
class AMessage {
 public:
  AMessage(std::string id, std::string_view sent_at) : id_(std::move(id)), sent_at_(At(sent_at)) {}

  AMessage& To(std::string endpoint, std::string user = "") {
    endpoint_ = std::move(endpoint);
    user_ = std::move(user);
    return *this;
  }
  AMessage& OfCampaign(std::string campaign, std::string activity) {
    source_ = {{"campaign_id", std::move(campaign)}, {"campaign_activity_id", std::move(activity)}};
    return *this;
  }
  AMessage& OfJourney(std::string journey, std::string activity) {
    source_ = {{"journey_id", std::move(journey)}, {"journey_activity_id", std::move(activity)}};
    return *this;
  }
  // It is refused, or filtered, before anything is tried.
  AMessage& NotSent() {
    sent_ = false;
    return *this;
  }

  // An event about it, when it is sent.
  eventlog::Event Event(std::string type, Pairs attributes = {}) const {
    return EventAt(base::FormatIso8601(sent_at_), std::move(type), std::move(attributes));
  }
  eventlog::Event EventAt(std::string_view at, std::string type, Pairs attributes = {}) const {
    eventlog::Event event;
    event.origin = eventlog::Origin::kSystem;
    event.event_type = std::move(type);
    event.endpoint_id = endpoint_;
    event.user_id = user_;
    event.reported_at = At(at);
    event.arrived_at = At(at);
    event.attributes = source_;
    event.attributes.insert(event.attributes.end(), attributes.begin(), attributes.end());
    event.facts = {{"message_id", id_}};
    if (sent_) {
      event.facts.emplace_back("sent_at", std::to_string(base::ToMillis(sent_at_)));
    }
    return event;
  }

 private:
  std::string id_;
  base::Timestamp sent_at_;
  std::string endpoint_ = "endpoint";
  std::string user_;
  Pairs source_;
  bool sent_ = true;
};

class TablesTest : public ::testing::Test {
 protected:
  TablesTest() {
    auto database = OpenDuckDb("", {.threads = 1});
    EXPECT_TRUE(database.ok());
    EXPECT_TRUE(tables_.Open(*std::move(database)).ok());
  }

  // At the next positions of the log, in one transaction.
  void Add(const std::vector<eventlog::Event>& events, const base::AppId& app = kShop) {
    std::vector<eventlog::LoggedEvent> logged;
    for (const eventlog::Event& event : events) {
      logged.push_back({++end_, app, event});
    }
    ASSERT_TRUE(tables_.Add(logged).ok());
  }
  // The number that a SELECT gives.
  int64_t Number(const std::string& statement) const {
    const auto rows = tables_.Query(statement, {});
    EXPECT_TRUE(rows.ok()) << rows.error().message;
    return rows.ok() ? std::get<int64_t>(rows->front().front()) : -1;
  }

  AnalyticsStore tables_;
  eventlog::Position end_ = 0;
};

}  // namespace pinion::analytics
