// Map<T>: a JSON object with free keys, in the order in which its entries were given (API-51). Used
// for every map of the model. Lookup walks the entries, so build a larger index yourself where
// thousands of keys are looked up. Not thread-safe; keys are unique as long as entries are added by
// Set (the decoder sees to it by itself).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pinion::model {

template <class T>
class Map {
 public:
  using key_type = std::string;
  using mapped_type = T;
  using value_type = std::pair<std::string, T>;
  using iterator = typename std::vector<value_type>::iterator;
  using const_iterator = typename std::vector<value_type>::const_iterator;

  Map() = default;
  Map(std::initializer_list<value_type> entries) {
    for (const value_type& entry : entries) {
      Set(entry.first, entry.second);
    }
  }

  // The value of `key`, or nullptr.
  const T* Find(std::string_view key) const {
    for (const value_type& entry : entries_) {
      if (entry.first == key) {
        return &entry.second;
      }
    }
    return nullptr;
  }
  T* Find(std::string_view key) { return const_cast<T*>(std::as_const(*this).Find(key)); }
  bool Contains(std::string_view key) const { return Find(key) != nullptr; }

  // Replaces the value of `key` at its place, or appends the entry.
  T& Set(std::string key, T value) {
    if (T* existing = Find(key)) {
      *existing = std::move(value);
      return *existing;
    }
    return Append(std::move(key), std::move(value));
  }
  // Adds an entry whose key the caller knows to be new; constant time.
  T& Append(std::string key, T value) {
    return entries_.emplace_back(std::move(key), std::move(value)).second;
  }
  // True if there was such an entry; the others keep their order.
  bool Erase(std::string_view key) {
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (it->first == key) {
        entries_.erase(it);
        return true;
      }
    }
    return false;
  }

  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  void clear() { entries_.clear(); }
  void reserve(size_t count) { entries_.reserve(count); }
  iterator begin() { return entries_.begin(); }
  iterator end() { return entries_.end(); }
  const_iterator begin() const { return entries_.begin(); }
  const_iterator end() const { return entries_.end(); }
  // The entries as they are stored, for code that works by position.
  std::vector<value_type>& entries() { return entries_; }
  const std::vector<value_type>& entries() const { return entries_; }

  // Equal entries in equal order.
  friend bool operator==(const Map&, const Map&) = default;

 private:
  std::vector<value_type> entries_;
};

}  // namespace pinion::model
