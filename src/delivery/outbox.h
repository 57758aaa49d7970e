// The outbox: which messages wait to be handed to a real transport, in the order in which they are
// to go. A row is put in the batch that logs the message and removed in the batch that stores the
// outcome. One lane per application and channel.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::delivery {

// Direct messages pass bulk ones (CHN-132). The numbers are on disk.
enum class Priority : uint8_t { kDirect = 0, kBulk = 1 };

struct Lane {
  base::AppId app;
  std::string channel;
  auto operator<=>(const Lane&) const = default;
};

struct OutboxRow {
  Lane lane;
  Priority priority = Priority::kBulk;
  base::MessageId id;
};

class Outbox {
 public:
  static void Put(const OutboxRow& row, storage::WriteBatch& batch);
  static void Remove(const OutboxRow& row, storage::WriteBatch& batch);
  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

  // Rows of one lane and priority with ids greater than `after`, oldest first, at most `limit`.
  static base::Result<std::vector<OutboxRow>> Read(const storage::Reader& store,
                                                   const Lane& lane,
                                                   Priority priority,
                                                   std::string_view after,
                                                   size_t limit);
  // All rows of an application, until `visit` returns false.
  static base::Status Visit(const storage::Reader& store,
                            const base::AppId& app,
                            const std::function<bool(const OutboxRow&)>& visit);
  // Every lane that has a row.
  static base::Result<std::vector<Lane>> Lanes(const storage::Reader& store);

  // A row as the key of a retry timer, and back; nothing when the key is damaged.
  static std::string RowKey(const OutboxRow& row);
  static base::Result<OutboxRow> ParseRowKey(std::string_view key);
};

}  // namespace pinion::delivery
