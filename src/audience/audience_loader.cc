#include "audience/audience_loader.h"

#include <algorithm>
#include <optional>
#include <string>

#include "storage/key.h"

namespace pinion::audience {
namespace {

// Records between two calls of the progress callback.
constexpr uint64_t kProgressStep = 100000;

void Tell(uint64_t count, const LoadCounts& counts, const LoadCallback& progress) {
  if (progress && count % kProgressStep == 0) {
    progress(counts);
  }
}

base::Status LoadEndpoints(const storage::Reader& store,
                           ApplicationAudience& app,
                           LoadCounts& counts,
                           const LoadCallback& progress) {
  EndpointRecordView record;
  base::Status status;
  auto index = app.index.Write();
  PINION_CHECK(
      store.Scan({.prefix = app.keys.Endpoints()}, [&](std::string_view, std::string_view bytes) {
        status = Decode(bytes, record);
        if (!status.ok()) {
          return false;
        }
        const EndpointRecordView* const nothing = nullptr;
        index->Apply(nothing, &record);
        app.next_ordinal = std::max(app.next_ordinal, record.ordinal + 1);
        Tell(++counts.endpoints, counts, progress);
        return true;
      }));
  return status;
}

base::Status LoadOrdinalLimit(const storage::Reader& store, ApplicationAudience& app) {
  PINION_TRY(const std::optional<std::string> bytes, store.Get(app.keys.OrdinalLimit()));
  if (!bytes.has_value()) {
    return {};
  }
  const std::optional<uint32_t> limit = DecodeOrdinal(*bytes);
  if (!limit.has_value()) {
    return base::Internal("The stored limit of endpoint numbers is damaged.");
  }
  app.reserved_ordinals = *limit;
  // Some below the limit may have been given out and deleted again.
  app.next_ordinal = std::max(app.next_ordinal, *limit);
  return {};
}

base::Status LoadBlocklist(const storage::Reader& store, ApplicationAudience& app) {
  return store.Scan({.prefix = app.keys.AllBlocked()}, [&](std::string_view key, std::string_view) {
    storage::KeyReader reader(key);
    reader.Text();
    const uint8_t kind = reader.U8();
    std::string pattern = reader.Text();
    if (reader.AtEnd() && kind <= static_cast<uint8_t>(AttributeKind::kUser)) {
      app.blocklist.Add(static_cast<AttributeKind>(kind), std::move(pattern));
    }
    return true;
  });
}

// Visits one key per application and skips to the next one.
base::Status CollectApplications(const storage::Reader& store,
                                 storage::KeySpace space,
                                 std::vector<base::AppId>& apps) {
  const std::string family(1, static_cast<char>(space));
  std::string from = family;
  for (bool more = true; more;) {
    more = false;
    std::string app;
    PINION_CHECK(
        store.Scan({.prefix = family, .from = from}, [&](std::string_view key, std::string_view) {
          app = storage::KeyReader(key).Text();
          more = true;
          return false;
        }));
    if (!more) {
      break;
    }
    apps.emplace_back(app);
    const auto next = storage::PrefixEnd(storage::KeyWriter(space).Text(app).key());
    if (!next.has_value()) {
      break;
    }
    from = *next;
  }
  return {};
}

}  // namespace

base::Status LoadApplication(const storage::Reader& store,
                             ApplicationAudience& app,
                             LoadCounts& counts,
                             const LoadCallback& progress) {
  PINION_CHECK(LoadEndpoints(store, app, counts, progress));
  PINION_CHECK(LoadOrdinalLimit(store, app));
  PINION_CHECK(LoadBlocklist(store, app));
  return {};
}

base::Result<std::vector<base::AppId>> StoredApplications(const storage::Reader& store) {
  std::vector<base::AppId> apps;
  // The limit of ordinals outlives the endpoints.
  PINION_CHECK(CollectApplications(store, storage::KeySpace::kOrdinalNext, apps));
  PINION_CHECK(CollectApplications(store, storage::KeySpace::kBlockedAttribute, apps));
  std::sort(apps.begin(), apps.end());
  apps.erase(std::unique(apps.begin(), apps.end()), apps.end());
  return apps;
}

}  // namespace pinion::audience
