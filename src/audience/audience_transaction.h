// AudienceTransaction: changes to endpoints and users of one application that take effect all at
// once, together with whatever its owner adds to batch(). Made by AudienceService::Begin; holds the
// application's write lock until it is gone, so keep it short and end it on the thread that began
// it. Later calls see what earlier ones did. A call that fails changes nothing and leaves the
// transaction usable; dropping it without Commit changes nothing at all.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audience/application_audience.h"
#include "audience/endpoint_merge.h"
#include "audience/staged_changes.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/endpoints.h"
#include "storage/key_value_store.h"

namespace pinion::audience {

struct UpsertOptions {
  UpdateOrigin origin = UpdateOrigin::kApi;
  // Of the call, kept unless the body names one (AUD-11).
  std::string_view request_id = {};
  // For an endpoint that this creates (JOB-35); at most now.
  std::optional<base::Timestamp> creation_date = {};
  // What messages begin with (`Item[3]`, AUD-31).
  std::string_view item = {};
};

struct Upserted {
  uint32_t ordinal = 0;
  bool created = false;
};

class AudienceTransaction {
 public:
  AudienceTransaction(AudienceTransaction&&) = default;
  AudienceTransaction& operator=(AudienceTransaction&&) = delete;
  ~AudienceTransaction();

  // Creates the endpoint or merges into it (section 3 of the rules). kInvalidArgument with the
  // message for the caller.
  base::Result<Upserted> Upsert(std::string_view endpoint_id,
                                const model::EndpointRequest& request,
                                const UpsertOptions& options);
  // The endpoint as it was; kNotFound if it is unknown (AUD-60).
  base::Result<model::EndpointResponse> Delete(std::string_view endpoint_id);
  // All endpoints of the user, by id; kNotFound if there are none (AUD-61).
  base::Result<model::EndpointsResponse> DeleteUser(const base::UserId& user);

  // Moves the last activity forward to `at`, at most now (AUD-46). kNotFound for an unknown
  // endpoint.
  base::Status TouchActivity(std::string_view endpoint_id, base::Timestamp at);
  // The recipient opts out of everything. kNotFound for an unknown endpoint.
  base::Status OptOutByRecipient(std::string_view endpoint_id);
  // Every ACTIVE endpoint with the address becomes INACTIVE, since the push service refuses it
  // (CHN-106). Returns how many there were.
  base::Result<size_t> InvalidateAddress(model::ChannelType channel, std::string_view address);
  // Removes the name from the endpoint, or from its user, whatever the blocklist says (AUD-73).
  base::Status EraseAttribute(uint32_t ordinal, AttributeKind kind, std::string_view name);

  // The endpoint as this transaction leaves it; nothing if it is unknown.
  base::Result<std::optional<EndpointRecord>> Read(std::string_view endpoint_id);
  // The ACTIVE endpoint with the smallest id that has the address and either the same user or none
  // on one of the two sides (JOB-32).
  struct AddressQuery {
    model::ChannelType channel;
    std::string_view address;
    std::string_view user_id;
  };
  base::Result<std::optional<std::string>> FindByAddress(const AddressQuery& query);

  // Further changes to the store that belong to the same atomic change.
  storage::WriteBatch& batch() { return batch_; }

  // Applies everything: first the store, then the index. On failure nothing has changed. Once.
  base::Result<storage::Sequence> Commit();

 private:
  friend class AudienceService;
  AudienceTransaction(storage::KeyValueStore& store,
                      const base::Clock& clock,
                      std::shared_ptr<ApplicationAudience> app,
                      std::unique_lock<std::mutex> lock);

  MergeRules RulesFor(const UpsertOptions& options) const;
  base::Result<const EndpointRecord*> Existing(std::string_view endpoint_id);
  EndpointRecord NewRecord(std::string_view endpoint_id, const UpsertOptions& options) const;
  base::Result<std::vector<uint32_t>> Rivals(const EndpointRecord& record);
  void ReserveOrdinals();

  storage::KeyValueStore& store_;
  const base::Clock& clock_;
  std::shared_ptr<ApplicationAudience> app_;
  std::unique_lock<std::mutex> lock_;
  std::unique_ptr<StagedChanges> staged_;
  storage::WriteBatch batch_;
  uint32_t next_ordinal_ = 0;
  uint32_t reserved_ordinals_ = 0;
};

}  // namespace pinion::audience
