#include "delivery/message_log.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "delivery/sms/sms_encoding.h"
#include "storage/key.h"

namespace pinion::delivery {
namespace {

using storage::KeySpace;
using storage::KeyWriter;

// What an index of the log is over; a byte of its keys, so never changed.
enum class Index : uint8_t { kCampaign = 1, kEndpoint = 2 };

std::string RecordKey(const base::AppId& app, std::string_view id) {
  return KeyWriter(KeySpace::kMessage).Text(app.value()).Raw(id).Take();
}

std::string ContentKey(const base::AppId& app, std::string_view id) {
  return KeyWriter(KeySpace::kMessageContent).Text(app.value()).Raw(id).Take();
}

std::string IndexPrefix(const base::AppId& app, Index index, std::string_view value) {
  return KeyWriter(KeySpace::kMessageIndex)
      .Text(app.value())
      .U8(static_cast<uint8_t>(index))
      .Text(value)
      .Take();
}

// Endpoint ids are one whatever their ASCII case (AUD-2).
std::string FoldCase(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return folded;
}

bool Matches(const MessageRecord& record, const MessageFilter& filter) {
  const auto same = [](const std::string& wanted, const std::string& value) {
    return wanted.empty() || wanted == value;
  };
  return same(filter.message_id, record.id.value()) && same(filter.user_id, record.user_id) &&
         same(filter.channel, record.channel) && same(filter.address, record.address) &&
         same(filter.campaign_id, record.source.campaign_id) &&
         same(filter.template_name, record.source.template_name) &&
         (filter.endpoint_id.empty() ||
          FoldCase(filter.endpoint_id) == FoldCase(record.endpoint_id)) &&
         (!filter.status || *filter.status == record.status);
}

std::optional<std::string> IfAny(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void AddEmail(const EmailContent& email, model::MessageLogItem& item) {
  item.subject = email.subject;
  item.html_body = email.html;
  item.text_body = email.text;
  item.body = email.html ? email.html : email.text;
  item.from_address = IfAny(email.from);
  item.envelope_from = IfAny(email.envelope_from);
  if (!email.reply_to.empty()) {
    item.reply_to = email.reply_to;
  }
  if (!email.headers.empty()) {
    auto& headers = item.headers.emplace();
    for (const auto& [name, value] : email.headers) {
      headers.push_back({.name = name, .value = value});
    }
  }
}

void AddSms(const SmsContent& sms, model::MessageLogItem& item) {
  const SmsParts parts = CountSmsParts(sms.body);
  if (!item.body) {
    item.body = sms.body;
  }
  item.encoding = parts.encoding == SmsParts::Encoding::kGsm ? "GSM" : "UCS2";
  item.number_of_message_parts = static_cast<int32_t>(parts.parts);
  item.message_type = IfAny(sms.message_type);
  item.sender_id = IfAny(sms.sender_id);
  item.origination_number = IfAny(sms.origination_number);
  item.entity_id = IfAny(sms.entity_id);
  item.template_id = IfAny(sms.template_id);
  item.keyword = IfAny(sms.keyword);
}

void AddContent(const MessageContent& content, model::MessageLogItem& item) {
  item.title = IfAny(content.title);
  item.body = IfAny(content.body);
  if (!content.context.empty()) {
    auto& context = item.context.emplace();
    for (const auto& [name, value] : content.context) {
      context.Set(name, value);
    }
  }
  if (content.email) {
    AddEmail(*content.email, item);
  }
  if (content.sms) {
    AddSms(*content.sms, item);
  }
}

model::MessageLogItem ToItem(const MessageRecord& record, const MessageContent* content) {
  model::MessageLogItem item;
  item.message_id = record.id.value();
  item.request_id = IfAny(record.source.request_id);
  item.trace_id = IfAny(record.source.trace_id);
  item.endpoint_id = IfAny(record.endpoint_id);
  item.user_id = IfAny(record.user_id);
  item.channel_type = record.channel;
  item.address = record.address;
  item.campaign_id = IfAny(record.source.campaign_id);
  item.treatment_id = IfAny(record.source.treatment_id);
  item.campaign_activity_id = IfAny(record.source.campaign_activity_id);
  item.template_name = IfAny(record.source.template_name);
  item.template_version = IfAny(record.source.template_version);
  item.transport = record.transport;
  item.status = ToWire(record.status);
  if (record.status_code != 0) {
    item.status_code = record.status_code;
  }
  item.status_message = IfAny(record.status_message);
  item.attempts = static_cast<int32_t>(record.attempts);
  item.created_at = record.created_at;
  item.updated_at = record.updated_at;
  auto& history = item.history.emplace();
  for (const StatusChange& change : record.history) {
    history.push_back({.status = std::string(ToWire(change.status)),
                       .at = change.at,
                       .detail = IfAny(change.detail)});
  }
  if (content != nullptr) {
    AddContent(*content, item);
  }
  return item;
}

}  // namespace

void MessageLog::Add(const Message& message, storage::WriteBatch& batch) {
  const MessageRecord& record = message.record;
  const std::string& id = record.id.value();
  batch.Put(RecordKey(message.app, id), EncodeRecord(record));
  batch.Put(ContentKey(message.app, id), EncodeContent(message.content));
  if (record.source.is_campaign()) {
    batch.Put(IndexPrefix(message.app, Index::kCampaign, record.source.campaign_id) + id, "");
  }
  if (!record.endpoint_id.empty()) {
    batch.Put(IndexPrefix(message.app, Index::kEndpoint, FoldCase(record.endpoint_id)) + id, "");
  }
}

void MessageLog::Update(const base::AppId& app,
                        const MessageRecord& record,
                        storage::WriteBatch& batch) {
  batch.Put(RecordKey(app, record.id.value()), EncodeRecord(record));
}

void MessageLog::Anonymise(const base::AppId& app,
                           MessageRecord record,
                           const Recipient& pseudonym,
                           storage::WriteBatch& batch) {
  const std::string& id = record.id.value();
  if (!record.endpoint_id.empty()) {
    batch.Delete(IndexPrefix(app, Index::kEndpoint, FoldCase(record.endpoint_id)) + id);
  }
  batch.Delete(ContentKey(app, id));
  record.endpoint_id = pseudonym.endpoint_id;
  record.user_id = pseudonym.user_id;
  record.address = pseudonym.address;
  record.source.trace_id.clear();
  record.status_message.clear();
  for (StatusChange& change : record.history) {
    change.detail.clear();
  }
  if (!record.endpoint_id.empty()) {
    batch.Put(IndexPrefix(app, Index::kEndpoint, FoldCase(record.endpoint_id)) + id, "");
  }
  batch.Put(RecordKey(app, id), EncodeRecord(record));
}

void MessageLog::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  for (const KeySpace space :
       {KeySpace::kMessage, KeySpace::kMessageContent, KeySpace::kMessageIndex}) {
    batch.DeletePrefix(KeyWriter(space).Text(app.value()).Take());
  }
}

base::Status MessageLog::VisitRecords(const base::AppId& app,
                                      std::string_view after,
                                      const std::function<bool(MessageRecord)>& visit) const {
  const std::string prefix = RecordKey(app, "");
  const std::string from = after.empty() ? std::string() : prefix + std::string(after) + '\0';
  base::Status failure;
  PINION_CHECK(store_.Scan({.prefix = prefix, .from = from},
                           [&](std::string_view key, std::string_view bytes) {
                             auto record = DecodeRecord(key.substr(prefix.size()), bytes);
                             if (!record.ok()) {
                               failure = std::move(record).error();
                               return false;
                             }
                             return visit(*std::move(record));
                           }));
  return failure;
}

base::Result<MessageLog::Removed> MessageLog::Remove(const base::AppId& app,
                                                     const Removal& removal,
                                                     storage::WriteBatch& batch) const {
  return RemoveFinal(app, removal, RecordKey(app, ""), [&](const MessageRecord& record) {
    const std::string& id = record.id.value();
    batch.Delete(RecordKey(app, id));
    batch.Delete(ContentKey(app, id));
    if (record.source.is_campaign()) {
      batch.Delete(IndexPrefix(app, Index::kCampaign, record.source.campaign_id) + id);
    }
    if (!record.endpoint_id.empty()) {
      batch.Delete(IndexPrefix(app, Index::kEndpoint, FoldCase(record.endpoint_id)) + id);
    }
  });
}

base::Result<MessageLog::Removed> MessageLog::RemoveContent(const base::AppId& app,
                                                            const Removal& removal,
                                                            storage::WriteBatch& batch) const {
  return RemoveFinal(app, removal, ContentKey(app, ""), [&](const MessageRecord& record) {
    batch.Delete(ContentKey(app, record.id.value()));
  });
}

// The messages whose ids follow `prefix` in keys. Ids begin with the instant at which they were
// made.
base::Result<MessageLog::Removed> MessageLog::RemoveFinal(const base::AppId& app,
                                                          const Removal& removal,
                                                          const std::string& prefix,
                                                          const RecordRemover& remove) const {
  const std::string end = MakeMessageId(removal.at, 0, 0).value();
  const std::string from = removal.after.empty() ? std::string() : prefix + removal.after + '\0';
  std::vector<std::string> ids;
  PINION_CHECK(
      store_.Scan({.prefix = prefix, .from = from}, [&](std::string_view key, std::string_view) {
        const std::string_view id = key.substr(prefix.size());
        if (id >= end || ids.size() == removal.examined_max) {
          return false;
        }
        ids.emplace_back(id);
        return true;
      }));
  Removed removed;
  removed.next = ids.size() == removal.examined_max ? ids.back() : "";
  for (const std::string& id : ids) {
    PINION_TRY(const auto record, FindRecord(app, base::MessageId(id)));
    if (record && record->status != MessageStatus::kQueued) {
      remove(*record);
      ++removed.messages;
    }
  }
  return removed;
}

base::Result<std::optional<MessageRecord>> MessageLog::FindRecord(const base::AppId& app,
                                                                  const base::MessageId& id) const {
  PINION_TRY(const std::optional<std::string> bytes, store_.Get(RecordKey(app, id.value())));
  if (!bytes) {
    return std::optional<MessageRecord>();
  }
  PINION_TRY(MessageRecord record, DecodeRecord(id.value(), *bytes));
  return std::optional(std::move(record));
}

base::Result<std::optional<MessageContent>> MessageLog::FindContent(
    const base::AppId& app, const base::MessageId& id) const {
  PINION_TRY(const std::optional<std::string> bytes, store_.Get(ContentKey(app, id.value())));
  if (!bytes) {
    return std::optional<MessageContent>();
  }
  PINION_TRY(MessageContent content, DecodeContent(*bytes));
  return std::optional(std::move(content));
}

base::Result<model::MessageLogItem> MessageLog::Get(const base::AppId& app,
                                                    const base::MessageId& id) const {
  PINION_TRY(const std::optional<MessageRecord> record, FindRecord(app, id));
  if (!record) {
    return base::NotFound("Resource not found");
  }
  PINION_TRY(const std::optional<MessageContent> content, FindContent(app, id));
  return ToItem(*record, content ? &*content : nullptr);
}

base::Status MessageLog::VisitIds(const base::AppId& app,
                                  const MessageFilter& filter,
                                  std::string_view after,
                                  const IdVisitor& visit) const {
  std::string prefix = RecordKey(app, "");
  if (!filter.endpoint_id.empty()) {
    prefix = IndexPrefix(app, Index::kEndpoint, FoldCase(filter.endpoint_id));
  } else if (!filter.campaign_id.empty()) {
    prefix = IndexPrefix(app, Index::kCampaign, filter.campaign_id);
  }
  std::string from = after.empty() ? std::string() : prefix + std::string(after) + '\0';
  const size_t prefix_size = prefix.size();
  return store_.Scan({.prefix = prefix, .from = from},
                     [&visit, prefix_size](std::string_view key, std::string_view) {
                       return visit(key.substr(prefix_size));
                     });
}

base::Result<base::Page<model::MessageLogItem>> MessageLog::List(
    const base::AppId& app, const MessageFilter& filter, const base::PageRequest& page) const {
  base::Page<model::MessageLogItem> result;
  std::string last_seen;
  size_t seen = 0;
  bool more = false;
  base::Status failure;
  const auto visit = [&](std::string_view id) {
    if (result.items.size() == page.limit || seen == kScanMax) {
      more = true;
      return false;
    }
    ++seen;
    last_seen = id;
    auto record = FindRecord(app, base::MessageId(id));
    if (!record.ok()) {
      failure = std::move(record).error();
      return false;
    }
    if (*record && Matches(**record, filter)) {
      auto content = FindContent(app, base::MessageId(id));
      if (!content.ok()) {
        failure = std::move(content).error();
        return false;
      }
      result.items.push_back(ToItem(**record, *content ? &**content : nullptr));
    }
    return true;
  };
  if (!filter.message_id.empty()) {
    visit(filter.message_id);
  } else {
    PINION_CHECK(VisitIds(app, filter, page.after, visit));
  }
  PINION_CHECK(std::move(failure));
  if (more) {
    result.next = last_seen;
  }
  return result;
}

}  // namespace pinion::delivery
