// Jobs as they are stored: import and export jobs, what an import has imported so far, and its
// failed rows. Thread-safe; a job is changed by its runner only.
#pragma once

#include <cstdint>
#include <functional>
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
  static void Put(const model::ExportJobRecord& job, storage::WriteBatch& batch);
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

  // Record: model::ImportJobRecord or model::ExportJobRecord.
  template <class Record>
  base::Result<std::optional<Record>> Find(const base::AppId& app, const base::JobId& id) const;
  // Newest first; of one segment only if `segment` is given (JOB-29).
  template <class Record>
  base::Result<base::Page<Record>> List(const base::AppId& app,
                                        const std::optional<std::string>& segment,
                                        const base::PageRequest& page) const;
  // Jobs of all applications that have not ended, oldest first.
  template <class Record>
  base::Result<std::vector<Record>> Unfinished() const;
  base::Result<segments::ImportedMembers> Members(const model::ImportJobRecord& job) const;
  base::Result<base::Page<model::ImportFailure>> Failures(const base::AppId& app,
                                                          const base::JobId& id,
                                                          const base::PageRequest& page) const;
  // Changes what stored failures of an application say (OPS-63): `rewrite` changes one and tells
  // whether it did. Answers how many; the new ones are in `batch`.
  base::Result<size_t> RewriteFailures(const base::AppId& app,
                                       const std::function<bool(model::ImportFailure&)>& rewrite,
                                       storage::WriteBatch& batch) const;
  base::Status Apply(const storage::WriteBatch& batch);

 private:
  // Those of the record's kind among the keys with `prefix`.
  template <class Record>
  base::Result<std::vector<Record>> Scan(std::string_view prefix) const;

  storage::KeyValueStore& store_;
};

}  // namespace pinion::jobs
