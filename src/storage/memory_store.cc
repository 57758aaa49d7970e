#include "storage/memory_store.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <utility>

#include "base/assert.h"
#include "storage/key.h"

namespace pinion::storage {
namespace {

// A scan copies this many entries under the lock before it visits them without; it begins small
// since many scans stop at the first entry.
constexpr size_t kFirstChunk = 8;
constexpr size_t kChunkMax = 1024;
constexpr Sequence kNewest = std::numeric_limits<Sequence>::max();

bool HasPrefix(std::string_view key, std::string_view prefix) {
  return key.substr(0, prefix.size()) == prefix;
}

}  // namespace

class MemoryStore::SnapshotReader final : public Reader {
 public:
  explicit SnapshotReader(const MemoryStore& store) : store_(store), moment_(store.Pin()) {}
  ~SnapshotReader() override { store_.Unpin(moment_); }
  SnapshotReader(const SnapshotReader&) = delete;
  SnapshotReader& operator=(const SnapshotReader&) = delete;

  base::Result<std::optional<std::string>> Get(std::string_view key) const override {
    return store_.GetAt(key, moment_);
  }
  base::Result<std::vector<std::optional<std::string>>> MultiGet(
      std::span<const std::string> keys) const override {
    std::vector<std::optional<std::string>> values;
    values.reserve(keys.size());
    for (const std::string& key : keys) {
      values.push_back(store_.GetAt(key, moment_));
    }
    return values;
  }
  base::Result<void> Scan(const ScanRange& range, const Visitor& visit) const override {
    store_.ScanAt(range, moment_, visit);
    return {};
  }

 private:
  const MemoryStore& store_;
  const Sequence moment_;
};

base::Result<std::optional<std::string>> MemoryStore::Get(std::string_view key) const {
  return GetAt(key, kNewest);
}

base::Result<std::vector<std::optional<std::string>>> MemoryStore::MultiGet(
    std::span<const std::string> keys) const {
  return SnapshotReader(*this).MultiGet(keys);
}

base::Result<void> MemoryStore::Scan(const ScanRange& range, const Visitor& visit) const {
  return SnapshotReader(*this).Scan(range, visit);
}

base::Result<Sequence> MemoryStore::Apply(const WriteBatch& batch) {
  const std::unique_lock lock(mutex_);
  if (batch.empty()) {
    return last_sequence_;
  }
  const Sequence sequence = last_sequence_ + 1;
  for (const WriteBatch::Change& change : batch.changes()) {
    switch (change.kind) {
      case WriteBatch::Kind::kPut:
        Write(change.key, change.value, sequence);
        break;
      case WriteBatch::Kind::kDelete:
        Write(change.key, std::nullopt, sequence);
        break;
      case WriteBatch::Kind::kDeletePrefix:
        PINION_ASSERT(!change.key.empty());
        DeletePrefix(change.key, sequence);
        break;
    }
  }
  last_sequence_ = sequence;
  return sequence;
}

Sequence MemoryStore::LastSequence() const {
  const std::shared_lock lock(mutex_);
  return last_sequence_;
}

std::unique_ptr<Reader> MemoryStore::Snapshot() const {
  return std::make_unique<SnapshotReader>(*this);
}

uint64_t MemoryStore::ApproximateBytes() const {
  const std::shared_lock lock(mutex_);
  return bytes_;
}

const std::string* MemoryStore::ValueAt(const Versions& versions, Sequence moment) {
  const auto newest = std::find_if(versions.rbegin(), versions.rend(), [&](const Version& version) {
    return version.sequence <= moment;
  });
  return newest != versions.rend() && newest->value.has_value() ? &*newest->value : nullptr;
}

Sequence MemoryStore::Pin() const {
  const std::unique_lock lock(mutex_);
  pinned_.insert(last_sequence_);
  return last_sequence_;
}

void MemoryStore::Unpin(Sequence moment) const {
  const std::unique_lock lock(mutex_);
  pinned_.erase(pinned_.find(moment));
  if (!pinned_.empty()) {
    return;
  }
  for (const std::string& key : overwritten_while_pinned_) {
    const auto entry = entries_.find(key);
    if (entry == entries_.end()) {
      continue;
    }
    Versions& versions = entry->second;
    versions.erase(versions.begin(), versions.end() - 1);
    if (!versions.back().value.has_value()) {
      entries_.erase(entry);
    }
  }
  overwritten_while_pinned_.clear();
}

void MemoryStore::Write(const std::string& key,
                        std::optional<std::string> value,
                        Sequence sequence) {
  auto entry = entries_.find(key);
  if (entry == entries_.end()) {
    if (!value.has_value()) {
      return;
    }
    entry = entries_.try_emplace(key).first;
  }
  Versions& versions = entry->second;
  if (!versions.empty() && versions.back().value.has_value()) {
    bytes_ -= key.size() + versions.back().value->size();
  }
  if (value.has_value()) {
    bytes_ += key.size() + value->size();
  }
  // A second change of the key in one batch replaces the first.
  const bool replaces = !versions.empty() && versions.back().sequence == sequence;
  if (pinned_.empty()) {
    versions.clear();
    if (!value.has_value()) {
      entries_.erase(entry);
      return;
    }
  } else if (replaces) {
    versions.pop_back();
  }
  versions.push_back({sequence, std::move(value)});
  if (!pinned_.empty()) {
    overwritten_while_pinned_.insert(key);
  }
}

void MemoryStore::DeletePrefix(std::string_view prefix, Sequence sequence) {
  auto entry = entries_.lower_bound(prefix);
  while (entry != entries_.end() && HasPrefix(entry->first, prefix)) {
    const std::string key = (entry++)->first;
    Write(key, std::nullopt, sequence);
  }
}

std::optional<std::string> MemoryStore::GetAt(std::string_view key, Sequence moment) const {
  const std::shared_lock lock(mutex_);
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) {
    return std::nullopt;
  }
  const std::string* value = ValueAt(entry->second, moment);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

void MemoryStore::ScanAt(const ScanRange& range, Sequence moment, const Visitor& visit) const {
  const bool forward = range.direction == Direction::kForward;
  const std::optional<std::string> end = PrefixEnd(range.prefix);
  std::vector<std::pair<std::string, std::string>> chunk;
  std::string last;
  bool resumed = false;

  for (size_t size = kFirstChunk;; size = std::min(2 * size, kChunkMax)) {
    chunk.clear();
    {
      const std::shared_lock lock(mutex_);
      const auto take = [&](const auto& entry) {
        const std::string* value = ValueAt(entry.second, moment);
        if (value != nullptr) {
          chunk.emplace_back(entry.first, *value);
        }
      };
      if (forward) {
        auto entry = resumed ? entries_.upper_bound(last)
                             : entries_.lower_bound(std::max(range.from, range.prefix));
        for (; entry != entries_.end() && HasPrefix(entry->first, range.prefix) &&
               chunk.size() < size;
             ++entry) {
          take(*entry);
        }
      } else {
        auto entry = end.has_value() ? entries_.lower_bound(*end) : entries_.end();
        if (resumed) {
          entry = entries_.lower_bound(last);
        } else if (!range.from.empty() && (!end.has_value() || range.from < *end)) {
          entry = entries_.upper_bound(range.from);
        }
        while (entry != entries_.begin() && chunk.size() < size) {
          --entry;
          if (!HasPrefix(entry->first, range.prefix)) {
            break;
          }
          take(*entry);
        }
      }
    }
    for (const auto& [key, value] : chunk) {
      if (!visit(key, value)) {
        return;
      }
    }
    if (chunk.size() < size) {
      return;
    }
    last = chunk.back().first;
    resumed = true;
  }
}

}  // namespace pinion::storage
