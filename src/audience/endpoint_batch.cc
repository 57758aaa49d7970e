#include "audience/endpoint_batch.h"

namespace pinion::audience {

base::Result<EndpointBatch> EndpointBatch::Read(const storage::Reader& reader,
                                                const AudienceKeys& keys,
                                                std::span<const uint32_t> ordinals) {
  EndpointBatch batch;
  std::vector<std::string> names;
  names.reserve(ordinals.size());
  for (const uint32_t ordinal : ordinals) {
    names.push_back(keys.Endpoint(ordinal));
  }
  PINION_TRY(batch.endpoint_bytes_, reader.MultiGet(names));
  batch.members_.reserve(ordinals.size());
  for (const auto& bytes : batch.endpoint_bytes_) {
    if (bytes.has_value()) {
      PINION_CHECK(Decode(*bytes, batch.members_.emplace_back().record));
    }
  }
  PINION_CHECK(batch.ReadUsers(reader, keys));
  return batch;
}

base::Status EndpointBatch::ReadUsers(const storage::Reader& reader, const AudienceKeys& keys) {
  std::unordered_map<std::string_view, size_t> places;
  std::vector<std::string> names;
  for (const Member& member : members_) {
    const std::string_view user = member.record.user_id;
    if (!user.empty() && places.emplace(user, names.size()).second) {
      names.push_back(keys.User(user));
    }
  }
  PINION_TRY(user_bytes_, reader.MultiGet(names));
  users_.resize(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    if (user_bytes_[i].has_value()) {
      PINION_CHECK(Decode(*user_bytes_[i], users_[i]));
    }
  }
  for (Member& member : members_) {
    const std::string_view user = member.record.user_id;
    member.user_attributes_of_user =
        user.empty() ? nullptr : &users_[places.find(user)->second].attributes;
  }
  return {};
}

}  // namespace pinion::audience
