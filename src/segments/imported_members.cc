#include "segments/imported_members.h"

#include <utility>

#include "storage/record.h"

namespace pinion::segments {
namespace {

// Field numbers, on disk.
constexpr uint32_t kEndpoints = 1;
constexpr uint32_t kUserId = 2;

}  // namespace

std::string EncodeMembers(const ImportedMembers& members) {
  storage::RecordWriter writer;
  writer.Text(kEndpoints, members.endpoints.Serialize());
  for (const std::string& user : members.user_ids) {
    writer.Text(kUserId, user);
  }
  return writer.Take();
}

base::Result<ImportedMembers> DecodeMembers(std::string_view bytes) {
  ImportedMembers members;
  storage::RecordReader reader(bytes);
  while (reader.Next()) {
    if (reader.field() == kEndpoints) {
      PINION_TRY(members.endpoints, bitmap::Bitmap::Deserialize(reader.Text()));
    } else if (reader.field() == kUserId) {
      members.user_ids.emplace(reader.Text());
    }
  }
  PINION_CHECK(reader.Finish("segment members"));
  return members;
}

}  // namespace pinion::segments
