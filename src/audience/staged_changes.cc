#include "audience/staged_changes.h"

#include <algorithm>

#include "audience/endpoint_identity.h"
#include "base/assert.h"

namespace pinion::audience {
namespace {

std::string AddressKey(model::ChannelType channel, std::string_view address) {
  std::string key = ComparableAddress(channel, address);
  key.push_back(static_cast<char>(channel));
  return key;
}

const Attributes& NoAttributes() {
  static const Attributes none;
  return none;
}

}  // namespace

base::Result<std::optional<uint32_t>> StagedChanges::FindOrdinal(const std::string& endpoint_key) {
  const auto known = ordinals_.find(endpoint_key);
  if (known != ordinals_.end()) {
    return known->second;
  }
  PINION_TRY(const std::optional<std::string> bytes, store_.Get(keys_.Ordinal(endpoint_key)));
  std::optional<uint32_t> ordinal;
  if (bytes.has_value()) {
    ordinal = DecodeOrdinal(*bytes);
    if (!ordinal.has_value()) {
      return base::Internal("The stored number of an endpoint is damaged.");
    }
  }
  ordinals_.emplace(endpoint_key, ordinal);
  return ordinal;
}

base::Result<const EndpointRecord*> StagedChanges::Endpoint(uint32_t ordinal) {
  const auto known = endpoints_.find(ordinal);
  if (known != endpoints_.end()) {
    return known->second.Current();
  }
  PINION_TRY(const std::optional<std::string> bytes, store_.Get(keys_.Endpoint(ordinal)));
  Staged<EndpointRecord> staged;
  if (bytes.has_value()) {
    PINION_CHECK(Decode(*bytes, staged.before.emplace()));
  }
  return endpoints_.emplace(ordinal, std::move(staged)).first->second.Current();
}

base::Result<const UserRecord*> StagedChanges::User(const std::string& user_id) {
  const auto known = users_.find(user_id);
  if (known != users_.end()) {
    return known->second.Current();
  }
  PINION_TRY(const std::optional<std::string> bytes, store_.Get(keys_.User(user_id)));
  Staged<UserRecord> staged;
  if (bytes.has_value()) {
    PINION_CHECK(Decode(*bytes, staged.before.emplace()));
  }
  return users_.emplace(user_id, std::move(staged)).first->second.Current();
}

void StagedChanges::PutEndpoint(EndpointRecord record) {
  changed_ = true;
  if (record.channel_type.has_value() && !record.address.empty()) {
    by_address_[AddressKey(*record.channel_type, record.address)].push_back(record.ordinal);
  }
  Staged<EndpointRecord>& staged = endpoints_[record.ordinal];
  if (staged.Current() == nullptr) {
    ordinals_[EndpointKey(record.id)] = record.ordinal;
  }
  staged.after = std::move(record);
  staged.changed = true;
}

void StagedChanges::DeleteEndpoint(uint32_t ordinal) {
  changed_ = true;
  Staged<EndpointRecord>& staged = endpoints_[ordinal];
  PINION_ASSERT(staged.Current() != nullptr);
  ordinals_[EndpointKey(staged.Current()->id)] = std::nullopt;
  staged.after.reset();
  staged.changed = true;
}

void StagedChanges::PutUser(const std::string& user_id, UserRecord user) {
  changed_ = true;
  Staged<UserRecord>& staged = users_[user_id];
  staged.after.reset();
  if (!user.ordinals.empty()) {
    staged.after = std::move(user);
  }
  staged.changed = true;
}

std::span<const uint32_t> StagedChanges::PutWithAddress(model::ChannelType channel,
                                                        std::string_view address) const {
  if (by_address_.empty()) {
    return {};
  }
  const auto place = by_address_.find(AddressKey(channel, address));
  if (place == by_address_.end()) {
    return {};
  }
  return place->second;
}

void StagedChanges::AddTo(storage::WriteBatch& batch) const {
  // Deletions first: an id may be deleted and created again, with another ordinal.
  for (const auto& [ordinal, staged] : endpoints_) {
    if (staged.changed && staged.before.has_value() && !staged.after.has_value()) {
      batch.Delete(keys_.Endpoint(ordinal));
      batch.Delete(keys_.Ordinal(EndpointKey(staged.before->id)));
    }
  }
  for (const auto& [ordinal, staged] : endpoints_) {
    if (!staged.changed || !staged.after.has_value()) {
      continue;
    }
    batch.Put(keys_.Endpoint(ordinal), Encode(*staged.after));
    if (!staged.before.has_value()) {
      batch.Put(keys_.Ordinal(EndpointKey(staged.after->id)), EncodeOrdinal(ordinal));
    }
  }
  for (const auto& [user_id, staged] : users_) {
    if (staged.changed && staged.after.has_value()) {
      batch.Put(keys_.User(user_id), Encode(*staged.after));
    } else if (staged.changed && staged.before.has_value()) {
      batch.Delete(keys_.User(user_id));
    }
  }
}

const Attributes& StagedChanges::UserAttributesBefore(
    const std::optional<EndpointRecord>& record) const {
  if (!record.has_value()) {
    return NoAttributes();
  }
  if (record->user_id.empty()) {
    return record->user_attributes;
  }
  const auto& user = users_.at(record->user_id).before;
  return user.has_value() ? user->attributes : NoAttributes();
}

const Attributes& StagedChanges::UserAttributesAfter(
    const std::optional<EndpointRecord>& record) const {
  if (!record.has_value()) {
    return NoAttributes();
  }
  if (record->user_id.empty()) {
    return record->user_attributes;
  }
  const UserRecord* user = users_.at(record->user_id).Current();
  return user != nullptr ? user->attributes : NoAttributes();
}

void StagedChanges::ApplyUserAttributes(uint32_t ordinal,
                                        const Staged<EndpointRecord>& staged,
                                        AttributeIndex& index) const {
  const bool stays_with_user = staged.before.has_value() && staged.after.has_value() &&
                               !staged.before->user_id.empty() &&
                               staged.before->user_id == staged.after->user_id;
  if (!stays_with_user) {
    index.ApplyUserAttributes(
        ordinal, UserAttributesBefore(staged.before), UserAttributesAfter(staged.after));
  }
}

// For the endpoints that were and are the user's; those that come or go are seen to by
// ApplyUserAttributes.
void StagedChanges::ApplySharedAttributes(const Staged<UserRecord>& staged,
                                          AttributeIndex& index) const {
  if (!staged.changed || !staged.before.has_value() || !staged.after.has_value() ||
      staged.before->attributes == staged.after->attributes) {
    return;
  }
  for (const uint32_t ordinal : staged.after->ordinals) {
    const auto& former = staged.before->ordinals;
    if (std::binary_search(former.begin(), former.end(), ordinal)) {
      index.ApplyUserAttributes(ordinal, staged.before->attributes, staged.after->attributes);
    }
  }
}

void StagedChanges::ApplyTo(AttributeIndex& index) const {
  // Sets of ordinals grow fastest at their end.
  std::vector<uint32_t> ordinals;
  for (const auto& [ordinal, staged] : endpoints_) {
    if (staged.changed) {
      ordinals.push_back(ordinal);
    }
  }
  std::sort(ordinals.begin(), ordinals.end());
  for (const uint32_t ordinal : ordinals) {
    const Staged<EndpointRecord>& staged = endpoints_.at(ordinal);
    index.Apply(staged.before.has_value() ? &*staged.before : nullptr,
                staged.after.has_value() ? &*staged.after : nullptr);
    ApplyUserAttributes(ordinal, staged, index);
  }
  for (const auto& [user_id, staged] : users_) {
    ApplySharedAttributes(staged, index);
  }
}

}  // namespace pinion::audience
