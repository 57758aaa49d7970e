#include "jobs/export_run.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "audience/endpoint_response.h"
#include "audience/endpoint_walk.h"
#include "base/ids.h"
#include "jobs/job_store.h"
#include "model/codec.h"

namespace pinion::jobs {
namespace {

using model::JobStatus;

// JOB-23: progress is at most a second old.
constexpr std::chrono::milliseconds kProgressInterval{500};

}  // namespace

ExportRun::ExportRun(Dependencies dependencies, model::ExportJobRecord job)
    : deps_(dependencies), job_(std::move(job)) {}

base::Status ExportRun::Run() {
  if (job_.status == JobStatus::kCreated || job_.status == JobStatus::kPendingJob) {
    job_.status = JobStatus::kPreparingForInitialization;
    PINION_CHECK(Store());
  }
  const base::Status segment = CheckSegment();
  if (!segment.ok()) {
    // It was deleted meanwhile.
    return segment.error().code == base::Errc::kInvalidArgument
               ? EndAsFailed(segment.error().message)
               : segment;
  }
  auto folder = deps_.locations.MakeFolder(job_.definition.s3_url_prefix, job_.id);
  if (!folder.ok()) {
    return EndAsFailed(folder.error().message);
  }
  folder_ = *std::move(folder);
  const base::Status removed = RemoveParts(folder_);
  if (!removed.ok()) {
    return EndAsFailed(removed.error().message);
  }
  PINION_TRY(const Moment moment, Begin());
  return WriteObjects(moment);
}

base::Status ExportRun::CheckSegment() const {
  if (job_.definition.segment_id) {
    PINION_CHECK(deps_.segments.RequireVersion(base::AppId(job_.application_id),
                                               *job_.definition.segment_id,
                                               job_.definition.segment_version,
                                               "SegmentId"));
  }
  return {};
}

// Under the audience's write lock, so that members and records are of the same moment.
base::Result<ExportRun::Moment> ExportRun::Begin() {
  const base::AppId app(job_.application_id);
  PINION_TRY(auto transaction, deps_.audience.Begin(app));
  Moment moment;
  if (job_.definition.segment_id) {
    PINION_TRY(
        moment.members,
        deps_.membership.MembersOf(
            app, base::SegmentId(*job_.definition.segment_id), job_.definition.segment_version));
  } else {
    PINION_TRY(const auto index, deps_.audience.Index(app));
    moment.members = index->Read()->All();
  }
  moment.records = deps_.store.Snapshot();
  const uint64_t objects =
      (moment.members.Cardinality() + deps_.lines_per_object - 1) / deps_.lines_per_object;
  job_.status = JobStatus::kProcessing;
  job_.total_pieces = static_cast<int32_t>(std::max<uint64_t>(1, objects));
  job_.completed_pieces = 0;
  job_.total_processed = 0;
  JobStore::Put(job_, transaction.batch());
  PINION_CHECK(transaction.Commit());
  return moment;
}

base::Status ExportRun::WriteObjects(const Moment& moment) {
  // Of the disk that is written to: it ends the job. A failure of the store does not.
  base::Status written;
  base::Status stored;
  PINION_CHECK(audience::WalkById(*moment.records,
                                  audience::AudienceKeys(base::AppId(job_.application_id)),
                                  moment.members,
                                  [&](const audience::EndpointRecordView& record) {
                                    written = Append(record);
                                    if (since_stored_.Elapsed() >= kProgressInterval) {
                                      stored = Store();
                                    }
                                    return written.ok() && stored.ok() && !deps_.stopping;
                                  }));
  PINION_CHECK(std::move(stored));
  if (deps_.stopping) {
    return {};
  }
  // An empty result is one object without a line.
  if (written.ok() && (object_ != nullptr || job_.completed_pieces == 0)) {
    written = FinishObject();
  }
  if (!written.ok()) {
    return EndAsFailed(written.error().message);
  }
  job_.total_pieces = job_.completed_pieces;
  job_.status = JobStatus::kCompleted;
  job_.completed_at = deps_.clock.Now();
  return Store();
}

base::Status ExportRun::Append(const audience::EndpointRecordView& record) {
  if (object_ == nullptr) {
    PINION_TRY(object_, PartFile::Create(folder_, job_.completed_pieces));
    lines_ = 0;
  }
  PINION_CHECK(
      object_->AppendLine(model::ToJson(audience::ComposeResponse(job_.application_id, record))));
  ++job_.total_processed;
  return ++lines_ == deps_.lines_per_object ? FinishObject() : base::Status();
}

base::Status ExportRun::FinishObject() {
  if (object_ == nullptr) {
    PINION_TRY(object_, PartFile::Create(folder_, job_.completed_pieces));
  }
  PINION_CHECK(object_->Finish());
  object_.reset();
  ++job_.completed_pieces;
  return {};
}

// Through a transaction of the audience, which an application that is being deleted refuses: its
// jobs must not come back.
base::Status ExportRun::Store() {
  PINION_TRY(auto transaction, deps_.audience.Begin(base::AppId(job_.application_id)));
  JobStore::Put(job_, transaction.batch());
  PINION_CHECK(transaction.Commit());
  since_stored_ = {};
  return {};
}

base::Status ExportRun::EndAsFailed(const std::string& reason) {
  object_.reset();
  job_.failed_pieces = std::max(0, job_.total_pieces - job_.completed_pieces);
  job_.failure = reason;
  job_.status = JobStatus::kFailed;
  job_.completed_at = deps_.clock.Now();
  return Store();
}

}  // namespace pinion::jobs
