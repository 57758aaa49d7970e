// StagedChanges: endpoints and users of one application as a transaction sees them: what the store
// holds, overlaid by what the transaction has changed. Reads through to the store, writes nothing
// itself. Used by AudienceTransaction only, under the application's write lock; not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audience/attribute_index.h"
#include "audience/audience_keys.h"
#include "audience/endpoint_record.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::audience {

class StagedChanges {
 public:
  // Both must outlive this.
  StagedChanges(const storage::Reader& store, const AudienceKeys& keys)
      : store_(store), keys_(keys) {}

  // `endpoint_key` as EndpointKey() makes it; nothing for an unknown endpoint.
  base::Result<std::optional<uint32_t>> FindOrdinal(const std::string& endpoint_key);
  // Null if it does not exist. Valid until the same endpoint or user is put or deleted.
  base::Result<const EndpointRecord*> Endpoint(uint32_t ordinal);
  base::Result<const UserRecord*> User(const std::string& user_id);

  void PutEndpoint(EndpointRecord record);
  // An endpoint that was read before.
  void DeleteEndpoint(uint32_t ordinal);
  // A user without endpoints is deleted.
  void PutUser(const std::string& user_id, UserRecord user);

  // Endpoints that were put with this address; they may have changed again since.
  std::span<const uint32_t> PutWithAddress(model::ChannelType channel,
                                           std::string_view address) const;

  bool empty() const { return !changed_; }
  void AddTo(storage::WriteBatch& batch) const;
  // Call once, after the batch has been applied.
  void ApplyTo(AttributeIndex& index) const;

 private:
  template <class Record>
  struct Staged {
    // As in the store.
    std::optional<Record> before;
    // As the transaction leaves it; meaningful once changed.
    std::optional<Record> after;
    bool changed = false;

    const Record* Current() const {
      const std::optional<Record>& current = changed ? after : before;
      return current.has_value() ? &*current : nullptr;
    }
  };

  const Attributes& UserAttributesBefore(const std::optional<EndpointRecord>& record) const;
  const Attributes& UserAttributesAfter(const std::optional<EndpointRecord>& record) const;
  void ApplyUserAttributes(uint32_t ordinal,
                           const Staged<EndpointRecord>& staged,
                           AttributeIndex& index) const;
  void ApplySharedAttributes(const Staged<UserRecord>& staged, AttributeIndex& index) const;

  const storage::Reader& store_;
  const AudienceKeys& keys_;
  std::unordered_map<std::string, std::optional<uint32_t>> ordinals_;
  std::unordered_map<uint32_t, Staged<EndpointRecord>> endpoints_;
  std::unordered_map<std::string, Staged<UserRecord>> users_;
  std::unordered_map<std::string, std::vector<uint32_t>> by_address_;
  bool changed_ = false;
};

}  // namespace pinion::audience
