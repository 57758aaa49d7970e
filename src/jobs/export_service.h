// Export jobs (audience.md section 17): created, listed, read. ExportRunner writes their objects.
// An application's deletion removes them together with its imports. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "jobs/export_runner.h"
#include "jobs/job_store.h"
#include "jobs/object_location.h"
#include "model/jobs.h"
#include "segments/segment_service.h"
#include "storage/key_value_store.h"

namespace pinion::jobs {

class ExportService {
 public:
  struct Dependencies {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    base::IdGenerator& ids;
    const ObjectLocations& locations;
    const segments::SegmentService& segments;
    ExportRunner& runner;
  };
  explicit ExportService(Dependencies dependencies)
      : deps_(dependencies), jobs_(dependencies.store) {}

  // kInvalidArgument naming the member (JOB-70).
  base::Result<model::ExportJobResponse> Create(const base::AppId& app,
                                                const model::ExportJobRequest& request);
  // kNotFound.
  base::Result<model::ExportJobResponse> Get(const base::AppId& app, const base::JobId& id) const;
  // Newest first; of one segment only if `segment` is given (JOB-74).
  base::Result<base::Page<model::ExportJobResponse>> List(const base::AppId& app,
                                                          const std::optional<std::string>& segment,
                                                          const base::PageRequest& page) const;

 private:
  const Dependencies deps_;
  JobStore jobs_;
};

}  // namespace pinion::jobs
