#include "audience/endpoint_walk.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audience/endpoint_batch.h"
#include "audience/endpoint_identity.h"

namespace pinion::audience {
namespace {

// So many are read and sorted in memory instead of walking all ids.
constexpr uint64_t kSortedMembersMax = 4096;
constexpr size_t kRecordsPerStep = 1000;

base::Status WalkFew(const storage::Reader& moment,
                     const AudienceKeys& keys,
                     const bitmap::Bitmap& members,
                     const std::function<bool(const EndpointRecordView&)>& visit) {
  std::vector<uint32_t> ordinals(members.Cardinality());
  members.Read(0, ordinals);
  PINION_TRY(const EndpointBatch batch, EndpointBatch::Read(moment, keys, ordinals));
  std::vector<std::pair<std::string, const EndpointRecordView*>> by_key;
  by_key.reserve(batch.size());
  for (const EndpointBatch::Member& member : batch) {
    by_key.emplace_back(EndpointKey(member.record.id), &member.record);
  }
  std::sort(by_key.begin(), by_key.end());
  for (const auto& entry : by_key) {
    if (!visit(*entry.second)) {
      break;
    }
  }
  return {};
}

}  // namespace

base::Status WalkById(const storage::Reader& moment,
                      const AudienceKeys& keys,
                      const bitmap::Bitmap& members,
                      const std::function<bool(const EndpointRecordView&)>& visit) {
  if (members.Cardinality() <= kSortedMembersMax) {
    return WalkFew(moment, keys, members, visit);
  }
  std::vector<uint32_t> step;
  bool goes_on = true;
  const auto visit_step = [&]() -> base::Status {
    PINION_TRY(const EndpointBatch batch, EndpointBatch::Read(moment, keys, step));
    step.clear();
    for (auto member = batch.begin(); goes_on && member != batch.end(); ++member) {
      goes_on = visit(member->record);
    }
    return {};
  };
  base::Status status;
  PINION_CHECK(
      moment.Scan({.prefix = keys.Ordinals()}, [&](std::string_view, std::string_view value) {
        const std::optional<uint32_t> ordinal = DecodeOrdinal(value);
        if (!ordinal) {
          status = base::Internal("The stored number of an endpoint is damaged.");
          return false;
        }
        if (members.Contains(*ordinal)) {
          step.push_back(*ordinal);
        }
        if (step.size() == kRecordsPerStep) {
          status = visit_step();
        }
        return goes_on && status.ok();
      }));
  PINION_CHECK(std::move(status));
  return goes_on ? visit_step() : base::Status();
}

}  // namespace pinion::audience
