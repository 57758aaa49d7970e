// ContentCache: the compiled contents used last, by key. Bounded; the one that was not used for the
// longest time goes first. Thread-safe.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/locked.h"
#include "templates/compiled_content.h"

namespace pinion::templates {

class ContentCache {
 public:
  using Content = std::shared_ptr<const CompiledContent>;

  explicit ContentCache(size_t entries_max) : entries_max_(entries_max) {}

  // Null if it is not there.
  Content Find(const std::string& key) {
    auto state = state_.Lock();
    const auto found = state->by_key.find(key);
    if (found == state->by_key.end()) {
      return nullptr;
    }
    state->used.splice(state->used.begin(), state->used, found->second);
    return found->second->second;
  }

  void Insert(const std::string& key, Content content) {
    auto state = state_.Lock();
    if (state->by_key.find(key) != state->by_key.end()) {
      return;
    }
    state->used.emplace_front(key, std::move(content));
    state->by_key.emplace(key, state->used.begin());
    if (state->used.size() > entries_max_) {
      state->by_key.erase(state->used.back().first);
      state->used.pop_back();
    }
  }

 private:
  using Entries = std::list<std::pair<std::string, Content>>;
  struct State {
    // Used last, first.
    Entries used;
    std::unordered_map<std::string, Entries::iterator> by_key;
  };

  size_t entries_max_;
  base::Locked<State> state_;
};

}  // namespace pinion::templates
