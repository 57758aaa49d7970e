// EndpointBatch: many endpoints, read at one moment and decoded in place. For campaign batches,
// exports and samples. Movable; the views live as long as the batch.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audience/audience_keys.h"
#include "audience/endpoint_record.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::audience {

class EndpointBatch {
 public:
  struct Member {
    EndpointRecordView record;

    // Those of the endpoint's user, or its own if it has none.
    const AttributesView& user_attributes() const { return record.user_attributes; }
  };

  // Endpoints that do not exist any more are left out; the others keep the order of `ordinals`.
  static base::Result<EndpointBatch> Read(const storage::Reader& reader,
                                          const AudienceKeys& keys,
                                          std::span<const uint32_t> ordinals);

  EndpointBatch(EndpointBatch&&) = default;
  EndpointBatch& operator=(EndpointBatch&&) = default;

  size_t size() const { return members_.size(); }
  const Member& operator[](size_t i) const { return members_[i]; }
  std::vector<Member>::const_iterator begin() const { return members_.begin(); }
  std::vector<Member>::const_iterator end() const { return members_.end(); }

 private:
  EndpointBatch() = default;

  // The bytes that the views point into; never changed after decoding.
  std::vector<std::optional<std::string>> endpoint_bytes_;
  std::vector<Member> members_;
};

}  // namespace pinion::audience
