#include "jobs/job_store.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <type_traits>
#include <utility>

#include "model/codec.h"
#include "segments/imported_members.h"
#include "storage/key.h"

namespace pinion::jobs {
namespace {

using storage::KeySpace;
using storage::KeyWriter;

template <class Record>
constexpr std::string_view KindOf() {
  return std::is_same_v<Record, model::ImportJobRecord> ? "import" : "export";
}

std::string JobKey(std::string_view app, std::string_view kind, std::string_view id) {
  return KeyWriter(KeySpace::kJob).Text(app).Text(kind).Text(id).Take();
}

template <class Record>
void PutJob(const Record& job, storage::WriteBatch& batch) {
  batch.Put(JobKey(job.application_id, KindOf<Record>(), job.id), model::ToJson(job));
}

std::string MembersPrefix(const model::ImportJobRecord& job) {
  return KeyWriter(KeySpace::kJobMembers).Text(job.application_id).Text(job.id).Take();
}

std::string FailuresPrefix(std::string_view app, std::string_view id) {
  return KeyWriter(KeySpace::kJobFailure).Text(app).Text(id).Take();
}

}  // namespace

void JobStore::Put(const model::ImportJobRecord& job, storage::WriteBatch& batch) {
  PutJob(job, batch);
}

void JobStore::Put(const model::ExportJobRecord& job, storage::WriteBatch& batch) {
  PutJob(job, batch);
}

void JobStore::PutMembers(const model::ImportJobRecord& job,
                          const segments::ImportedMembers& members,
                          storage::WriteBatch& batch) {
  const auto number = static_cast<uint32_t>(job.batch.value_or(0));
  batch.Put(
      KeyWriter(KeySpace::kJobMembers).Text(job.application_id).Text(job.id).U32(number).Take(),
      segments::EncodeMembers(members));
}

void JobStore::PutFailure(const model::ImportJobRecord& job,
                          uint64_t number,
                          const model::ImportFailure& failure,
                          storage::WriteBatch& batch) {
  batch.Put(
      KeyWriter(KeySpace::kJobFailure).Text(job.application_id).Text(job.id).U64(number).Take(),
      model::ToJson(failure));
}

void JobStore::ForgetMembers(const model::ImportJobRecord& job, storage::WriteBatch& batch) {
  batch.DeletePrefix(MembersPrefix(job));
}

void JobStore::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  for (const KeySpace space : {KeySpace::kJob, KeySpace::kJobMembers, KeySpace::kJobFailure}) {
    batch.DeletePrefix(KeyWriter(space).Text(app.value()).Take());
  }
}

template <class Record>
base::Result<std::optional<Record>> JobStore::Find(const base::AppId& app,
                                                   const base::JobId& id) const {
  PINION_TRY(const auto bytes, store_.Get(JobKey(app.value(), KindOf<Record>(), id.value())));
  if (!bytes) {
    return std::optional<Record>();
  }
  PINION_TRY(auto job, model::Decode<Record>(*bytes));
  return std::optional(std::move(job));
}

template <class Record>
base::Result<std::vector<Record>> JobStore::Scan(std::string_view prefix) const {
  std::vector<Record> jobs;
  base::Status failure;
  PINION_CHECK(store_.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view bytes) {
    storage::KeyReader reader(key);
    (void)reader.Text();
    if (reader.Text() != KindOf<Record>()) {
      return true;
    }
    auto job = model::Decode<Record>(bytes);
    if (!job.ok()) {
      failure = std::move(job).error();
      return false;
    }
    jobs.push_back(*std::move(job));
    return true;
  }));
  PINION_CHECK(std::move(failure));
  return jobs;
}

template <class Record>
base::Result<base::Page<Record>> JobStore::List(const base::AppId& app,
                                                const std::optional<std::string>& segment,
                                                const base::PageRequest& page) const {
  PINION_TRY(
      std::vector<Record> all,
      Scan<Record>(KeyWriter(KeySpace::kJob).Text(app.value()).Text(KindOf<Record>()).Take()));
  base::NewestFirst<Record> newest(page);
  for (Record& job : all) {
    if (!segment || job.definition.segment_id == segment) {
      const base::Timestamp created = job.created_at;
      const std::string id = job.id;
      newest.Offer(created, id, std::move(job));
    }
  }
  return newest.Take();
}

template <class Record>
base::Result<std::vector<Record>> JobStore::Unfinished() const {
  PINION_TRY(std::vector<Record> jobs, Scan<Record>(KeyWriter(KeySpace::kJob).Take()));
  std::erase_if(jobs, [](const Record& job) {
    return job.status == model::JobStatus::kCompleted || job.status == model::JobStatus::kFailed;
  });
  std::sort(jobs.begin(), jobs.end(), [](const auto& a, const auto& b) {
    return a.created_at < b.created_at;
  });
  return jobs;
}

template base::Result<std::optional<model::ImportJobRecord>> JobStore::Find(
    const base::AppId&, const base::JobId&) const;
template base::Result<std::optional<model::ExportJobRecord>> JobStore::Find(
    const base::AppId&, const base::JobId&) const;
template base::Result<base::Page<model::ImportJobRecord>> JobStore::List(
    const base::AppId&, const std::optional<std::string>&, const base::PageRequest&) const;
template base::Result<base::Page<model::ExportJobRecord>> JobStore::List(
    const base::AppId&, const std::optional<std::string>&, const base::PageRequest&) const;
template base::Result<std::vector<model::ImportJobRecord>> JobStore::Unfinished() const;
template base::Result<std::vector<model::ExportJobRecord>> JobStore::Unfinished() const;

base::Result<segments::ImportedMembers> JobStore::Members(const model::ImportJobRecord& job) const {
  segments::ImportedMembers all;
  base::Status failure;
  PINION_CHECK(
      store_.Scan({.prefix = MembersPrefix(job)}, [&](std::string_view, std::string_view bytes) {
        auto members = segments::DecodeMembers(bytes);
        if (!members.ok()) {
          failure = std::move(members).error();
          return false;
        }
        all.endpoints |= members->endpoints;
        all.user_ids.merge(members->user_ids);
        return true;
      }));
  PINION_CHECK(std::move(failure));
  return all;
}

base::Result<base::Page<model::ImportFailure>> JobStore::Failures(
    const base::AppId& app, const base::JobId& id, const base::PageRequest& page) const {
  base::Page<model::ImportFailure> result;
  base::Status failure;
  const std::string prefix = FailuresPrefix(app.value(), id.value());
  uint64_t after = 0;
  std::from_chars(page.after.data(), page.after.data() + page.after.size(), after);
  const std::string from = page.after.empty() ? std::string()
                                              : KeyWriter(KeySpace::kJobFailure)
                                                    .Text(app.value())
                                                    .Text(id.value())
                                                    .U64(after + 1)
                                                    .Take();
  PINION_CHECK(store_.Scan({.prefix = prefix, .from = from},
                           [&](std::string_view key, std::string_view bytes) {
                             if (result.items.size() == page.limit) {
                               result.next = std::to_string(after);
                               return false;
                             }
                             auto item = model::Decode<model::ImportFailure>(bytes);
                             if (!item.ok()) {
                               failure = std::move(item).error();
                               return false;
                             }
                             storage::KeyReader reader(key);
                             (void)reader.Text();
                             (void)reader.Text();
                             after = reader.U64();
                             result.items.push_back(*std::move(item));
                             return true;
                           }));
  PINION_CHECK(std::move(failure));
  return result;
}

base::Result<size_t> JobStore::RewriteFailures(
    const base::AppId& app,
    const std::function<bool(model::ImportFailure&)>& rewrite,
    storage::WriteBatch& batch) const {
  size_t rewritten = 0;
  base::Status readable;
  PINION_CHECK(store_.Scan({.prefix = KeyWriter(KeySpace::kJobFailure).Text(app.value()).Take()},
                           [&](std::string_view key, std::string_view bytes) {
                             auto failure = model::Decode<model::ImportFailure>(bytes);
                             if (!failure.ok()) {
                               readable = std::move(failure).error();
                               return false;
                             }
                             if (rewrite(*failure)) {
                               batch.Put(std::string(key), model::ToJson(*failure));
                               ++rewritten;
                             }
                             return true;
                           }));
  PINION_CHECK(std::move(readable));
  return rewritten;
}

base::Status JobStore::Apply(const storage::WriteBatch& batch) {
  PINION_CHECK(store_.Apply(batch));
  return {};
}

}  // namespace pinion::jobs
