// What a step of an SMTP dialogue means for the message (CHN-75). Pure.
#pragma once

#include <string>
#include <string_view>

#include "delivery/smtp/smtp_reply.h"
#include "delivery/transport.h"

namespace pinion::delivery::smtp {

enum class Stage {
  kConnect,
  kGreeting,
  kHello,
  kStartTls,
  kAuth,
  kMail,
  kRecipient,
  kData,
  kContent
};

// The outcome of a reply that did not let the dialogue go on, or that ended it well (2xx at
// kContent, which is kSent). Replies that fit no rule are kTemporary.
Outcome OutcomeOfReply(Stage stage, const Reply& reply);

// The connection failed at this stage. After the whole content was sent it is open whether the
// message was taken.
enum class Handover { kNotDone, kDone };
Outcome OutcomeOfLostConnection(Handover handover, std::string_view what);

// A configuration that no retry mends.
Outcome ConfigurationFailure(std::string_view what);

}  // namespace pinion::delivery::smtp
