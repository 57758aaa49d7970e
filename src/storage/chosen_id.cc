#include "storage/chosen_id.h"

#include <algorithm>
#include <string>

#include "base/time_text.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::storage {

namespace {

constexpr size_t kIdCharacters = 32;

std::string KeyOf(std::string_view kind, std::string_view id) {
  return KeyWriter(KeySpace::kDeletedId).Text(kind).Text(id).Take();
}

bool IsHexId(std::string_view id) {
  return id.size() == kIdCharacters && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

base::Status CheckChosenId(const Reader& store,
                           std::string_view kind,
                           std::string_view id,
                           base::Timestamp now) {
  if (!IsHexId(id)) {
    return base::InvalidArgument(
        "Header 'x-pinion-resource-id' must be 32 lower-case hexadecimal characters.");
  }
  PINION_TRY(const auto deleted, store.Get(KeyOf(kind, id)));
  if (deleted) {
    const auto at = base::ParseInstant(*deleted);
    if (at && now < *at + kDeletedIdRest) {
      return base::Conflict("The chosen id was in use until less than a day ago.");
    }
  }
  return {};
}

void RestId(std::string_view kind, std::string_view id, base::Timestamp now, WriteBatch& batch) {
  batch.Put(KeyOf(kind, id), base::FormatIso8601(now));
}

}  // namespace pinion::storage
