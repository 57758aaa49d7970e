// Import jobs (audience.md section 16): created, listed, read. The rows are applied by
// ImportRunner, in the order of the jobs, one job at a time. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "apps/application_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "jobs/import_runner.h"
#include "jobs/job_store.h"
#include "jobs/object_location.h"
#include "model/jobs.h"
#include "segments/segment_service.h"
#include "storage/key_value_store.h"

namespace pinion::jobs {

class ImportService final : public apps::AppDeletionHook {
 public:
  struct Dependencies {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    base::IdGenerator& ids;
    const ObjectLocations& locations;
    segments::SegmentService& segments;
    ImportRunner& runner;
  };
  explicit ImportService(Dependencies dependencies)
      : deps_(dependencies), jobs_(dependencies.store) {}

  // kInvalidArgument naming the member; kNotImplemented for RegisterEndpoints false.
  base::Result<model::ImportJobResponse> Create(const base::AppId& app,
                                                const model::ImportJobRequest& request);
  // kNotFound.
  base::Result<model::ImportJobResponse> Get(const base::AppId& app, const base::JobId& id) const;
  // Newest first; of one segment only if `segment` is given.
  base::Result<base::Page<model::ImportJobResponse>> List(const base::AppId& app,
                                                          const std::optional<std::string>& segment,
                                                          const base::PageRequest& page) const;
  base::Result<base::Page<model::ImportFailure>> Failures(const base::AppId& app,
                                                          const base::JobId& id,
                                                          const base::PageRequest& page) const;

  base::Status OnDelete(const base::AppId& app, storage::WriteBatch& batch) override;

 private:
  base::Result<model::ImportJobResponse> ResponseOf(const model::ImportJobRecord& job) const;

  const Dependencies deps_;
  JobStore jobs_;
};

}  // namespace pinion::jobs
