// One export job from its beginning to its end. An export that was interrupted begins again: what
// an earlier life of it wrote is removed first. Used by ExportRunner's thread only.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "audience/audience_service.h"
#include "audience/endpoint_record.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/stopwatch.h"
#include "bitmap/bitmap.h"
#include "jobs/object_location.h"
#include "jobs/part_file.h"
#include "model/jobs.h"
#include "segments/membership.h"
#include "segments/segment_service.h"
#include "storage/key_value_store.h"

namespace pinion::jobs {

class ExportRun {
 public:
  struct Dependencies {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    audience::AudienceService& audience;
    const segments::SegmentService& segments;
    const segments::Membership& membership;
    const ObjectLocations& locations;
    const std::atomic<bool>& stopping;
    uint64_t lines_per_object;
  };
  ExportRun(Dependencies dependencies, model::ExportJobRecord job);

  // Returns at the end of the job, or early when stopping; a failure leaves the job where it
  // stands.
  base::Status Run();

 private:
  // What is exported: everything of one moment (JOB-72).
  struct Moment {
    bitmap::Bitmap members;
    std::unique_ptr<storage::Reader> records;
  };

  base::Status CheckSegment() const;
  base::Result<Moment> Begin();
  base::Status WriteObjects(const Moment& moment);
  base::Status Append(const audience::EndpointRecordView& record);
  base::Status FinishObject();
  base::Status Store();
  base::Status EndAsFailed(const std::string& reason);

  const Dependencies deps_;
  model::ExportJobRecord job_;
  std::string folder_;
  std::unique_ptr<PartFile> object_;  // the one being written
  uint64_t lines_ = 0;                // in it
  base::Stopwatch since_stored_;
};

}  // namespace pinion::jobs
