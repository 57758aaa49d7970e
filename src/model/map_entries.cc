#include "model/map_entries.h"

#include <algorithm>
#include <numeric>

namespace pinion::model {

namespace {

// Up to here comparing each key with each is faster than sorting.
constexpr size_t kPairwiseMax = 16;

bool HasRepeatedKeyPairwise(const MapOps& ops, const void* map, size_t size) {
  for (size_t i = 1; i < size; ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (ops.key_at(map, i) == ops.key_at(map, j)) {
        return true;
      }
    }
  }
  return false;
}

// Positions ordered by key, equal keys by position. Sorting rather than hashing: no choice of keys
// makes it slow.
std::vector<size_t> OrderByKey(const MapOps& ops, const void* map, size_t size) {
  std::vector<size_t> order(size);
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const int comparison = ops.key_at(map, a).compare(ops.key_at(map, b));
    return comparison != 0 ? comparison < 0 : a < b;
  });
  return order;
}

void Compact(const MapOps& ops, void* map, const std::vector<bool>& dropped) {
  size_t to = 0;
  for (size_t from = 0; from < dropped.size(); ++from) {
    if (dropped[from]) {
      continue;
    }
    if (to != from) {
      ops.move_entry(map, to, from);
    }
    ++to;
  }
  ops.truncate(map, to);
}

}  // namespace

void SettleEntries(const MapOps& ops,
                   void* map,
                   const std::vector<size_t>& nulls,
                   const std::function<void(size_t)>& on_replaced) {
  const size_t size = ops.size(map);
  if (nulls.empty() && size <= kPairwiseMax && !HasRepeatedKeyPairwise(ops, map, size)) {
    return;
  }
  const std::vector<size_t> order = OrderByKey(ops, map, size);
  const auto is_null = [&](size_t position) {
    return std::binary_search(nulls.begin(), nulls.end(), position);
  };
  std::vector<bool> dropped(size, false);
  bool any_dropped = false;
  for (size_t run = 0; run < size;) {
    size_t end = run + 1;
    while (end < size && ops.key_at(map, order[end]) == ops.key_at(map, order[run])) {
      ++end;
    }
    const size_t first = order[run];
    const size_t last = order[end - 1];
    for (size_t i = run; i + 1 < end; ++i) {
      on_replaced(order[i]);
      dropped[order[i + 1]] = true;
    }
    dropped[first] = is_null(last);
    if (first != last && !is_null(last)) {
      ops.move_value(map, first, last);
    }
    any_dropped = any_dropped || first != last || is_null(last);
    run = end;
  }
  if (any_dropped) {
    Compact(ops, map, dropped);
  }
}

}  // namespace pinion::model
