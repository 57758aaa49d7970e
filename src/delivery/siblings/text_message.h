// A text message as version 2 of the SMS and voice service takes it, made into what the direct
// sender sends (CHN-137). Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "delivery/direct_sender.h"
#include "model/sms_voice.h"

namespace pinion::delivery::siblings {

// How long it is tried, if the caller does not say.
inline constexpr std::chrono::seconds kTextTimeToLiveMax{259'200};

// Who a message says it is from: a number or a sender id, as such or as the ARN of one.
struct Origination {
  enum class Kind { kNumber, kSenderId };
  Kind kind = Kind::kNumber;
  std::string name;
  std::string country;  // of a sender id's ARN, if it has one
};
// Nothing for what is neither; that only the real service could know.
std::optional<Origination> ReadOrigination(std::string_view identity);

// kInvalidArgument naming the member and the rule; kNotFound for an origination identity that is
// neither a number nor a sender id.
base::Result<DirectSender::Ready> ComposeTextMessage(
    const model::SmsVoiceSendTextMessageRequest& request);

// What is checked of a voice message, whether or not it can be sent.
base::Status CheckVoiceMessage(const model::SmsVoiceSendVoiceMessageRequest& request);

}  // namespace pinion::delivery::siblings
