// The message log: every message that was built, what it said, and what became of it. Writes are
// part of the caller's batch; a record is written by whoever owns the message at that moment (the
// one who submits it, then the dispatcher), so there is no lock. Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "delivery/message.h"
#include "model/delivery.h"
#include "storage/key_value_store.h"

namespace pinion::delivery {

// CHN-61; empty members do not filter.
struct MessageFilter {
  std::string message_id;
  std::string endpoint_id;
  std::string user_id;
  std::string channel;
  std::string address;
  std::string campaign_id;
  std::string template_name;
  std::optional<MessageStatus> status;
};

class MessageLog {
 public:
  explicit MessageLog(storage::KeyValueStore& store) : store_(store) {}

  // A new message with its content and the indexes that the filters use.
  static void Add(const Message& message, storage::WriteBatch& batch);
  // A changed record of a message that is there.
  static void Update(const base::AppId& app,
                     const MessageRecord& record,
                     storage::WriteBatch& batch);
  // Everything of an application.
  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

  // Nothing if there is no such message.
  base::Result<std::optional<MessageRecord>> FindRecord(const base::AppId& app,
                                                        const base::MessageId& id) const;
  base::Result<std::optional<MessageContent>> FindContent(const base::AppId& app,
                                                          const base::MessageId& id) const;

  // One message as the API shows it. kNotFound.
  base::Result<model::MessageLogItem> Get(const base::AppId& app, const base::MessageId& id) const;
  // Oldest first. A page may hold fewer items than asked for and still have a `next`: at most
  // kScanMax records are looked at for one page, so that a filter without index cannot hold a
  // thread for long.
  base::Result<base::Page<model::MessageLogItem>> List(const base::AppId& app,
                                                       const MessageFilter& filter,
                                                       const base::PageRequest& page) const;

  static constexpr size_t kScanMax = 100'000;

 private:
  using IdVisitor = std::function<bool(std::string_view id)>;
  base::Status VisitIds(const base::AppId& app,
                        const MessageFilter& filter,
                        std::string_view after,
                        const IdVisitor& visit) const;

  storage::KeyValueStore& store_;
};

}  // namespace pinion::delivery
