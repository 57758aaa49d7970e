// StagedChanges: the endpoints of one application as a transaction sees them: what store and index
// hold, overlaid by what the transaction has changed. Writes nothing itself. Used by
// AudienceTransaction only, under the application's write lock; not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audience/application_audience.h"
#include "audience/endpoint_record.h"
#include "base/assert.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::audience {

class StagedChanges {
 public:
  // Both must outlive this.
  StagedChanges(const storage::Reader& store, const ApplicationAudience& app)
      : store_(store), app_(app) {}

  // `endpoint_key` as EndpointKey() makes it; null for an unknown endpoint.
  base::Result<const EndpointRecord*> Find(const std::string& endpoint_key);
  // Null if it does not exist. Like all records given out, valid until it is changed.
  base::Result<const EndpointRecord*> Endpoint(uint32_t ordinal);
  // The endpoints with this user id, ascending.
  std::vector<uint32_t> MembersOf(const std::string& user_id) const;
  // ACTIVE endpoints with this address (AUD-44), by ordinal.
  base::Result<std::vector<const EndpointRecord*>> ActiveWithAddress(model::ChannelType channel,
                                                                     std::string_view address);

  void Put(EndpointRecord record);
  // Changes an endpoint that was read before: `change(EndpointRecord&)`.
  template <class Change>
  void Modify(uint32_t ordinal, const Change& change) {
    const EndpointRecord* current = endpoints_.at(ordinal).Current();
    PINION_ASSERT(current != nullptr);
    EndpointRecord record = *current;
    change(record);
    Put(std::move(record));
  }
  // An endpoint that was read before.
  void Delete(uint32_t ordinal);

  bool empty() const { return !changed_; }
  void AddTo(storage::WriteBatch& batch) const;
  // Once, after the batch has been applied.
  void ApplyTo(AttributeIndex& index) const;

 private:
  struct Staged {
    // As in the store.
    std::optional<EndpointRecord> before;
    // As the transaction leaves it; meaningful once changed.
    std::optional<EndpointRecord> after;
    bool changed = false;

    const EndpointRecord* Current() const {
      const std::optional<EndpointRecord>& current = changed ? after : before;
      return current.has_value() ? &*current : nullptr;
    }
  };
  // Endpoints that were put with a text; they may have changed again since.
  using PutWith = std::unordered_map<std::string, std::vector<uint32_t>>;

  static void AddPut(const PutWith& put, const std::string& text, std::vector<uint32_t>& ordinals);
  std::vector<uint32_t> ChangedOrdinals() const;

  const storage::Reader& store_;
  const ApplicationAudience& app_;
  std::unordered_map<uint32_t, Staged> endpoints_;
  // Ordinals of endpoints made here, by key; nothing for those deleted here.
  std::unordered_map<std::string, std::optional<uint32_t>> ids_;
  PutWith by_user_;
  PutWith by_address_;
  bool changed_ = false;
};

}  // namespace pinion::audience
