// A store that fails on demand in front of one that does not, for tests of what happens when the
// disk refuses. Thread-safe.
#pragma once

#include <atomic>

#include "storage/key_value_store.h"

namespace pinion::storage {

class FaultyStore final : public KeyValueStore {
 public:
  explicit FaultyStore(KeyValueStore& store) : store_(store) {}

  // The next `count` calls answer kUnavailable and change nothing.
  void FailNextApplies(int count) { applies_to_fail_ = count; }
  // The next `count` calls answer kUnavailable.
  void FailNextSyncs(int count) { syncs_to_fail_ = count; }
  // Syncs that were asked for, failed ones included.
  int syncs() const { return syncs_; }

  base::Result<std::optional<std::string>> Get(std::string_view key) const override {
    return store_.Get(key);
  }
  base::Result<std::vector<std::optional<std::string>>> MultiGet(
      std::span<const std::string> keys) const override {
    return store_.MultiGet(keys);
  }
  base::Result<void> Scan(const ScanRange& range, const Visitor& visit) const override {
    return store_.Scan(range, visit);
  }
  base::Result<Sequence> Apply(const WriteBatch& batch) override;
  Sequence LastSequence() const override { return store_.LastSequence(); }
  base::Result<void> Sync() override;
  std::unique_ptr<Reader> Snapshot() const override { return store_.Snapshot(); }
  uint64_t ApproximateBytes() const override { return store_.ApproximateBytes(); }

 private:
  KeyValueStore& store_;
  std::atomic<int> applies_to_fail_{0};
  std::atomic<int> syncs_to_fail_{0};
  std::atomic<int> syncs_{0};
};

}  // namespace pinion::storage
