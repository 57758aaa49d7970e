// Addresses as they go on the wire. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace pinion::delivery {

// A bare mailbox for EMAIL, a plus and 8 to 15 digits for SMS and VOICE (CHN-92); other channels'
// addresses are tokens and stay as they are. kInvalidArgument with the reason when nothing can be
// sent to it (AUD-6).
base::Result<std::string> WireAddress(std::string_view channel, std::string_view address);

}  // namespace pinion::delivery
