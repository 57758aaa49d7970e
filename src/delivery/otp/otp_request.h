// What a caller asks of a one-time password: the rules of the request (CHN-50) and the text of the
// message (CHN-52). Pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/messages.h"

namespace pinion::delivery {

// The request's choices with their defaults.
struct OtpTerms {
  int32_t digits = 6;
  int32_t attempts = 3;
  std::chrono::minutes validity{15};
  std::string_view text;  // with {{otp}} and {{brand}}
};

// kInvalidArgument names the member that breaks a rule.
base::Result<OtpTerms> CheckOtpRequest(const model::SendOTPMessageRequestParameters& request);

// The message to the one destination. Code and brand are substitutions, so neither is read as
// template.
model::MessageRequest OtpMessage(const model::SendOTPMessageRequestParameters& request,
                                 const OtpTerms& terms,
                                 const std::string& code);

}  // namespace pinion::delivery
