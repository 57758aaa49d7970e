// An ordered map from byte strings to byte strings that survives a crash. Writes are visible at
// once and durable after the next Sync: "write now, answer when durable" (see
// storage/group_commit.h). Thread-safe: every method may be called concurrently. Implementations:
// RocksStore (production) and MemoryStore (tests, simulation); both pass
// key_value_store_contract_test.cc, so a test that passes on one holds on the other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/write_batch.h"

namespace pinion::storage {

// Position in the store's write log; grows with every Apply.
using Sequence = uint64_t;

enum class Direction { kForward, kBackward };

struct ScanRange {
  // Only keys that begin with it are visited.
  std::string_view prefix;
  // kForward: the first key visited is the first >= from; kBackward: the first visited is the last
  // <= from (any key with the prefix if empty). Empty: from the end that the direction begins at.
  std::string_view from = {};
  Direction direction = Direction::kForward;
};

// Called for each key in order; the views live until it returns. Returns false to stop.
using Visitor = std::function<bool(std::string_view key, std::string_view value)>;

class Reader {
 public:
  virtual ~Reader() = default;
  // An absent key is not an error: it yields an empty optional.
  virtual base::Result<std::optional<std::string>> Get(std::string_view key) const = 0;
  // One answer per key, in the order of `keys`.
  virtual base::Result<std::vector<std::optional<std::string>>> MultiGet(
      std::span<const std::string> keys) const = 0;
  // All visits of one call see one moment of the store.
  virtual base::Result<void> Scan(const ScanRange& range, const Visitor& visit) const = 0;
};

class KeyValueStore : public Reader {
 public:
  // All or nothing. Later reads by anybody see it; it is durable once a Sync that began afterwards
  // has returned.
  virtual base::Result<Sequence> Apply(const WriteBatch& batch) = 0;
  // The sequence of the latest Apply that has returned (0 in a new store).
  virtual Sequence LastSequence() const = 0;
  // Makes everything durable that was applied before the call.
  virtual base::Result<void> Sync() = 0;
  // The store as it is now, for reading; must not outlive the store. Keep it short: it holds back
  // compaction.
  virtual std::unique_ptr<Reader> Snapshot() const = 0;
  // Bytes on disk (memory: bytes held), roughly.
  virtual uint64_t ApproximateBytes() const = 0;
};

}  // namespace pinion::storage
