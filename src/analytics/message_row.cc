#include "analytics/message_row.h"

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

namespace pinion::analytics {
namespace {

using eventlog::Event;

constexpr std::string_view kUnknownCountry = "ZZ";  // KPI-30

std::string_view Attribute(const Event& event, std::string_view name) {
  const std::string* value = event.FindAttribute(name);
  return value != nullptr ? std::string_view(*value) : std::string_view();
}

int64_t Whole(std::string_view text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

int64_t HourOf(const Event& event) {
  return std::chrono::floor<std::chrono::hours>(event.arrived_at).time_since_epoch().count();
}

std::string_view ChannelOf(std::string_view delivery_type) {
  for (const std::string_view same : {kEmail, kSms, kVoice, kCustom}) {
    if (delivery_type == same) {
      return same;
    }
  }
  return kPush;
}

// Who made the message, from whichever of its events tells first.
void FoldSource(const Event& event, MessageRow& row) {
  struct Source {
    Family family;
    std::string_view id;
    std::string_view activity;
  };
  static constexpr std::array<Source, 2> kSources = {
      {{Family::kCampaign, "campaign_id", "campaign_activity_id"},
       {Family::kJourney, "journey_id", "journey_activity_id"}}};
  for (const Source& source : kSources) {
    const std::string_view id = Attribute(event, source.id);
    if (!id.empty()) {
      row.family = source.family;
      row.source_id = id;
      row.activity_id = Attribute(event, source.activity);
      row.treatment_id = Attribute(event, "treatment_id");
    }
  }
}

// KPI-20: the first hand-over. A refused message has its day, too.
void FoldTime(const Event& event, MessageRow& row) {
  if (const std::string* sent_at = event.FindFact("sent_at"); sent_at != nullptr && row.sent == 0) {
    row.sent = 1;
    row.sent_at = Whole(*sent_at);
  }
  if (row.sent_at == 0) {
    row.sent_at = base::ToMillis(event.arrived_at);
  }
}

// `_campaign.send` and `_journey.send`: the only word on push and voice, and on failures of email.
void FoldSend(const Event& event, std::string_view status, MessageRow& row) {
  row.channel = ChannelOf(Attribute(event, "delivery_type"));
  if (row.channel == kPush || row.channel == kCustom) {
    row.accepted |= status == "SUCCESS" ? 1 : 0;
  }
  if (row.channel != kSms) {
    row.failed |= status == "FAILURE_PERMANENT" || status == "FAILURE" ? 1 : 0;
  }
}

void FoldEmail(const Event& event, std::string_view kind, MessageRow& row) {
  row.channel = kEmail;
  if (kind == "send" || kind == "delivered") {
    row.accepted = 1;
  } else if (kind == "hardbounce") {
    row.hard_bounced = 1;
  } else if (kind == "softbounce") {
    row.soft_bounced = 1;
  } else if (kind == "complaint") {
    row.complained = 1;
  } else if (kind == "rejected") {
    row.rejected = 1;
  } else if (Attribute(event, "bot") != "true") {
    if (kind == "open") {
      row.opens.Add(HourOf(event));
    } else if (kind == "click") {
      row.clicks.Add(HourOf(event));
    } else if (kind == "unsubscribe") {
      row.unsubscribes.Add(HourOf(event));
    }
  }
}

void FoldSms(const Event& event, std::string_view kind, MessageRow& row) {
  row.channel = kSms;
  row.status = Attribute(event, "record_status");
  row.accepted = kind == "SUCCESS" ? 1 : 0;
  row.failed = kind == "FAILURE" || kind == "OPTOUT" ? 1 : 0;
  if (const std::string_view parts = Attribute(event, "number_of_message_parts"); !parts.empty()) {
    row.parts = Whole(parts);
  }
  if (const std::string_view country = Attribute(event, "iso_country_code"); !country.empty()) {
    row.country = country;
  } else if (row.country.empty()) {
    row.country = kUnknownCountry;
  }
  for (const auto& [name, value] : event.metrics) {
    if (name == "price_in_millicents_usd") {
      row.price = value;
    }
  }
}

void FoldVoice(std::string_view kind, MessageRow& row) {
  row.channel = kVoice;
  if (kind == "ANSWERED" || kind == "COMPLETED") {
    row.accepted = 1;
  } else if (kind == "BUSY" || kind == "NO_ANSWER" || kind == "FAILED") {
    row.failed = 1;
  }
}

}  // namespace

bool MessageRow::DeliveredForCampaigns() const {
  if (sent == 0 || failed != 0) {
    return false;
  }
  // What a mail server took is delivered until something else is heard of it.
  return channel == kEmail ? hard_bounced == 0 : accepted != 0;
}

bool MessageRow::Counts() const {
  return sent != 0 || rejected != 0 || opens.hours + clicks.hours + unsubscribes.hours != 0;
}

std::string_view MessageOf(const Event& event) {
  if (event.origin != eventlog::Origin::kSystem) {
    return {};
  }
  const std::string* id = event.FindFact("message_id");
  return id != nullptr ? std::string_view(*id) : std::string_view();
}

void Fold(const Event& event, MessageRow& row) {
  if (row.client_id.empty()) {
    row.client_id = event.endpoint_id;
    row.user_id = event.user_id;
  }
  if (row.source_id.empty()) {
    FoldSource(event, row);
  }
  FoldTime(event, row);
  const std::string_view type = event.event_type;
  const size_t dot = type.find('.');
  const std::string_view subject = type.substr(0, dot);
  const std::string_view kind = dot == std::string_view::npos ? "" : type.substr(dot + 1);
  if (subject == "_campaign" && kind == "send") {
    FoldSend(event, Attribute(event, "campaign_send_status"), row);
  } else if (subject == "_journey" && kind == "send") {
    FoldSend(event, Attribute(event, "journey_send_status"), row);
  } else if (subject == "_email") {
    FoldEmail(event, kind, row);
  } else if (subject == "_SMS") {
    FoldSms(event, kind, row);
  } else if (subject == "_VOICE") {
    FoldVoice(kind, row);
  } else if (subject == "_CUSTOM") {
    row.channel = kCustom;
    row.accepted |= kind == "SUCCESS" ? 1 : 0;
  } else if (subject == "_push") {
    row.channel = kPush;
    row.accepted |= Attribute(event, "push_send_status") == "SUCCESSFUL" ? 1 : 0;
  }
}

}  // namespace pinion::analytics
