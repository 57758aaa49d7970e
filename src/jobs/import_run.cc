#include "jobs/import_run.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "audience/endpoint_identity.h"
#include "base/utf8.h"
#include "jobs/import_runner.h"
#include "jobs/json_rows.h"

namespace pinion::jobs {
namespace {

using model::JobStatus;

// JOB-34: SMS and VOICE numbers that a spreadsheet took the plus from.
void RestorePlus(model::EndpointRequest& request) {
  const bool phone = request.channel_type == model::ChannelType::kSms ||
                     request.channel_type == model::ChannelType::kVoice;
  if (!phone || !request.address) {
    return;
  }
  const std::string& address = *request.address;
  const bool digits = address.find_first_not_of("0123456789") == std::string::npos;
  if (digits && address.size() >= 7 && address.size() <= 15) {
    request.address = "+" + address;
  }
}

bool IsUserRow(const ImportRow& row) {
  return row.id.empty() && !row.request.address && !row.request.channel_type && row.request.user &&
         row.request.user->user_id;
}

}  // namespace

int32_t PiecesOf(const ImportObject& object) {
  return object.is_gzip ? 1
                        : static_cast<int32_t>(std::max<uint64_t>(
                              1, (object.bytes + kPieceBytes - 1) / kPieceBytes));
}

// What one write stores: rows, members, failures.
struct ImportRun::Batch {
  audience::AudienceTransaction transaction;
  std::string key;  // of the object
  segments::ImportedMembers members;
};

base::Status ImportRun::Run() {
  if (job_.status == JobStatus::kCreated || job_.status == JobStatus::kPendingJob) {
    job_.status = JobStatus::kPreparingForInitialization;
    storage::WriteBatch batch;
    PINION_CHECK(Store(batch));
  }
  auto objects = deps_.locations.List(job_.definition.s3_url, job_.definition.format);
  if (!objects.ok()) {
    return EndAsFailed(objects.error().message);
  }
  if (objects->empty()) {
    return EndAsFailed("No " + std::string(model::ToWire(job_.definition.format)) + " object at " +
                       job_.definition.s3_url);
  }
  PINION_CHECK(Initialize(*objects));
  for (size_t i = 0; i < objects->size(); ++i) {
    const auto number = static_cast<int32_t>(i);
    if (number >= job_.object.value_or(0)) {
      PINION_CHECK(RunObject((*objects)[i], number));
    }
    if (deps_.stopping) {
      return {};
    }
  }
  const bool nothing_good = job_.total_processed > 0 && job_.total_failures == job_.total_processed;
  return job_.failed_pieces > 0 || nothing_good ? EndAsFailed("") : Complete();
}

base::Status ImportRun::Initialize(const std::vector<ImportObject>& objects) {
  if (job_.status != JobStatus::kPreparingForInitialization) {
    return {};
  }
  job_.total_pieces = 0;
  for (const ImportObject& object : objects) {
    job_.total_pieces += PiecesOf(object);
  }
  job_.status = JobStatus::kProcessing;
  job_.object = 0;
  job_.offset = 0;
  job_.line = 1;
  job_.batch = 0;
  storage::WriteBatch batch;
  return Store(batch);
}

base::Status ImportRun::RunObject(const ImportObject& object, int32_t number) {
  const bool csv = job_.definition.format == model::Format::kCsv;
  auto reader = ObjectReader::Open(
      object.path, csv ? ObjectReader::Records::kCsv : ObjectReader::Records::kLines);
  if (!reader.ok()) {
    return FailObject(object, number, reader.error().message);
  }
  std::optional<CsvColumns> columns;
  if (csv) {
    const auto header = (*reader)->Next();
    auto parsed = CsvColumns::Parse(header.ok() && *header ? (*header)->text : "");
    if (!header.ok() || !parsed.ok()) {
      return FailObject(
          object, number, header.ok() ? parsed.error().message : header.error().message);
    }
    columns = *std::move(parsed);
  }
  // Where an earlier life of this job stopped.
  if (job_.object == number && job_.offset.value_or(0) > 0) {
    const base::Status skipped =
        (*reader)->SkipTo(static_cast<uint64_t>(*job_.offset), static_cast<uint64_t>(*job_.line));
    if (!skipped.ok()) {
      return FailObject(object, number, skipped.error().message);
    }
  }
  while (!deps_.stopping && job_.object == number) {
    PINION_CHECK(RunBatch(object, number, **reader, columns ? &*columns : nullptr));
  }
  return {};
}

// Nothing more of this object is applied.
base::Status ImportRun::FailObject(const ImportObject& object,
                                   int32_t number,
                                   const std::string& reason) {
  storage::WriteBatch batch;
  model::ImportFailure failure;
  failure.key = object.key;
  failure.line = 0;
  failure.reason = object.key + ": " + reason;
  JobStore::PutFailure(
      job_, static_cast<uint64_t>(job_.total_failures + job_.failed_pieces), failure, batch);
  job_.failed_pieces += PiecesOf(object);
  job_.object = number + 1;
  job_.offset = 0;
  job_.line = 1;
  return Store(batch);
}

base::Status ImportRun::RunBatch(const ImportObject& object,
                                 int32_t number,
                                 ObjectReader& reader,
                                 const CsvColumns* columns) {
  // Read before the audience is locked.
  std::vector<ObjectReader::Record> records;
  bool at_end = false;
  while (records.size() < kRowsPerBatch && !at_end) {
    auto record = reader.Next();
    if (!record.ok()) {
      return FailObject(object, number, record.error().message);
    }
    at_end = !record->has_value();
    if (!at_end && !(*record)->text.empty()) {
      records.push_back(**std::move(record));
    }
  }
  PINION_TRY(auto transaction, deps_.audience.Begin(base::AppId(job_.application_id)));
  Batch batch{.transaction = std::move(transaction), .key = object.key, .members = {}};
  for (const ObjectReader::Record& record : records) {
    ApplyRecord(record, columns, batch);
  }
  job_.batch = job_.batch.value_or(0) + 1;
  if (at_end) {
    job_.object = number + 1;
    job_.offset = 0;
    job_.line = 1;
    job_.completed_pieces =
        std::min(job_.total_pieces - job_.failed_pieces, job_.completed_pieces + PiecesOf(object));
  } else {
    job_.offset = static_cast<int64_t>(reader.offset());
    job_.line = static_cast<int64_t>(reader.next_line());
  }
  if (job_.definition.segment_id) {
    JobStore::PutMembers(job_, batch.members, batch.transaction.batch());
  }
  JobStore::Put(job_, batch.transaction.batch());
  PINION_CHECK(batch.transaction.Commit());
  return {};
}

void ImportRun::ApplyRecord(const ObjectReader::Record& record,
                            const CsvColumns* columns,
                            Batch& batch) {
  if (columns != nullptr) {
    if (const auto users = columns->ReadUserIds(record.text)) {
      for (const std::string& user : *users) {
        ++job_.total_processed;
        ImportRow row;
        row.request.user.emplace().user_id = user;
        const base::Status applied = ApplyRow(row, batch);
        if (!applied.ok()) {
          Fail(batch.key, record.line, applied.error().message, record.text, batch);
        }
      }
      return;
    }
  }
  ++job_.total_processed;
  base::Status applied;
  if (record.too_long) {
    applied = base::InvalidArgument("The row is longer than 1 MB");
  } else if (record.unclosed_quote) {
    applied = base::InvalidArgument("A quote is not closed");
  } else {
    auto row = columns != nullptr ? columns->ReadRow(record.text) : ReadJsonRow(record.text);
    applied = row.ok() ? ApplyRow(*row, batch) : base::Status(row.error());
  }
  if (!applied.ok()) {
    Fail(batch.key, record.line, applied.error().message, record.text, batch);
  }
}

base::Status ImportRun::ApplyRow(const ImportRow& given, Batch& batch) {
  if (IsUserRow(given)) {
    if (!job_.definition.segment_id) {
      return base::InvalidArgument("Missing Address");
    }
    batch.members.user_ids.insert(*given.request.user->user_id);
    return {};
  }
  ImportRow row = given;
  RestorePlus(row.request);
  PINION_TRY(const std::string id, IdOf(row, batch));
  PINION_TRY(const auto upserted,
             batch.transaction.Upsert(id,
                                      row.request,
                                      {.origin = audience::UpdateOrigin::kImport,
                                       .request_id = job_.id,
                                       .creation_date = row.creation_date,
                                       .item = ""}));
  if (job_.definition.segment_id) {
    batch.members.endpoints.Add(upserted.ordinal);
  }
  return {};
}

// The row's own id, that of the endpoint with its address, or a new one (JOB-31, JOB-32).
base::Result<std::string> ImportRun::IdOf(const ImportRow& row, Batch& batch) {
  const bool has_address = row.request.address && !row.request.address->empty();
  const bool has_channel = row.request.channel_type.has_value();
  if (!row.id.empty()) {
    PINION_TRY(const auto existing, batch.transaction.Read(row.id));
    const bool from_export = row.creation_date.has_value();
    if (existing || from_export || (has_address && has_channel)) {
      return row.id;
    }
  }
  if (!has_address) {
    return base::InvalidArgument("Missing Address");
  }
  if (!has_channel) {
    return base::InvalidArgument("Missing ChannelType");
  }
  if (!row.id.empty()) {
    return row.id;
  }
  const std::string user = row.request.user ? row.request.user->user_id.value_or("") : "";
  PINION_TRY(const auto known,
             batch.transaction.FindByAddress({.channel = *row.request.channel_type,
                                              .address = *row.request.address,
                                              .user_id = user}));
  return known ? *known
               : audience::DerivedEndpointId(*row.request.channel_type, *row.request.address, user);
}

void ImportRun::Fail(const std::string& key,
                     uint64_t line,
                     const std::string& reason,
                     const std::string& record,
                     Batch& batch) {
  model::ImportFailure failure;
  failure.key = key;
  failure.line = static_cast<int64_t>(line);
  failure.reason = reason;
  // What is no text cannot be shown.
  if (base::IsValidUtf8(record)) {
    failure.record = record;
  }
  JobStore::PutFailure(job_,
                       static_cast<uint64_t>(job_.total_failures + job_.failed_pieces),
                       failure,
                       batch.transaction.batch());
  ++job_.total_failures;
}

base::Status ImportRun::Store(storage::WriteBatch& batch) {
  JobStore::Put(job_, batch);
  return deps_.jobs.Apply(batch);
}

std::string ImportRun::SegmentName() const {
  if (job_.definition.segment_name && !job_.definition.segment_name->empty()) {
    return *job_.definition.segment_name;
  }
  // The object's name without folders and extensions, else the last folder (JOB-21).
  std::string_view url = job_.definition.s3_url;
  while (url.ends_with('/')) {
    url.remove_suffix(1);
  }
  std::string_view name = url.substr(url.rfind('/') + 1);
  return std::string(name.substr(0, std::max<size_t>(name.find('.', 1), 1)));
}

base::Status ImportRun::PutSegment(storage::WriteBatch& batch) {
  const base::AppId app(job_.application_id);
  const base::SegmentId id(*job_.definition.segment_id);
  segments::ImportedSegment segment;
  PINION_TRY(segment.members, deps_.jobs.Members(job_));
  segment.name = SegmentName();
  if (job_.segment_given) {
    PINION_TRY(const auto earlier, deps_.segments.MembersOfImport(app, id));
    segment.members.endpoints |= earlier.endpoints;
    segment.members.user_ids.insert(earlier.user_ids.begin(), earlier.user_ids.end());
    PINION_TRY(const auto stored, deps_.segments.Get(app, id));
    if (!job_.definition.segment_name) {
      segment.name = stored.name.value_or("");
    }
  }
  segment.definition.format = job_.definition.format;
  segment.definition.s3_url = job_.definition.s3_url;
  segment.definition.role_arn = job_.definition.role_arn;
  segment.definition.external_id = job_.definition.external_id.value_or("");
  segment.definition.size = static_cast<int32_t>(segment.members.endpoints.Cardinality() +
                                                 segment.members.user_ids.size());
  model::Map<int32_t> counts;
  {
    PINION_TRY(const auto index, deps_.audience.Index(app));
    const auto reading = index->Read();
    reading->TextOf(audience::FixedField::kChannelType)
        .ForEachValue([&](std::string_view channel, const bitmap::PostingSet& endpoints) {
          const uint64_t count = endpoints.IntersectionCardinality(segment.members.endpoints);
          if (count > 0) {
            counts.Set(std::string(channel), static_cast<int32_t>(count));
          }
        });
  }
  segment.definition.channel_counts = std::move(counts);
  return deps_.segments.PutImported(app, id, segment, batch);
}

base::Status ImportRun::Complete() {
  storage::WriteBatch batch;
  std::unique_lock<std::mutex> segment_records;
  if (job_.definition.segment_id) {
    segment_records = deps_.segments.LockRecords();
    const base::Status put = PutSegment(batch);
    if (!put.ok() && put.error().code != base::Errc::kInternal &&
        put.error().code != base::Errc::kUnavailable) {
      // The segment to add to was deleted meanwhile; trying again would never end.
      return EndAsFailed(put.error().message);
    }
    PINION_CHECK(put);
    JobStore::ForgetMembers(job_, batch);
  }
  job_.status = JobStatus::kCompleted;
  job_.completed_pieces = job_.total_pieces;
  job_.completed_at = deps_.clock.Now();
  return Store(batch);
}

base::Status ImportRun::EndAsFailed(const std::string& reason) {
  storage::WriteBatch batch;
  if (!reason.empty()) {
    model::ImportFailure failure;
    failure.line = 0;
    failure.reason = reason;
    JobStore::PutFailure(
        job_, static_cast<uint64_t>(job_.total_failures + job_.failed_pieces), failure, batch);
  }
  JobStore::ForgetMembers(job_, batch);
  job_.status = JobStatus::kFailed;
  job_.completed_at = deps_.clock.Now();
  return Store(batch);
}

}  // namespace pinion::jobs
