// One import job from wherever it stands to its end. Used by ImportRunner's thread only.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/result.h"
#include "jobs/csv_rows.h"
#include "jobs/import_row.h"
#include "jobs/job_store.h"
#include "jobs/object_location.h"
#include "jobs/object_reader.h"
#include "segments/segment_service.h"

namespace pinion::jobs {

class ImportRun {
 public:
  struct Dependencies {
    const base::Clock& clock;
    JobStore& jobs;
    audience::AudienceService& audience;
    segments::SegmentService& segments;
    const ObjectLocations& locations;
    const std::atomic<bool>& stopping;
  };
  ImportRun(Dependencies dependencies, model::ImportJobRecord job)
      : deps_(dependencies), job_(std::move(job)) {}

  // Returns at the end of the job, or early when stopping; a failure leaves the job where it
  // stands.
  base::Status Run();

 private:
  struct Batch;

  base::Status Initialize(const std::vector<ImportObject>& objects);
  base::Status RunObject(const ImportObject& object, int32_t number);
  base::Status FailObject(const ImportObject& object, int32_t number, const std::string& reason);
  base::Status RunBatch(const ImportObject& object,
                        int32_t number,
                        ObjectReader& reader,
                        const CsvColumns* columns);
  void ApplyRecord(const ObjectReader::Record& record, const CsvColumns* columns, Batch& batch);
  base::Status ApplyRow(const ImportRow& row, Batch& batch);
  base::Result<std::string> IdOf(const ImportRow& row, Batch& batch);
  void Fail(const std::string& key,
            uint64_t line,
            const std::string& reason,
            const std::string& record,
            Batch& batch);
  base::Status Store(storage::WriteBatch& batch);
  base::Status Complete();
  base::Status EndAsFailed(const std::string& reason);
  base::Status PutSegment(storage::WriteBatch& batch);
  std::string SegmentName() const;

  const Dependencies deps_;
  model::ImportJobRecord job_;
};

// How many pieces an object is.
int32_t PiecesOf(const ImportObject& object);

}  // namespace pinion::jobs
