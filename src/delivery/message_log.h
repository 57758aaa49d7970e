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
  // Puts `pseudonym` in the place of the recipient, and removes what the message said and what
  // transports said of it (OPS-63). `record` is as stored; the message must be final.
  struct Recipient {
    std::string endpoint_id;  // "" for a raw address
    std::string user_id;
    std::string address;
  };
  static void Anonymise(const base::AppId& app,
                        MessageRecord record,
                        const Recipient& pseudonym,
                        storage::WriteBatch& batch);
  // Everything of an application.
  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

  // Nothing if there is no such message.
  base::Result<std::optional<MessageRecord>> FindRecord(const base::AppId& app,
                                                        const base::MessageId& id) const;
  base::Result<std::optional<MessageContent>> FindContent(const base::AppId& app,
                                                          const base::MessageId& id) const;

  // Records in the order of their ids, behind `after`, until `visit` returns false.
  base::Status VisitRecords(const base::AppId& app,
                            std::string_view after,
                            const std::function<bool(MessageRecord)>& visit) const;

  // OPS-65: adds to `batch` the removal of final messages, or of what they said, that were made
  // before `at`. At most `examined_max` messages behind `after` are looked at.
  struct Removal {
    base::Timestamp at;
    std::string after = {};
    size_t examined_max = 1000;
  };
  struct Removed {
    std::string next;  // where to go on; "" at the end
    size_t messages = 0;
  };
  base::Result<Removed> Remove(const base::AppId& app,
                               const Removal& removal,
                               storage::WriteBatch& batch) const;
  base::Result<Removed> RemoveContent(const base::AppId& app,
                                      const Removal& removal,
                                      storage::WriteBatch& batch) const;

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
  using RecordRemover = std::function<void(const MessageRecord& record)>;
  base::Result<Removed> RemoveFinal(const base::AppId& app,
                                    const Removal& removal,
                                    const std::string& prefix,
                                    const RecordRemover& remove) const;
  base::Status VisitIds(const base::AppId& app,
                        const MessageFilter& filter,
                        std::string_view after,
                        const IdVisitor& visit) const;

  storage::KeyValueStore& store_;
};

}  // namespace pinion::delivery
