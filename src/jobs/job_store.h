// Import jobs as they are stored: the job, what it has imported so far, and its failed rows.
// Thread-safe; a job is changed by its runner only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "bitmap/bitmap.h"
#include "model/jobs.h"
#include "segments/segment_service.h"
#include "storage/key_value_store.h"

namespace pinion::jobs {

// JOB-24: texts in the job itself.
constexpr size_t kFailureTextsMax = 100;

class JobStore {
 public:
  explicit JobStore(storage::KeyValueStore& store) : store_(store) {}

  static void Put(const model::ImportJobRecord& job, storage::WriteBatch& batch);
  // What one batch of rows imported, under the batch's number.
  static void PutMembers(const model::ImportJobRecord& job,
                         const segments::ImportedMembers& members,
                         storage::WriteBatch& batch);
  static void PutFailure(const model::ImportJobRecord& job,
                         uint64_t number,
                         const model::ImportFailure& failure,
                         storage::WriteBatch& batch);
  static void ForgetMembers(const model::ImportJobRecord& job, storage::WriteBatch& batch);
  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

  base::Result<std::optional<model::ImportJobRecord>> Find(const base::AppId& app,
                                                           const base::JobId& id) const;
  base::Result<std::vector<model::ImportJobRecord>> All(const base::AppId& app) const;
  // Jobs of all applications that have not ended, oldest first.
  base::Result<std::vector<model::ImportJobRecord>> Unfinished() const;
  base::Result<segments::ImportedMembers> Members(const model::ImportJobRecord& job) const;
  base::Result<base::Page<model::ImportFailure>> Failures(const base::AppId& app,
                                                          const base::JobId& id,
                                                          const base::PageRequest& page) const;
  base::Status Apply(const storage::WriteBatch& batch);

 private:
  base::Result<std::vector<model::ImportJobRecord>> Scan(std::string_view prefix) const;

  storage::KeyValueStore& store_;
};

bool HasEnded(const model::ImportJobRecord& job);

}  // namespace pinion::jobs
