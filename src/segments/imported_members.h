// The stored form of an imported segment's list. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "segments/segment_service.h"

namespace pinion::segments {

std::string EncodeMembers(const ImportedMembers& members);
// kInternal when the bytes are damaged.
base::Result<ImportedMembers> DecodeMembers(std::string_view bytes);

}  // namespace pinion::segments
