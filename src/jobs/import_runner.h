// Applies the rows of import jobs, on a thread of its own: one transaction of the audience per few
// hundred rows, with the job's position, counters, members and failures in the same write. So a job
// that is killed goes on behind the last row that is stored, and counts every row once (JOB-27).
// Thread-safe.
#pragma once

#include <memory>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/work_tracker.h"
#include "jobs/object_location.h"
#include "segments/segment_service.h"
#include "storage/key_value_store.h"

namespace pinion::jobs {

// Rows per write.
constexpr size_t kRowsPerBatch = 500;
// JOB-23: a piece of a plain object; a gzip object is one piece.
constexpr uint64_t kPieceBytes = 16 * 1024 * 1024;

class ImportRunner {
 public:
  struct Dependencies {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    base::WorkTracker& work;
    audience::AudienceService& audience;
    segments::SegmentService& segments;
    const ObjectLocations& locations;
  };
  explicit ImportRunner(Dependencies dependencies);
  ~ImportRunner();

  // Takes up what was left unfinished.
  void Start();
  // Ends after the rows in hand.
  void Stop();
  // There is a new job.
  void Wake();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinion::jobs
