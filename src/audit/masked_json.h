// A caller's JSON as it may be kept: every secret in it is "***" (OPS-62, KPI-131). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pinion::audit {

// Whether a member of this name holds a secret, whatever the structure: passwords, keys,
// certificates, one-time codes.
bool IsSecretName(std::string_view member);

struct MaskedJson {
  std::string text;
  // `text` is only the beginning, cut between two characters; then it is no JSON any more.
  bool cut = false;
};

// `json` must be an object. At most `bytes_max` of it are kept; what follows is not looked at.
// kInvalidArgument when it is no JSON object.
base::Result<MaskedJson> MaskSecrets(std::string_view json, size_t bytes_max);

}  // namespace pinion::audit
