// A row of the table of messages: what a message was, and what has become of it, as the events of
// the log tell it (events-analytics.md section 7, counting rules). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "eventlog/event.h"

namespace pinion::analytics {

// KPI-22: a message belongs to exactly one of them. The numbers are in the table.
enum class Family : int64_t { kTransactional = 0, kCampaign = 1, kJourney = 2 };

// The channels as KPIs tell them apart; every push service is PUSH.
inline constexpr std::string_view kEmail = "EMAIL";
inline constexpr std::string_view kSms = "SMS";
inline constexpr std::string_view kPush = "PUSH";
inline constexpr std::string_view kVoice = "VOICE";
inline constexpr std::string_view kCustom = "CUSTOM";

// How many different clock hours saw an event of one kind (KPI-25). Events come in the order of the
// log, so that an hour that is not after the latest one was counted already.
struct HourCount {
  int64_t hours = 0;
  int64_t latest = -1;  // since the epoch

  void Add(int64_t hour) {
    if (hour > latest) {
      latest = hour;
      ++hours;
    }
  }
  bool operator==(const HourCount&) const = default;
};

// Flags are 0 or 1, so that sums count them.
struct MessageRow {
  std::string app_id;
  std::string message_id;
  Family family = Family::kTransactional;
  std::string channel;
  std::string client_id;
  std::string user_id;
  std::string source_id;    // the campaign or journey
  std::string activity_id;  // of the campaign or journey
  std::string treatment_id;
  int64_t sent = 0;      // KPI-21
  int64_t sent_at = 0;   // milliseconds; of a message that was refused before sending: when
  int64_t accepted = 0;  // a provider, carrier or recipient's server took it
  int64_t failed = 0;    // FAILED or EXPIRED, or the last word of an SMS, was failure
  int64_t hard_bounced = 0;
  int64_t soft_bounced = 0;
  int64_t complained = 0;
  int64_t rejected = 0;
  HourCount opens;
  HourCount clicks;
  HourCount unsubscribes;
  int64_t parts = 0;
  double price = 0;  // millicents of US dollar
  std::string country;
  std::string status;  // the last record_status of an SMS

  // KPI-22, "delivered, campaign KPIs": a soft bounce counts as delivered.
  bool DeliveredForCampaigns() const;
  // KPI-22, "delivered, txn and journey KPIs".
  bool Delivered() const { return DeliveredForCampaigns() && !SoftBounced(); }
  // KPI-23: a message that bounces hard after it has bounced softly is a hard bounce only.
  bool SoftBounced() const { return soft_bounced != 0 && hard_bounced == 0; }

  // Whether any KPI can ever see it: not when a filter or a cap kept it from being sent.
  bool Counts() const;

  bool operator==(const MessageRow&) const = default;
};

// The message that an event is about; "" when it is about none that counts: app events never are
// (EVT-41).
std::string_view MessageOf(const eventlog::Event& event);

// What `event`, which is about the message of `row`, adds to it. Events must come in the order of
// the log, each once.
void Fold(const eventlog::Event& event, MessageRow& row);

}  // namespace pinion::analytics
