// A list of changes that a store applies all or none, in order. Not thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pinion::storage {

class WriteBatch {
 public:
  enum class Kind { kPut, kDelete, kDeletePrefix };
  struct Change {
    Kind kind;
    std::string key;
    std::string value;
  };

  void Put(std::string key, std::string value) {
    changes_.push_back({Kind::kPut, std::move(key), std::move(value)});
  }
  void Delete(std::string key) { changes_.push_back({Kind::kDelete, std::move(key), {}}); }
  // Every key that begins with `prefix` (not empty) and was written before this change.
  void DeletePrefix(std::string prefix) {
    changes_.push_back({Kind::kDeletePrefix, std::move(prefix), {}});
  }

  bool empty() const { return changes_.empty(); }
  const std::vector<Change>& changes() const { return changes_; }

 private:
  std::vector<Change> changes_;
};

}  // namespace pinion::storage
