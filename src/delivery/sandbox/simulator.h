// What the simulator addresses of the sandbox play (CHN-66 email, CHN-67 SMS and voice, CHN-68
// push). A pure function, so that the dispatcher can store a sandbox message with its final status
// in one write. Safe from any thread.
#pragma once

#include <string_view>

#include "delivery/transport.h"

namespace pinion::delivery::sandbox {

// `channel` as in the model (EMAIL, SMS, VOICE, GCM, …), `address` as sent to. Everything that is
// not a simulator address is kDelivered. What is reported after the message was taken has
// `taken_first`.
Outcome Decide(std::string_view channel, std::string_view address);

// True for the addresses of CHN-66, which never come onto the suppression list.
bool IsEmailSimulator(std::string_view address);

}  // namespace pinion::delivery::sandbox
