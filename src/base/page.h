// One page of a list, for every list operation: what is asked for, what is answered, and a
// collector for lists that run from the newest to the oldest. Paging is by key: `after` and `next`
// are resume keys that the list itself gives out and reads; api/ seals them into tokens. Not
// thread-safe.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace pinion::base {

struct PageRequest {
  std::string after = {};   // resume key of an earlier page; "" for the first one
  size_t limit = 100;  // at least 1
};

template <class T>
struct Page {
  std::vector<T> items;
  std::string next;  // resume key of what follows; "" when nothing does
};

// Picks one page, newest first and equal instants by id (API-64), out of items that are offered in
// any order. Holds no more than a page of them.
template <class T>
class NewestFirst {
 public:
  explicit NewestFirst(const PageRequest& request) : limit_(request.limit) {
    const size_t colon = request.after.find(':');
    int64_t millis = 0;
    if (colon != std::string::npos &&
        std::from_chars(request.after.data(), request.after.data() + colon, millis).ec ==
            std::errc()) {
      after_ = Position{millis, request.after.substr(colon + 1)};
    }
  }

  // True when the item may be on the page: Offer it then. Saves decoding the others.
  bool Wants(Timestamp created, std::string_view id) const {
    const Position position{ToMillis(created), std::string(id)};
    if (after_ && !after_->Before(position)) {
      return false;
    }
    return chosen_.size() <= limit_ || position.Before(chosen_.front().first);
  }

  void Offer(Timestamp created, std::string_view id, T item) {
    if (!Wants(created, id)) {
      return;
    }
    chosen_.emplace_back(Position{ToMillis(created), std::string(id)}, std::move(item));
    std::push_heap(chosen_.begin(), chosen_.end(), InOrder);
    if (chosen_.size() > limit_ + 1) {
      std::pop_heap(chosen_.begin(), chosen_.end(), InOrder);
      chosen_.pop_back();
    }
  }

  Page<T> Take() {
    std::sort_heap(chosen_.begin(), chosen_.end(), InOrder);
    Page<T> page;
    if (chosen_.size() > limit_) {
      chosen_.pop_back();
      const Position& last = chosen_.back().first;
      page.next = std::to_string(last.millis) + ":" + last.id;
    }
    for (auto& [position, item] : chosen_) {
      page.items.push_back(std::move(item));
    }
    chosen_.clear();
    return page;
  }

 private:
  struct Position {
    int64_t millis = 0;
    std::string id;
    bool Before(const Position& other) const {
      return millis != other.millis ? millis > other.millis : id < other.id;
    }
  };
  static bool InOrder(const std::pair<Position, T>& a, const std::pair<Position, T>& b) {
    return a.first.Before(b.first);
  }

  size_t limit_;
  std::optional<Position> after_;
  // A heap with the item that comes last on top; one more than a page, to know whether anything
  // follows.
  std::vector<std::pair<Position, T>> chosen_;
};

}  // namespace pinion::base
