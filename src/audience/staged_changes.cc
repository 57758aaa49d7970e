#include "audience/staged_changes.h"

#include <algorithm>

#include "audience/endpoint_identity.h"

namespace pinion::audience {
namespace {

std::string AddressKey(model::ChannelType channel, std::string_view address) {
  std::string key = ComparableAddress(channel, address);
  key.push_back(static_cast<char>(channel));
  return key;
}

std::vector<uint32_t> OrdinalsOf(const bitmap::PostingSet* postings) {
  std::vector<uint32_t> ordinals;
  if (postings != nullptr) {
    postings->ForEach([&ordinals](uint32_t ordinal) { ordinals.push_back(ordinal); });
  }
  return ordinals;
}

void SortUnique(std::vector<uint32_t>& ordinals) {
  std::sort(ordinals.begin(), ordinals.end());
  ordinals.erase(std::unique(ordinals.begin(), ordinals.end()), ordinals.end());
}

}  // namespace

void StagedChanges::AddPut(const PutWith& put,
                           const std::string& text,
                           std::vector<uint32_t>& ordinals) {
  const auto place = put.find(text);
  if (place != put.end()) {
    ordinals.insert(ordinals.end(), place->second.begin(), place->second.end());
  }
}

base::Result<const EndpointRecord*> StagedChanges::Find(const std::string& endpoint_key) {
  const EndpointRecord* const unknown = nullptr;
  const auto known = ids_.find(endpoint_key);
  if (known != ids_.end()) {
    return known->second.has_value() ? endpoints_.at(*known->second).Current() : unknown;
  }
  const std::vector<uint32_t> candidates =
      OrdinalsOf(app_.index.Read()->IdCandidates(endpoint_key));
  for (const uint32_t ordinal : candidates) {
    PINION_TRY(const EndpointRecord* record, Endpoint(ordinal));
    if (record != nullptr && EndpointKey(record->id) == endpoint_key) {
      return record;
    }
  }
  return unknown;
}

base::Result<const EndpointRecord*> StagedChanges::Endpoint(uint32_t ordinal) {
  const auto known = endpoints_.find(ordinal);
  if (known != endpoints_.end()) {
    return known->second.Current();
  }
  PINION_TRY(const std::optional<std::string> bytes, store_.Get(app_.keys.Endpoint(ordinal)));
  Staged& staged = endpoints_[ordinal];
  if (bytes.has_value()) {
    PINION_CHECK(Decode(*bytes, staged.before.emplace()));
  }
  return staged.Current();
}

std::vector<uint32_t> StagedChanges::MembersOf(const std::string& user_id) const {
  std::vector<uint32_t> members =
      OrdinalsOf(app_.index.Read()->TextOf(FixedField::kUserId).Find(user_id));
  AddPut(by_user_, user_id, members);
  SortUnique(members);
  std::erase_if(members, [&](uint32_t ordinal) {
    const auto staged = endpoints_.find(ordinal);
    if (staged == endpoints_.end() || !staged->second.changed) {
      return false;
    }
    const EndpointRecord* record = staged->second.Current();
    return record == nullptr || record->user_id != user_id;
  });
  return members;
}

base::Result<std::vector<const EndpointRecord*>> StagedChanges::ActiveWithAddress(
    model::ChannelType channel, std::string_view address) {
  std::vector<uint32_t> candidates;
  {
    const auto index = app_.index.Read();
    const bitmap::PostingSet* inactive =
        index->TextOf(FixedField::kEndpointStatus).Find(ToWire(EndpointStatus::kInactive));
    candidates = OrdinalsOf(index->AddressCandidates(channel, address));
    std::erase_if(candidates, [inactive](uint32_t ordinal) {
      return inactive != nullptr && inactive->Contains(ordinal);
    });
  }
  AddPut(by_address_, AddressKey(channel, address), candidates);
  SortUnique(candidates);
  std::vector<const EndpointRecord*> found;
  for (const uint32_t ordinal : candidates) {
    PINION_TRY(const EndpointRecord* record, Endpoint(ordinal));
    if (record != nullptr && record->status == EndpointStatus::kActive &&
        record->channel_type == channel && SameAddress(channel, record->address, address)) {
      found.push_back(record);
    }
  }
  return found;
}

void StagedChanges::Put(EndpointRecord record) {
  changed_ = true;
  if (record.channel_type.has_value() && !record.address.empty()) {
    by_address_[AddressKey(*record.channel_type, record.address)].push_back(record.ordinal);
  }
  if (!record.user_id.empty()) {
    by_user_[record.user_id].push_back(record.ordinal);
  }
  Staged& staged = endpoints_[record.ordinal];
  if (staged.Current() == nullptr) {
    ids_[EndpointKey(record.id)] = record.ordinal;
  }
  staged.after = std::move(record);
  staged.changed = true;
}

void StagedChanges::Delete(uint32_t ordinal) {
  changed_ = true;
  Staged& staged = endpoints_.at(ordinal);
  PINION_ASSERT(staged.Current() != nullptr);
  ids_[EndpointKey(staged.Current()->id)] = std::nullopt;
  staged.after.reset();
  staged.changed = true;
}

std::vector<uint32_t> StagedChanges::ChangedOrdinals() const {
  std::vector<uint32_t> ordinals;
  for (const auto& [ordinal, staged] : endpoints_) {
    if (staged.changed) {
      ordinals.push_back(ordinal);
    }
  }
  // Store and index take ascending changes faster; and an id that is deleted and made again must be
  // deleted first, which has the smaller ordinal.
  std::sort(ordinals.begin(), ordinals.end());
  return ordinals;
}

void StagedChanges::AddTo(storage::WriteBatch& batch) const {
  for (const uint32_t ordinal : ChangedOrdinals()) {
    const Staged& staged = endpoints_.at(ordinal);
    if (staged.after.has_value()) {
      batch.Put(app_.keys.Endpoint(ordinal), Encode(*staged.after));
      if (!staged.before.has_value()) {
        batch.Put(app_.keys.Ordinal(EndpointKey(staged.after->id)), EncodeOrdinal(ordinal));
      }
    } else if (staged.before.has_value()) {
      batch.Delete(app_.keys.Endpoint(ordinal));
      batch.Delete(app_.keys.Ordinal(EndpointKey(staged.before->id)));
    }
  }
}

void StagedChanges::ApplyTo(AttributeIndex& index) const {
  for (const uint32_t ordinal : ChangedOrdinals()) {
    const Staged& staged = endpoints_.at(ordinal);
    index.Apply(staged.before.has_value() ? &*staged.before : nullptr,
                staged.after.has_value() ? &*staged.after : nullptr);
  }
}

}  // namespace pinion::audience
