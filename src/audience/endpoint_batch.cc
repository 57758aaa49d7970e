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
  return batch;
}

}  // namespace pinion::audience
