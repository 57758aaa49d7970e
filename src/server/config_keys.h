// The table of configuration keys: name, kind, default, limits and the member of Config that each
// one fills. Used by config.cc alone. Immutable.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "server/config.h"

namespace pinion::server {

// A value as its source wrote it: one text, or several (TOML arrays; commas elsewhere).
using RawConfigValue = std::vector<std::string>;

struct ConfigKey {
  std::string_view name;           // "server.listen"
  std::string_view default_value;  // as text; lists separated by commas
  bool list = false;
  bool secret = false;
  std::string_view allowed;  // for the message about a bad value
  // Fills its member; false when the value is not allowed. `raw` has one element unless `list`.
  bool (*set)(Config& config, const RawConfigValue& raw);
};

std::span<const ConfigKey> ConfigKeys();
// nullptr when there is none of that name.
const ConfigKey* FindConfigKey(std::string_view name);

}  // namespace pinion::server
