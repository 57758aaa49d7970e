// A KeyValueStore in memory, for tests and simulations: the same answers as RocksStore, nothing
// survives it. Thread-safe.
#pragma once

#include <map>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

#include "storage/key_value_store.h"

namespace pinion::storage {

class MemoryStore final : public KeyValueStore {
 public:
  base::Result<std::optional<std::string>> Get(std::string_view key) const override;
  base::Result<std::vector<std::optional<std::string>>> MultiGet(
      std::span<const std::string> keys) const override;
  base::Result<void> Scan(const ScanRange& range, const Visitor& visit) const override;
  base::Result<Sequence> Apply(const WriteBatch& batch) override;
  Sequence LastSequence() const override;
  base::Result<void> Sync() override { return {}; }
  std::unique_ptr<Reader> Snapshot() const override;
  uint64_t ApproximateBytes() const override;

 private:
  class SnapshotReader;

  // One state of a key; no value means that it was deleted.
  struct Version {
    Sequence sequence;
    std::optional<std::string> value;
  };
  // Oldest first. More than the newest version, or a deleted newest one, is kept only while a
  // snapshot may read it.
  using Versions = std::vector<Version>;
  using Entries = std::map<std::string, Versions, std::less<>>;

  static const std::string* ValueAt(const Versions& versions, Sequence moment);
  Sequence Pin() const;
  void Unpin(Sequence moment) const;
  void Write(const std::string& key, std::optional<std::string> value, Sequence sequence);
  void DeletePrefix(std::string_view prefix, Sequence sequence);
  std::optional<std::string> GetAt(std::string_view key, Sequence moment) const;
  void ScanAt(const ScanRange& range, Sequence moment, const Visitor& visit) const;

  mutable std::shared_mutex mutex_;
  // Below: guarded by mutex_. Mutable because a snapshot that ends cleans up.
  mutable Entries entries_;
  mutable std::multiset<Sequence> pinned_;
  mutable std::set<std::string, std::less<>> overwritten_while_pinned_;
  mutable uint64_t bytes_ = 0;
  Sequence last_sequence_ = 0;
};

}  // namespace pinion::storage
