// Who was given an in-app campaign, and how often its message was displayed to whom (INA-110,
// INA-111): one small row per campaign and endpoint. Stateless.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::campaigns {

struct InAppMarks {
  // Numbers are on disk.
  enum class Kind : uint8_t { kGiven = 0, kDisplayed = 1 };

  static std::string KeyOf(const base::AppId& app,
                           std::string_view campaign,
                           Kind kind,
                           std::string_view endpoint_id);
  static std::string Encode(uint64_t count);
  // 0 for a mark that is not there.
  static base::Result<uint64_t> Decode(const std::optional<std::string>& bytes);
};

}  // namespace pinion::campaigns
