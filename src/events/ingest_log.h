// The latest refusals of PutEvents of each application, item by item: the answer to "why are my
// analytics zero" (EVT-53). Written in the caller's batch; who adds must keep others from adding
// for the same application meanwhile. Otherwise thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "model/native_events.h"
#include "storage/key_value_store.h"

namespace pinion::events {

class IngestLog {
 public:
  // `store` must outlive the log.
  explicit IngestLog(storage::KeyValueStore& store) : store_(store) {}

  // Adds `refusals`, in their order, and drops all but the latest kIngestRefusalsKeptMax.
  base::Status Add(const base::AppId& app,
                   std::span<const model::IngestRefusal> refusals,
                   storage::WriteBatch& batch);
  // Newest first; those of one endpoint only unless `endpoint_id` is empty.
  base::Result<std::vector<model::IngestRefusal>> List(const base::AppId& app,
                                                       std::string_view endpoint_id) const;

  // Changes what stored refusals say (OPS-63): `rewrite` changes one and tells whether it did.
  // Answers how many; the new ones are in `batch`.
  base::Result<size_t> Rewrite(const base::AppId& app,
                               const std::function<bool(model::IngestRefusal&)>& rewrite,
                               storage::WriteBatch& batch) const;

  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

 private:
  storage::KeyValueStore& store_;
};

}  // namespace pinion::events
