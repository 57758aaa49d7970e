// The edge's view of durability: what the store holds at the moment of the question, and its group
// commit. Thread-safe.
#pragma once

#include <functional>
#include <utility>

#include "api/durability_gate.h"
#include "storage/group_commit.h"
#include "storage/key_value_store.h"

namespace pinion::server {

class StoreGate final : public api::DurabilityGate {
 public:
  // Both must outlive this.
  StoreGate(const storage::KeyValueStore& store, storage::GroupCommit& commit)
      : store_(store), commit_(commit) {}
  void WhenDurable(std::function<void(base::Status)> done) override {
    commit_.WhenDurable(store_.LastSequence(), std::move(done));
  }

 private:
  const storage::KeyValueStore& store_;
  storage::GroupCommit& commit_;
};

}  // namespace pinion::server
