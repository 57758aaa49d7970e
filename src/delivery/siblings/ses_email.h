// An email as SES and Pinpoint Email take it, made into what the direct sender sends (CHN-136): one
// message for each recipient, all of them showing the same To and Cc. Thread-safe.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "delivery/direct_sender.h"
#include "delivery/mime/mailbox.h"
#include "model/ses.h"
#include "templates/template_service.h"

namespace pinion::delivery::siblings {

inline constexpr size_t kSesRecipientsMax = 50;

// From whom the request says that the email is: FromEmailAddress, and the From of a raw message.
// None when it leaves that to the channel. What is no mailbox is left out: ComposeSesEmail refuses
// it.
std::vector<mime::Mailbox> SendersOf(const model::SesSendEmailRequest& request);

// kInvalidArgument naming the member and the rule, kNotFound when there is no such template.
base::Result<DirectSender::Ready> ComposeSesEmail(const model::SesSendEmailRequest& request,
                                                  const templates::TemplateService& templates);

}  // namespace pinion::delivery::siblings
