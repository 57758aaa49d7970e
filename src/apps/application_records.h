// The application records as the store has them, the ones in use kept in memory: nearly every call
// asks for its application. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <unordered_map>

#include "base/ids.h"
#include "base/result.h"
#include "model/apps.h"
#include "storage/key_value_store.h"

namespace pinion::apps {

class ApplicationRecords {
 public:
  using Record = std::shared_ptr<const model::ApplicationRecord>;

  // `store` must outlive it.
  explicit ApplicationRecords(const storage::KeyValueStore& store, size_t kept_max = 10'000)
      : store_(store), kept_max_(kept_max) {}

  // kNotFound "Application not found"; kInternal for damaged bytes.
  base::Result<Record> Get(const base::AppId& app) const;
  // Whoever has changed or deleted a record in the store says so, before he answers.
  void Changed(const base::AppId& app);

 private:
  const storage::KeyValueStore& store_;
  const size_t kept_max_;
  mutable std::shared_mutex mutex_;
  // Goes up with every change, so that nobody keeps what he read before it.
  uint64_t changes_ = 0;
  mutable std::unordered_map<base::AppId, Record> kept_;
};

}  // namespace pinion::apps
