// What an attempt's outcome does to its message: the new status and history (CHN-64), and the
// events that tell the rest of Pinion (channels.md section 13, order of STR-31). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "delivery/message.h"
#include "eventlog/event.h"

namespace pinion::delivery {

// Sets status, code, text, history and `updated_at` of the record. Not for kTemporary: a message
// that is to be tried again stays QUEUED.
void ApplyOutcome(const Outcome& outcome, base::Timestamp now, MessageRecord& record);

// Appends the events of a final outcome, ApplyOutcome done.
void AppendOutcomeEvents(const Message& message,
                         const Outcome& outcome,
                         base::Timestamp now,
                         std::vector<eventlog::Event>& events);

// Appends `_email.rendering_failure` where `reason` says that an email could not be rendered
// (TPL-93, TPL-112); nothing for other channels and reasons.
void AppendRenderingFailure(const Message& message,
                            std::string_view reason,
                            base::Timestamp now,
                            std::vector<eventlog::Event>& events);

// STR-21: who events of a message to a raw address are about; the same each time for one address.
// `address` is as it goes on the wire.
std::string ClientIdOfAddress(const base::AppId& app,
                              std::string_view channel,
                              std::string_view address);

// The word of CMP-604 for `campaign_send_status`.
std::string_view SendStatus(Outcome::Kind kind);

// A `_campaign.send` event (STR-23) of a message, or of an endpoint that got none; `status_message`
// for failures.
eventlog::Event CampaignSendEvent(const MessageRecord& record,
                                  std::string_view endpoint_json,
                                  std::string_view send_status,
                                  std::string_view status_message,
                                  base::Timestamp now);

}  // namespace pinion::delivery
