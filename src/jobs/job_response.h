// What the answers about import and export jobs have in common. Pure.
#pragma once

#include <cstdint>

#include "base/time_text.h"
#include "model/jobs.h"

namespace pinion::jobs {

// Fills in everything but Type and Failures; whether the job has come far enough to have counters
// and failures (JOB-23).
template <class Record, class Response>
bool DescribeJob(const Record& job, Response& response) {
  response.application_id = job.application_id;
  response.id = job.id;
  response.creation_date = base::FormatIso8601(job.created_at);
  response.job_status = job.status;
  response.definition = job.definition;
  if (job.completed_at) {
    response.completion_date = base::FormatIso8601(*job.completed_at);
  }
  if (job.status == model::JobStatus::kCreated || job.status == model::JobStatus::kPendingJob ||
      job.status == model::JobStatus::kPreparingForInitialization) {
    return false;
  }
  response.total_pieces = job.total_pieces;
  response.completed_pieces = job.completed_pieces;
  response.failed_pieces = job.failed_pieces;
  response.total_processed = static_cast<int32_t>(job.total_processed);
  response.total_failures = static_cast<int32_t>(job.total_failures);
  return true;
}

}  // namespace pinion::jobs
