#include "storage/faulty_store.h"

namespace pinion::storage {
namespace {

// Takes one from the count if there is one.
bool TakeOne(std::atomic<int>& count) {
  int left = count.load();
  while (left > 0) {
    if (count.compare_exchange_weak(left, left - 1)) {
      return true;
    }
  }
  return false;
}

}  // namespace

base::Result<Sequence> FaultyStore::Apply(const WriteBatch& batch) {
  if (TakeOne(applies_to_fail_)) {
    return base::Unavailable("The store refused a write, as it was told to.");
  }
  return store_.Apply(batch);
}

base::Result<void> FaultyStore::Sync() {
  ++syncs_;
  if (TakeOne(syncs_to_fail_)) {
    return base::Unavailable("The store refused a sync, as it was told to.");
  }
  return store_.Sync();
}

}  // namespace pinion::storage
