// AudienceService: the endpoints, users and attribute indexes of all applications. Everybody who
// changes endpoints does it through a transaction of this service, so that store and index never
// differ. Thread-safe: transactions of one application wait for each other, reads wait for nobody.
//
// Every endpoint has an ordinal: a dense number within its application that is never given to
// another one, persisted in its record. Bitmaps everywhere are sets of ordinals; one that names
// deleted endpoints is made right by intersecting it with AttributeIndex::All().
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audience/application_audience.h"
#include "audience/attribute_index.h"
#include "audience/audience_loader.h"
#include "audience/audience_settings.h"
#include "audience/audience_transaction.h"
#include "audience/endpoint_batch.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "model/endpoints.h"
#include "storage/key_value_store.h"

namespace pinion::audience {

struct User {
  Attributes attributes;
  // By id; at least one.
  std::vector<EndpointRecord> endpoints;
};

class AudienceService {
 public:
  // Both must outlive this.
  AudienceService(storage::KeyValueStore& store, const base::Clock& clock);
  ~AudienceService();

  // Builds the indexes of all applications in the store; once, before anything else. kInternal if a
  // record is damaged.
  base::Status Load(const LoadCallback& progress = {});
  // Makes an application known: a new one, or one whose endpoints are in the store. Does nothing if
  // it is open.
  base::Status OpenApp(const base::AppId& app);
  // Forgets the application after waiting for its transaction; the store keeps its data.
  void CloseApp(const base::AppId& app);
  // Closes the application and adds the deletion of all its endpoints and users to `batch`.
  void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);
  // kNotFound for an application that is not open; so do all calls below.
  base::Status Configure(const base::AppId& app, const AudienceSettings& settings);

  // Waits for the application's write lock.
  base::Result<AudienceTransaction> Begin(const base::AppId& app);

  // UpdateEndpoint: one update in a transaction of its own.
  base::Result<storage::Sequence> UpdateEndpoint(const base::AppId& app,
                                                 std::string_view endpoint_id,
                                                 const model::EndpointRequest& request,
                                                 std::string_view request_id);
  // UpdateEndpointsBatch: all items or none (AUD-30, AUD-31).
  base::Result<storage::Sequence> UpdateBatch(const base::AppId& app,
                                              model::EndpointBatchRequest request,
                                              std::string_view request_id);
  base::Result<model::EndpointResponse> DeleteEndpoint(const base::AppId& app,
                                                       std::string_view endpoint_id);
  base::Result<model::EndpointsResponse> DeleteUser(const base::AppId& app,
                                                    const base::UserId& user);

  // Reads; each sees one moment. kNotFound (`Resource not found`) for an unknown endpoint or user.
  base::Result<model::EndpointResponse> Get(const base::AppId& app,
                                            std::string_view endpoint_id) const;
  base::Result<EndpointRecord> Find(const base::AppId& app, std::string_view endpoint_id) const;
  base::Result<model::EndpointsResponse> GetUserEndpoints(const base::AppId& app,
                                                          const base::UserId& user) const;
  base::Result<User> FindUser(const base::AppId& app, const base::UserId& user) const;
  // The ids of the other endpoints with the endpoint's channel and address, sorted (SEG-105).
  base::Result<std::vector<std::string>> Duplicates(const base::AppId& app,
                                                    const EndpointRecord& endpoint) const;
  // The endpoints of every channel, status and spelling with the address (AUD-44), by id.
  base::Result<std::vector<EndpointRecord>> FindByAddress(const base::AppId& app,
                                                          std::string_view address) const;
  // Nothing for an unknown endpoint.
  base::Result<std::optional<uint32_t>> OrdinalOf(const base::AppId& app,
                                                  std::string_view endpoint_id) const;
  // A few hundred to a few thousand at a time.
  base::Result<EndpointBatch> ReadByOrdinals(const base::AppId& app,
                                             std::span<const uint32_t> ordinals) const;
  // Ordinals by endpoint id in lower case, of ids that begin with `prefix` and come after `after`
  // (both in any case).
  struct IdRange {
    std::string_view prefix = {};
    std::string_view after = {};
    size_t limit = 100;
  };
  struct IdEntry {
    std::string key;
    uint32_t ordinal;
  };
  base::Result<std::vector<IdEntry>> ListIds(const base::AppId& app, const IdRange& range) const;
  // All records in the order of ordinals, on one snapshot, until `visit` returns false. Slow: reads
  // everything.
  base::Status ScanRecords(const base::AppId& app,
                           const std::function<bool(const EndpointRecordView&)>& visit) const;

  // Shared with the caller, so that a query in progress outlives CloseApp.
  base::Result<std::shared_ptr<const SharedAttributeIndex>> Index(const base::AppId& app) const;

  // RemoveAttributes: takes no new values for these names from now on (AUD-70…72). kInvalidArgument
  // for another type.
  base::Result<model::AttributesResource> RemoveAttributes(
      const base::AppId& app, std::string_view type, const model::UpdateAttributesRequest& request);
  // The blocked patterns (AUD-73).
  base::Result<std::vector<std::string>> BlockedNames(const base::AppId& app,
                                                      AttributeKind kind) const;
  // kNotFound if the pattern is not blocked.
  base::Status Unblock(const base::AppId& app, AttributeKind kind, std::string_view pattern);
  // Removes the values of a name everywhere, a batch of endpoints at a time; can be run again after
  // a crash.
  base::Status EraseAttribute(const base::AppId& app, AttributeKind kind, std::string_view name);

 private:
  base::Result<std::shared_ptr<ApplicationAudience>> Application(const base::AppId& app) const;
  base::Status OpenApp(const base::AppId& app, LoadCounts& counts, const LoadCallback& progress);

  storage::KeyValueStore& store_;
  const base::Clock& clock_;
  mutable std::shared_mutex mutex_;
  // Guarded by mutex_.
  std::map<base::AppId, std::shared_ptr<ApplicationAudience>> apps_;
};

// `endpoint-custom-attributes` and its two kin; nothing for another text.
std::optional<AttributeKind> AttributeKindFromWire(std::string_view type);
std::string_view ToWire(AttributeKind kind);

}  // namespace pinion::audience
