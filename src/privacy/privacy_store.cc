#include "privacy/privacy_store.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "model/codec.h"
#include "storage/key.h"

namespace pinion::privacy {
namespace {

using storage::KeySpace;
using storage::KeyWriter;

// The first part of the keys of kErasure; on disk.
enum class Part : uint8_t { kRequest = 0, kOptOut = 1 };

template <class Record>
KeyWriter Keys() {
  if constexpr (std::is_same_v<Record, model::ErasureRecord>) {
    return KeyWriter(KeySpace::kErasure).U8(static_cast<uint8_t>(Part::kRequest));
  } else {
    return KeyWriter(KeySpace::kPrivacyExport);
  }
}

KeyWriter OptOutKeys() {
  return KeyWriter(KeySpace::kErasure).U8(static_cast<uint8_t>(Part::kOptOut));
}

template <class Record>
void PutRecord(const Record& record, storage::WriteBatch& batch) {
  batch.Put(Keys<Record>().Text(record.application_id).Text(record.id).Take(),
            model::ToJson(record));
}

}  // namespace

void PrivacyStore::Put(const model::ErasureRecord& erasure, storage::WriteBatch& batch) {
  PutRecord(erasure, batch);
}

void PrivacyStore::Put(const model::PrivacyExportRecord& exported, storage::WriteBatch& batch) {
  PutRecord(exported, batch);
}

void PrivacyStore::PutOptOut(const base::AppId& app,
                             std::string_view hash,
                             storage::WriteBatch& batch) {
  batch.Put(OptOutKeys().Text(app.value()).Text(hash).Take(), "");
}

void PrivacyStore::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  batch.DeletePrefix(Keys<model::ErasureRecord>().Text(app.value()).Take());
  batch.DeletePrefix(Keys<model::PrivacyExportRecord>().Text(app.value()).Take());
  batch.DeletePrefix(OptOutKeys().Text(app.value()).Take());
}

template <class Record>
base::Result<std::optional<Record>> PrivacyStore::Find(const base::AppId& app,
                                                       std::string_view id) const {
  PINION_TRY(const auto bytes, store_.Get(Keys<Record>().Text(app.value()).Text(id).Take()));
  if (!bytes) {
    return std::optional<Record>();
  }
  PINION_TRY(auto record, model::Decode<Record>(*bytes));
  return std::optional(std::move(record));
}

template <class Record>
base::Result<std::vector<Record>> PrivacyStore::All(const base::AppId& app) const {
  std::vector<Record> records;
  base::Status failure;
  KeyWriter prefix = Keys<Record>();
  if (!app.empty()) {
    prefix.Text(app.value());
  }
  PINION_CHECK(store_.Scan({.prefix = prefix.key()}, [&](std::string_view, std::string_view bytes) {
    auto record = model::Decode<Record>(bytes);
    if (!record.ok()) {
      failure = std::move(record).error();
      return false;
    }
    records.push_back(*std::move(record));
    return true;
  }));
  PINION_CHECK(std::move(failure));
  std::stable_sort(records.begin(), records.end(), [](const Record& a, const Record& b) {
    return a.created_at < b.created_at;
  });
  return records;
}

template <class Record>
base::Result<base::Page<Record>> PrivacyStore::List(const base::AppId& app,
                                                    const base::PageRequest& page) const {
  PINION_TRY(std::vector<Record> all, All<Record>(app));
  base::NewestFirst<Record> newest(page);
  for (Record& record : all) {
    const base::Timestamp created = record.created_at;
    const std::string id = record.id;
    newest.Offer(created, id, std::move(record));
  }
  return newest.Take();
}

template base::Result<std::optional<model::ErasureRecord>> PrivacyStore::Find(
    const base::AppId&, std::string_view) const;
template base::Result<std::optional<model::PrivacyExportRecord>> PrivacyStore::Find(
    const base::AppId&, std::string_view) const;
template base::Result<std::vector<model::ErasureRecord>> PrivacyStore::All(
    const base::AppId&) const;
template base::Result<std::vector<model::PrivacyExportRecord>> PrivacyStore::All(
    const base::AppId&) const;
template base::Result<base::Page<model::ErasureRecord>> PrivacyStore::List(
    const base::AppId&, const base::PageRequest&) const;
template base::Result<base::Page<model::PrivacyExportRecord>> PrivacyStore::List(
    const base::AppId&, const base::PageRequest&) const;

base::Result<std::vector<std::string>> PrivacyStore::OptOuts() const {
  std::vector<std::string> hashes;
  PINION_CHECK(
      store_.Scan({.prefix = OptOutKeys().Take()}, [&](std::string_view key, std::string_view) {
        storage::KeyReader reader(key);
        reader.U8();
        reader.Text();
        hashes.push_back(reader.Text());
        return true;
      }));
  return hashes;
}

}  // namespace pinion::privacy
