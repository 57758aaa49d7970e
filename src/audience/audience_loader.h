// Rebuilds what ApplicationAudience holds in memory from the store. Internal to the module.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "audience/application_audience.h"
#include "base/ids.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::audience {

struct LoadCounts {
  uint64_t endpoints = 0;
};
using LoadCallback = std::function<void(const LoadCounts&)>;

// Fills an empty `app`; adds to `counts` and calls `progress` now and then. kInternal if a record
// is damaged.
base::Status LoadApplication(const storage::Reader& store,
                             ApplicationAudience& app,
                             LoadCounts& counts,
                             const LoadCallback& progress);

// The applications of which the store holds endpoints or blocked names.
base::Result<std::vector<base::AppId>> StoredApplications(const storage::Reader& store);

}  // namespace pinion::audience
