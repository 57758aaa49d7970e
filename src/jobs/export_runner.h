// Writes the objects of export jobs, on a thread of its own, in the order of the jobs. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/work_tracker.h"
#include "jobs/object_location.h"
#include "segments/membership.h"
#include "segments/segment_service.h"
#include "storage/key_value_store.h"

namespace pinion::jobs {

// JOB-71.
constexpr uint64_t kLinesPerObject = 1'000'000;

class ExportRunner {
 public:
  struct Dependencies {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    base::WorkTracker& work;
    audience::AudienceService& audience;
    const segments::SegmentService& segments;
    const segments::Membership& membership;
    const ObjectLocations& locations;
    uint64_t lines_per_object = kLinesPerObject;
  };
  explicit ExportRunner(Dependencies dependencies);
  ~ExportRunner();

  // Begins again with what was left unfinished.
  void Start();
  // Leaves the job in hand for the next start.
  void Stop();
  // There is a new job.
  void Wake();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinion::jobs
