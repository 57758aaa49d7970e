#include "delivery/outcome.h"

#include <string>
#include <utility>

#include "base/digest.h"
#include "base/hex.h"
#include "base/json_text.h"
#include "delivery/sms/sms_encoding.h"
#include "phone/destination_country.h"

namespace pinion::delivery {
namespace {

using Kind = Outcome::Kind;
using eventlog::Event;

// How the renderer and the approval of templates begin what they say.
constexpr std::string_view kRenderingFailed = "Rendering failed:";
constexpr std::string_view kNotApproved = "Template version not approved";

MessageStatus FinalStatus(const MessageRecord& record, Kind kind) {
  switch (kind) {
    case Kind::kDelivered:
      return MessageStatus::kDelivered;
    case Kind::kSent:
    case Kind::kUncertain:
      return MessageStatus::kSent;
    case Kind::kHardBounce:
      return record.channel == "EMAIL" ? MessageStatus::kBounced : MessageStatus::kFailed;
    case Kind::kSoftBounce:
      return record.channel == "EMAIL" ? MessageStatus::kSoftBounced : MessageStatus::kFailed;
    case Kind::kSuppressed:
      return MessageStatus::kSuppressed;
    case Kind::kRejected:
      return MessageStatus::kRejected;
    case Kind::kComplaint:
      return MessageStatus::kComplained;
    case Kind::kTemporary:
      return record.channel == "EMAIL" ? MessageStatus::kSoftBounced : MessageStatus::kExpired;
    case Kind::kFailed:
      return MessageStatus::kFailed;
  }
  return MessageStatus::kFailed;
}

// Whether the transport had the message in its hands before the outcome became known.
bool WasTaken(const Outcome& outcome) {
  return outcome.taken_first || outcome.kind == Kind::kDelivered ||
         outcome.kind == Kind::kComplaint;
}

void Record(MessageRecord& record, MessageStatus status, base::Timestamp now, std::string detail) {
  record.status = status;
  record.history.push_back({.status = status, .at = now, .detail = std::move(detail)});
}

// The first hand-over of a message that counts as sent: not of one that was refused before sending
// (KPI-21).
std::optional<base::Timestamp> SentAt(const MessageRecord& record) {
  return record.status == MessageStatus::kRejected ? std::nullopt : record.handed_over_at;
}

Event NewEvent(const MessageRecord& record, std::string type, base::Timestamp now) {
  Event event;
  event.origin = eventlog::Origin::kSystem;
  event.event_type = std::move(type);
  event.endpoint_id = record.endpoint_id;
  event.user_id = record.user_id;
  event.reported_at = now;
  event.arrived_at = now;
  if (!record.id.empty()) {
    event.facts.emplace_back("message_id", record.id.value());
    if (const auto sent_at = SentAt(record)) {
      event.facts.emplace_back("sent_at", std::to_string(base::ToMillis(*sent_at)));
    }
  }
  return event;
}

void AddSource(const MessageRecord& record, Event& event) {
  if (record.source.is_campaign()) {
    event.attributes.emplace_back("campaign_id", record.source.campaign_id);
    event.attributes.emplace_back("campaign_activity_id", record.source.campaign_activity_id);
    event.attributes.emplace_back("treatment_id", record.source.treatment_id);
  }
  if (!record.source.trace_id.empty()) {
    event.attributes.emplace_back("trace_id", record.source.trace_id);
  }
}

void AddContext(const Message& message, Event& event) {
  for (const auto& entry : message.content.context) {
    event.attributes.push_back(entry);
  }
}

void AppendMailHeader(base::JsonWriter& json, std::string_view name, std::string_view value) {
  if (!value.empty()) {
    json.BeginObject().Key("name").String(name).Key("value").String(value).EndObject();
  }
}

// STR-27, the member `mail`.
void AppendMail(const Message& message, base::JsonWriter& json) {
  const MessageRecord& record = message.record;
  const EmailContent& email = *message.content.email;
  json.BeginObject().Key("message_id").String(record.id.value());
  json.Key("message_send_timestamp").Int(base::ToMillis(record.created_at));
  json.Key("from_address").String(email.from);
  json.Key("destination").BeginArray().String(record.address).EndArray();
  json.Key("headers_truncated").Bool(false).Key("headers").BeginArray();
  AppendMailHeader(json, "From", email.from);
  AppendMailHeader(json, "To", record.address);
  for (const std::string& address : email.reply_to) {
    AppendMailHeader(json, "Reply-To", address);
  }
  AppendMailHeader(json, "Subject", email.subject);
  json.EndArray().Key("common_headers").BeginObject().Key("from").String(email.from);
  json.Key("to").BeginArray().String(record.address).EndArray();
  json.Key("subject").String(email.subject).EndObject().EndObject();
}

void AppendDelivery(const Message& message,
                    const Outcome& outcome,
                    base::Timestamp now,
                    base::JsonWriter& json) {
  json.BeginObject().Key("smtp_response").String(outcome.status_message);
  json.Key("reporting_mta").String(outcome.reporting_mta);
  json.Key("recipients").BeginArray().String(message.record.address).EndArray();
  json.Key("processing_time_millis").Int((now - message.record.created_at).count()).EndObject();
}

std::string_view BounceSubType(const Outcome& outcome) {
  if (outcome.kind == Kind::kSuppressed) {
    return "OnAccountSuppressionList";
  }
  if (outcome.enhanced_status.starts_with("5.1.")) {
    return "NoEmail";
  }
  return outcome.enhanced_status.ends_with(".2.2") ? "MailboxFull" : "General";
}

void AppendBounce(const Message& message, const Outcome& outcome, base::JsonWriter& json) {
  const bool permanent = outcome.kind == Kind::kHardBounce || outcome.kind == Kind::kSuppressed;
  json.BeginObject().Key("bounce_type").String(permanent ? "Permanent" : "Transient");
  json.Key("bounce_sub_type").String(BounceSubType(outcome));
  json.Key("bounced_recipients").BeginArray().BeginObject();
  json.Key("email_address").String(message.record.address).Key("action").String("failed");
  json.Key("status").String(outcome.enhanced_status);
  json.Key("diagnostic_code").String("smtp; " + outcome.status_message).EndObject().EndArray();
  json.Key("feedback_id").String(message.record.id.value());
  json.Key("reporting_mta").String(outcome.reporting_mta).EndObject();
}

void AppendComplaint(const Message& message, base::JsonWriter& json) {
  json.BeginObject().Key("complained_recipients").BeginArray().BeginObject();
  json.Key("email_address").String(message.record.address).EndObject().EndArray();
  json.Key("feedback_id")
      .String(message.record.id.value())
      .Key("user_agent")
      .String("Pinion sandbox");
  json.Key("complaint_feedback_type").String("abuse").EndObject();
}

// One row of the table of STR-26.
struct EmailEvent {
  std::string_view type;
  std::string_view feedback;
  std::string_view object;
};

constexpr EmailEvent kSend{"_email.send", "received", "send"};
constexpr EmailEvent kDelivered{"_email.delivered", "delivered", "delivery"};
constexpr EmailEvent kHardBounce{"_email.hardbounce", "hardbounce", "bounce"};
constexpr EmailEvent kSoftBounce{"_email.softbounce", "softbounce", "bounce"};
constexpr EmailEvent kComplaint{"_email.complaint", "complaint", "complaint"};
constexpr EmailEvent kRejected{"_email.rejected", "rejected", "reject"};
constexpr EmailEvent kRenderingFailure{
    "_email.rendering_failure", "rendering_failure", "rendering_failure"};

void AppendEmailEvent(const EmailEvent& kind,
                      const Message& message,
                      const Outcome& outcome,
                      base::Timestamp now,
                      std::vector<Event>& events) {
  Event event = NewEvent(message.record, std::string(kind.type), now);
  event.reported_at = message.record.created_at;
  event.attributes.emplace_back("feedback", kind.feedback);
  AddSource(message.record, event);
  AddContext(message, event);
  event.client_context.emplace_back("legacy_identifier", message.app.value());

  base::JsonWriter json;
  json.BeginObject().Key("email_channel").BeginObject().Key("mail_event").BeginObject().Key("mail");
  AppendMail(message, json);
  json.Key(kind.object);
  if (kind.object == kDelivered.object) {
    AppendDelivery(message, outcome, now, json);
  } else if (kind.object == kHardBounce.object) {
    AppendBounce(message, outcome, json);
  } else if (kind.object == kComplaint.object) {
    AppendComplaint(message, json);
  } else if (kind.object == kRejected.object) {
    json.BeginObject().Key("reason").String(outcome.status_message).EndObject();
  } else if (kind.object == kRenderingFailure.object) {
    json.BeginObject().Key("template_name").String(message.record.source.template_name);
    json.Key("error_message").String(outcome.status_message).EndObject();
  } else {
    json.BeginObject().EndObject();
  }
  event.facets_json = json.EndObject().EndObject().EndObject().Take();
  events.push_back(std::move(event));
}

void AppendEmailEvents(const Message& message,
                       const Outcome& outcome,
                       base::Timestamp now,
                       std::vector<Event>& events) {
  const auto append = [&](const EmailEvent& kind) {
    AppendEmailEvent(kind, message, outcome, now, events);
  };
  switch (outcome.kind) {
    case Kind::kSent:
    case Kind::kUncertain:
      append(kSend);
      break;
    case Kind::kDelivered:
      append(kSend);
      append(kDelivered);
      break;
    case Kind::kComplaint:
      append(kSend);
      append(kDelivered);
      append(kComplaint);
      break;
    case Kind::kHardBounce:
      append(kSend);
      append(kHardBounce);
      break;
    case Kind::kSoftBounce:
    case Kind::kTemporary:
      append(kSend);
      append(kSoftBounce);
      break;
    case Kind::kSuppressed:
      append(kHardBounce);
      break;
    case Kind::kRejected:
      append(kRejected);
      break;
    case Kind::kFailed:
      break;
  }
}

std::string ContextJson(const MessageContent& content) {
  base::JsonWriter json;
  json.BeginObject();
  for (const auto& [name, value] : content.context) {
    json.Key(name).String(value);
  }
  return json.EndObject().Take();
}

void AppendSmsEvent(std::string type,
                    std::string record_status,
                    const Message& message,
                    base::Timestamp now,
                    std::vector<Event>& events) {
  const SmsContent& sms = *message.content.sms;
  const bool priced = type != "_SMS.BUFFERED";
  Event event = NewEvent(message.record, std::move(type), now);
  const auto add = [&event](std::string_view name, std::string value) {
    if (!value.empty()) {
      event.attributes.emplace_back(name, std::move(value));
    }
  };
  add("sender_request_id", message.record.source.request_id);
  add("origination_phone_number",
      sms.origination_number.empty() ? sms.sender_id : sms.origination_number);
  add("destination_phone_number", message.record.address);
  add("record_status", std::move(record_status));
  add("iso_country_code", phone::CountryOfNumber(message.record.address));
  add("number_of_message_parts", std::to_string(CountSmsParts(sms.body).parts));
  add("message_id", message.record.id.value());
  add("message_type", sms.message_type == "PROMOTIONAL" ? "Promotional" : "Transactional");
  if (!message.content.context.empty()) {
    add("customer_context", ContextJson(message.content));
  }
  AddSource(message.record, event);
  if (!message.record.source.is_campaign()) {
    add("treatment_id", "0");
  }
  if (priced) {
    event.metrics.emplace_back("price_in_millicents_usd", 0.0);
  }
  events.push_back(std::move(event));
}

void AppendSmsEvents(const Message& message,
                     const Outcome& outcome,
                     base::Timestamp now,
                     std::vector<Event>& events) {
  if (outcome.kind != Kind::kRejected) {
    AppendSmsEvent("_SMS.BUFFERED", "PENDING", message, now, events);
  }
  if (outcome.kind == Kind::kDelivered) {
    AppendSmsEvent("_SMS.SUCCESS", "DELIVERED", message, now, events);
  } else if (outcome.kind == Kind::kSent) {
    AppendSmsEvent("_SMS.SUCCESS", "SUCCESSFUL", message, now, events);
  } else if (outcome.kind != Kind::kUncertain) {
    const std::string status = !outcome.record_status.empty()     ? outcome.record_status
                               : outcome.kind == Kind::kTemporary ? "TTL_EXPIRED"
                                                                  : "UNKNOWN";
    AppendSmsEvent("_SMS.FAILURE", status, message, now, events);
  }
}

}  // namespace

void ApplyOutcome(const Outcome& outcome, base::Timestamp now, MessageRecord& record) {
  if (WasTaken(outcome)) {
    Record(record, MessageStatus::kSent, now, "");
  }
  if (outcome.kind == Kind::kComplaint) {
    Record(record, MessageStatus::kDelivered, now, "");
  }
  Record(record, FinalStatus(record, outcome.kind), now, outcome.status_message);
  record.status_code = outcome.status_code;
  record.status_message = outcome.status_message;
  record.updated_at = now;
  if (outcome.kind == Kind::kSuppressed && !record.handed_over_at) {
    record.handed_over_at = now;
  }
}

void AppendRenderingFailure(const Message& message,
                            std::string_view reason,
                            base::Timestamp now,
                            std::vector<Event>& events) {
  const bool is_rendering = reason.starts_with(kRenderingFailed) || reason == kNotApproved;
  if (message.record.channel != "EMAIL" || !is_rendering) {
    return;
  }
  Message failed = message;
  failed.record.created_at = now;
  if (!failed.content.email) {
    failed.content.email.emplace();
  }
  Outcome outcome;
  outcome.status_message = reason;
  AppendEmailEvent(kRenderingFailure, failed, outcome, now, events);
}

std::string ClientIdOfAddress(const base::AppId& app,
                              std::string_view channel,
                              std::string_view address) {
  std::string text = app.value() + "|" + std::string(channel) + "|";
  for (const char c : address) {
    text += channel == "EMAIL" && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  std::string id = base::HexEncode(base::Sha256(text).substr(0, 16));
  for (const size_t position : {20U, 16U, 12U, 8U}) {
    id.insert(position, 1, '-');
  }
  return id;
}

std::string_view SendStatus(Outcome::Kind kind) {
  switch (kind) {
    case Kind::kRejected:
    case Kind::kFailed:
      return "FAILURE_PERMANENT";
    case Kind::kTemporary:
      return "TRANSIENT_FAILURE";
    case Kind::kUncertain:
      return "UNKNOWN";
    default:
      return "SUCCESS";
  }
}

eventlog::Event CampaignSendEvent(const MessageRecord& record,
                                  std::string_view endpoint_json,
                                  std::string_view send_status,
                                  std::string_view status_message,
                                  base::Timestamp now) {
  Event event = NewEvent(record, "_campaign.send", now);
  AddSource(record, event);
  event.attributes.emplace_back("delivery_type", record.channel);
  event.attributes.emplace_back("campaign_send_status", send_status);
  if (send_status != "SUCCESS" && !status_message.empty()) {
    event.attributes.emplace_back("campaign_send_status_message", status_message);
  }
  if (!endpoint_json.empty()) {
    event.client_context.emplace_back("endpoint", endpoint_json);
  }
  return event;
}

void AppendOutcomeEvents(const Message& message,
                         const Outcome& outcome,
                         base::Timestamp now,
                         std::vector<eventlog::Event>& events) {
  const size_t first = events.size();
  if (message.record.source.is_campaign()) {
    // A message that a provider took and then could not deliver was sent all the same.
    const std::string_view status = WasTaken(outcome) ? "SUCCESS" : SendStatus(outcome.kind);
    events.push_back(CampaignSendEvent(
        message.record, message.content.endpoint_json, status, outcome.status_message, now));
  }
  if (message.content.email) {
    AppendEmailEvents(message, outcome, now, events);
  } else if (message.content.sms) {
    AppendSmsEvents(message, outcome, now, events);
  }
  if (message.record.endpoint_id.empty()) {
    const std::string client_id =
        ClientIdOfAddress(message.app, message.record.channel, message.record.address);
    for (size_t i = first; i < events.size(); ++i) {
      events[i].endpoint_id = client_id;
    }
  }
}

}  // namespace pinion::delivery
