#include "campaigns/in_app_marks.h"

#include "audience/endpoint_identity.h"
#include "storage/key.h"
#include "storage/record.h"

namespace pinion::campaigns {
namespace {

constexpr uint32_t kCountField = 1;

}  // namespace

std::string InAppMarks::KeyOf(const base::AppId& app,
                              std::string_view campaign,
                              Kind kind,
                              std::string_view endpoint_id) {
  return storage::KeyWriter(storage::KeySpace::kInAppMessage)
      .Text(app.value())
      .Text(campaign)
      .U8(static_cast<uint8_t>(kind))
      .Text(audience::EndpointKey(endpoint_id))
      .Take();
}

std::string InAppMarks::Encode(uint64_t count) {
  return storage::RecordWriter().Uint(kCountField, count).Take();
}

base::Result<uint64_t> InAppMarks::Decode(const std::optional<std::string>& bytes) {
  uint64_t count = 0;
  if (bytes) {
    storage::RecordReader reader(*bytes);
    while (reader.Next()) {
      count = reader.field() == kCountField ? reader.Uint() : count;
    }
    PINION_CHECK(reader.Finish("in-app mark"));
  }
  return count;
}

}  // namespace pinion::campaigns
