#include "events/ingest_log.h"

#include <utility>

#include "audience/endpoint_identity.h"
#include "events/limits.h"
#include "model/codec.h"
#include "storage/key.h"

namespace pinion::events {
namespace {

using storage::KeyReader;
using storage::KeySpace;
using storage::KeyWriter;

// Numbers grow by one from refusal to refusal, so the one to drop follows from the one that is
// added.
std::string Prefix(const base::AppId& app) {
  return KeyWriter(KeySpace::kIngestRefusal).Text(app.value()).Take();
}

std::string RefusalKey(const base::AppId& app, uint64_t number) {
  return KeyWriter(KeySpace::kIngestRefusal).Text(app.value()).U64(number).Take();
}

base::Result<uint64_t> NextNumber(const storage::KeyValueStore& store, const base::AppId& app) {
  uint64_t next = 1;
  const auto take = [&](std::string_view key, std::string_view) {
    KeyReader reader(key);
    reader.Text();
    next = reader.U64() + 1;
    return false;
  };
  PINION_CHECK(
      store.Scan({.prefix = Prefix(app), .direction = storage::Direction::kBackward}, take));
  return next;
}

}  // namespace

base::Status IngestLog::Add(const base::AppId& app,
                            std::span<const model::IngestRefusal> refusals,
                            storage::WriteBatch& batch) {
  if (refusals.empty()) {
    return {};
  }
  PINION_TRY(uint64_t number, NextNumber(store_, app));
  for (const model::IngestRefusal& refusal : refusals) {
    batch.Put(RefusalKey(app, number), model::ToJson(refusal));
    if (number > kIngestRefusalsKeptMax) {
      batch.Delete(RefusalKey(app, number - kIngestRefusalsKeptMax));
    }
    ++number;
  }
  return {};
}

base::Result<std::vector<model::IngestRefusal>> IngestLog::List(
    const base::AppId& app, std::string_view endpoint_id) const {
  const std::string wanted = audience::EndpointKey(endpoint_id);
  std::vector<model::IngestRefusal> refusals;
  base::Status status;
  const auto take = [&](std::string_view, std::string_view value) {
    base::Result<model::IngestRefusal> refusal = model::Decode<model::IngestRefusal>(value);
    if (!refusal.ok()) {
      status = base::Internal("an entry of the ingest log cannot be read");
      return false;
    }
    if (wanted.empty() || audience::EndpointKey(refusal->endpoint_id) == wanted) {
      refusals.push_back(*std::move(refusal));
    }
    return true;
  };
  PINION_CHECK(
      store_.Scan({.prefix = Prefix(app), .direction = storage::Direction::kBackward}, take));
  PINION_CHECK(status);
  return refusals;
}

base::Result<size_t> IngestLog::Rewrite(const base::AppId& app,
                                        const std::function<bool(model::IngestRefusal&)>& rewrite,
                                        storage::WriteBatch& batch) const {
  size_t rewritten = 0;
  base::Status status;
  const auto take = [&](std::string_view key, std::string_view value) {
    base::Result<model::IngestRefusal> refusal = model::Decode<model::IngestRefusal>(value);
    if (!refusal.ok()) {
      status = base::Internal("an entry of the ingest log cannot be read");
      return false;
    }
    if (rewrite(*refusal)) {
      batch.Put(std::string(key), model::ToJson(*refusal));
      ++rewritten;
    }
    return true;
  };
  PINION_CHECK(store_.Scan({.prefix = Prefix(app)}, take));
  PINION_CHECK(status);
  return rewritten;
}

void IngestLog::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  batch.DeletePrefix(Prefix(app));
}

}  // namespace pinion::events
