#include "delivery/message.h"

#include <array>

#include <fmt/format.h>

#include "storage/record.h"

namespace pinion::delivery {
namespace {

using storage::RecordReader;
using storage::RecordWriter;

constexpr std::array<std::string_view, 10> kStatusNames = {"QUEUED",
                                                           "SENT",
                                                           "DELIVERED",
                                                           "BOUNCED",
                                                           "SOFT_BOUNCED",
                                                           "FAILED",
                                                           "EXPIRED",
                                                           "COMPLAINED",
                                                           "REJECTED",
                                                           "SUPPRESSED"};

// Field numbers, on disk.
enum RecordField : uint32_t {
  kEndpointId = 1,
  kUserId = 2,
  kChannel = 3,
  kAddress = 4,
  kRequestId = 5,
  kTraceId = 6,
  kCampaignId = 7,
  kTreatmentId = 8,
  kActivityId = 9,
  kTemplateName = 10,
  kTemplateVersion = 11,
  kTransport = 12,
  kStatus = 13,
  kStatusCode = 14,
  kStatusMessage = 15,
  kAttempts = 16,
  kCreatedAt = 17,
  kUpdatedAt = 18,
  kHistory = 19,
  kHandedOverAt = 20,
};

enum ContentField : uint32_t {
  kTitle = 1,
  kBody = 2,
  kContext = 3,
  kEndpointJson = 4,
  kEmail = 5,
  kSms = 6,
};

// An absent text takes no room.
void PutText(RecordWriter& writer, uint32_t field, std::string_view text) {
  if (!text.empty()) {
    writer.Text(field, text);
  }
}

std::string EncodePair(const std::pair<std::string, std::string>& pair) {
  RecordWriter writer;
  writer.Text(1, pair.first).Text(2, pair.second);
  return writer.Take();
}

std::pair<std::string, std::string> DecodePair(std::string_view bytes) {
  std::pair<std::string, std::string> pair;
  RecordReader reader(bytes);
  while (reader.Next()) {
    if (reader.field() == 1) {
      pair.first = reader.Text();
    } else if (reader.field() == 2) {
      pair.second = reader.Text();
    }
  }
  return pair;
}

std::string EncodeChange(const StatusChange& change) {
  RecordWriter writer;
  writer.Uint(1, static_cast<uint64_t>(change.status)).Time(2, change.at);
  PutText(writer, 3, change.detail);
  return writer.Take();
}

StatusChange DecodeChange(std::string_view bytes) {
  StatusChange change;
  RecordReader reader(bytes);
  while (reader.Next()) {
    switch (reader.field()) {
      case 1:
        change.status = static_cast<MessageStatus>(reader.Uint());
        break;
      case 2:
        change.at = reader.Time();
        break;
      case 3:
        change.detail = reader.Text();
        break;
      default:
        break;
    }
  }
  return change;
}

std::string EncodeEmail(const EmailContent& email) {
  RecordWriter writer;
  PutText(writer, 1, email.from);
  PutText(writer, 2, email.envelope_from);
  for (const std::string& address : email.reply_to) {
    writer.Text(3, address);
  }
  PutText(writer, 4, email.subject);
  if (email.html) {
    writer.Text(5, *email.html);
  }
  if (email.text) {
    writer.Text(6, *email.text);
  }
  writer.Text(7, email.charset);
  for (const auto& header : email.headers) {
    writer.Text(8, EncodePair(header));
  }
  if (email.raw) {
    writer.Text(9, *email.raw);
  }
  for (const std::string& mailbox : email.shown_to) {
    writer.Text(10, mailbox);
  }
  for (const std::string& mailbox : email.shown_cc) {
    writer.Text(11, mailbox);
  }
  if (email.raw_shows_recipients) {
    writer.Text(12, "");  // that it is there says it
  }
  return writer.Take();
}

EmailContent DecodeEmail(std::string_view bytes) {
  EmailContent email;
  RecordReader reader(bytes);
  while (reader.Next()) {
    const std::string_view text = reader.Text();
    switch (reader.field()) {
      case 1:
        email.from = text;
        break;
      case 2:
        email.envelope_from = text;
        break;
      case 3:
        email.reply_to.emplace_back(text);
        break;
      case 4:
        email.subject = text;
        break;
      case 5:
        email.html = text;
        break;
      case 6:
        email.text = text;
        break;
      case 7:
        email.charset = text;
        break;
      case 8:
        email.headers.push_back(DecodePair(text));
        break;
      case 9:
        email.raw = text;
        break;
      case 10:
        email.shown_to.emplace_back(text);
        break;
      case 11:
        email.shown_cc.emplace_back(text);
        break;
      case 12:
        email.raw_shows_recipients = true;
        break;
      default:
        break;
    }
  }
  return email;
}

constexpr uint32_t kSmsTimeToLive = 8;

// The texts of an SMS, in the order of their field numbers.
template <class Sms>
auto SmsTexts(Sms& sms) {
  return std::array{&sms.body,
                    &sms.message_type,
                    &sms.sender_id,
                    &sms.origination_number,
                    &sms.keyword,
                    &sms.entity_id,
                    &sms.template_id};
}

std::string EncodeSms(const SmsContent& sms) {
  RecordWriter writer;
  uint32_t field = 0;
  for (const std::string* text : SmsTexts(sms)) {
    PutText(writer, ++field, *text);
  }
  if (sms.time_to_live.count() > 0) {
    writer.Uint(kSmsTimeToLive, static_cast<uint64_t>(sms.time_to_live.count()));
  }
  return writer.Take();
}

SmsContent DecodeSms(std::string_view bytes) {
  SmsContent sms;
  const auto texts = SmsTexts(sms);
  RecordReader reader(bytes);
  while (reader.Next()) {
    if (reader.field() <= texts.size()) {
      *texts[reader.field() - 1] = reader.Text();
    } else if (reader.field() == kSmsTimeToLive) {
      sms.time_to_live = std::chrono::seconds(reader.Uint());
    }
  }
  return sms;
}

// The text member that a field of the record holds, or nullptr; const as the record is.
template <class Record>
auto TextMember(Record& record, uint32_t field) -> decltype(&record.endpoint_id) {
  switch (field) {
    case kEndpointId:
      return &record.endpoint_id;
    case kUserId:
      return &record.user_id;
    case kChannel:
      return &record.channel;
    case kAddress:
      return &record.address;
    case kRequestId:
      return &record.source.request_id;
    case kTraceId:
      return &record.source.trace_id;
    case kCampaignId:
      return &record.source.campaign_id;
    case kTreatmentId:
      return &record.source.treatment_id;
    case kActivityId:
      return &record.source.campaign_activity_id;
    case kTemplateName:
      return &record.source.template_name;
    case kTemplateVersion:
      return &record.source.template_version;
    case kTransport:
      return &record.transport;
    case kStatusMessage:
      return &record.status_message;
    default:
      return nullptr;
  }
}

void DecodeState(MessageRecord& record, RecordReader& reader) {
  switch (reader.field()) {
    case kStatus:
      record.status = static_cast<MessageStatus>(reader.Uint());
      break;
    case kStatusCode:
      record.status_code = static_cast<int>(reader.Int());
      break;
    case kAttempts:
      record.attempts = static_cast<uint32_t>(reader.Uint());
      break;
    case kCreatedAt:
      record.created_at = reader.Time();
      break;
    case kUpdatedAt:
      record.updated_at = reader.Time();
      break;
    case kHandedOverAt:
      record.handed_over_at = reader.Time();
      break;
    case kHistory:
      record.history.push_back(DecodeChange(reader.Text()));
      break;
    default:
      break;
  }
}

}  // namespace

std::string_view ToWire(MessageStatus status) {
  const auto index = static_cast<size_t>(status);
  return index < kStatusNames.size() ? kStatusNames[index] : "FAILED";
}

std::optional<MessageStatus> MessageStatusFromWire(std::string_view text) {
  for (size_t i = 0; i < kStatusNames.size(); ++i) {
    if (kStatusNames[i] == text) {
      return static_cast<MessageStatus>(i);
    }
  }
  return std::nullopt;
}

base::MessageId MakeMessageId(base::Timestamp created_at, uint32_t source, uint32_t member) {
  return base::MessageId(
      fmt::format("{:012x}-{:08x}-{:08x}", base::ToMillis(created_at), source, member));
}

std::string EncodeRecord(const MessageRecord& record) {
  RecordWriter writer;
  for (uint32_t field = kEndpointId; field <= kStatusMessage; ++field) {
    if (const std::string* text = TextMember(record, field)) {
      PutText(writer, field, *text);
    }
  }
  writer.Uint(kStatus, static_cast<uint64_t>(record.status))
      .Int(kStatusCode, record.status_code)
      .Uint(kAttempts, record.attempts)
      .Time(kCreatedAt, record.created_at)
      .Time(kUpdatedAt, record.updated_at);
  if (record.handed_over_at) {
    writer.Time(kHandedOverAt, *record.handed_over_at);
  }
  for (const StatusChange& change : record.history) {
    writer.Text(kHistory, EncodeChange(change));
  }
  return writer.Take();
}

base::Result<MessageRecord> DecodeRecord(std::string_view id, std::string_view bytes) {
  MessageRecord record;
  record.id = base::MessageId(id);
  RecordReader reader(bytes);
  while (reader.Next()) {
    if (std::string* text = TextMember(record, reader.field())) {
      *text = reader.Text();
    } else {
      DecodeState(record, reader);
    }
  }
  PINION_CHECK(reader.Finish("message"));
  return record;
}

std::string EncodeContent(const MessageContent& content) {
  RecordWriter writer;
  PutText(writer, kTitle, content.title);
  PutText(writer, kBody, content.body);
  for (const auto& entry : content.context) {
    writer.Text(kContext, EncodePair(entry));
  }
  PutText(writer, kEndpointJson, content.endpoint_json);
  if (content.email) {
    writer.Text(kEmail, EncodeEmail(*content.email));
  }
  if (content.sms) {
    writer.Text(kSms, EncodeSms(*content.sms));
  }
  return writer.Take();
}

base::Result<MessageContent> DecodeContent(std::string_view bytes) {
  MessageContent content;
  RecordReader reader(bytes);
  while (reader.Next()) {
    const std::string_view text = reader.Text();
    switch (reader.field()) {
      case kTitle:
        content.title = text;
        break;
      case kBody:
        content.body = text;
        break;
      case kContext:
        content.context.push_back(DecodePair(text));
        break;
      case kEndpointJson:
        content.endpoint_json = text;
        break;
      case kEmail:
        content.email = DecodeEmail(text);
        break;
      case kSms:
        content.sms = DecodeSms(text);
        break;
      default:
        break;
    }
  }
  PINION_CHECK(reader.Finish("message content"));
  return content;
}

}  // namespace pinion::delivery
