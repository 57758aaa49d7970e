// A message: one rendered content for one recipient, and what has become of it. The parts that
// change (MessageRecord) and the parts that never do (MessageContent) are stored apart, so that a
// status change rewrites no body and bodies can be forgotten before the record is (OPS-65).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "delivery/transport.h"

namespace pinion::delivery {

// CHN-64. The numbers are on disk.
enum class MessageStatus : uint8_t {
  kQueued = 0,
  kSent = 1,
  kDelivered = 2,
  kBounced = 3,
  kSoftBounced = 4,
  kFailed = 5,
  kExpired = 6,
  kComplained = 7,
  kRejected = 8,
  kSuppressed = 9,
};

// QUEUED, SENT, …
std::string_view ToWire(MessageStatus status);
std::optional<MessageStatus> MessageStatusFromWire(std::string_view text);

struct StatusChange {
  MessageStatus status = MessageStatus::kQueued;
  base::Timestamp at;
  std::string detail;
};

// Why the message exists; members that do not apply are empty.
struct MessageSource {
  std::string request_id;
  std::string trace_id;
  std::string campaign_id;
  std::string treatment_id;
  std::string campaign_activity_id;
  std::string template_name;
  std::string template_version;

  bool is_campaign() const { return !campaign_id.empty(); }
};

struct MessageRecord {
  base::MessageId id;
  std::string endpoint_id;  // the stored endpoint; "" for a raw address
  std::string user_id;
  std::string channel;  // EMAIL, SMS, …
  std::string address;  // as given
  MessageSource source;
  std::string transport;  // type of the transport that it goes by
  MessageStatus status = MessageStatus::kQueued;
  int status_code = 0;
  std::string status_message;
  uint32_t attempts = 0;
  base::Timestamp created_at;
  base::Timestamp updated_at;
  // When a transport was first tried, or the recipient found suppressed (KPI-20, KPI-21).
  std::optional<base::Timestamp> handed_over_at;
  std::vector<StatusChange> history;
};

struct MessageContent {
  std::string title;  // push title, email subject
  std::string body;   // CHN-63
  // Not stored: a part of the text that the message log must not show once the message leaves the
  // machine (CHN-51).
  std::string hidden;
  std::vector<std::pair<std::string, std::string>> context;
  // The endpoint as JSON text (STR-24), for the event records of campaigns; "" otherwise.
  std::string endpoint_json;
  std::optional<EmailContent> email;
  std::optional<SmsContent> sms;
};

struct Message {
  base::AppId app;
  MessageRecord record;
  MessageContent content;
};

// Ids whose byte order is the order of creation: `{instant, 12 hex}-{source, 8 hex}-{member, 8
// hex}` (CHN-22). For a campaign `source` comes from the activity and `member` is the endpoint's
// ordinal, so one run never makes two ids for one endpoint at one instant; for direct messages both
// are random.
base::MessageId MakeMessageId(base::Timestamp created_at, uint32_t source, uint32_t member);

std::string EncodeRecord(const MessageRecord& record);
// kInternal when the bytes are damaged.
base::Result<MessageRecord> DecodeRecord(std::string_view id, std::string_view bytes);
std::string EncodeContent(const MessageContent& content);
base::Result<MessageContent> DecodeContent(std::string_view bytes);

}  // namespace pinion::delivery
