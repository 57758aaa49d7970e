// The message of RFC 5322 that goes out for an OutboundMessage with email content: built from parts
// (CHN-70), or made of the caller's raw message (CHN-72). Used by the email transports and by the
// log's `…/raw`. Pure: the same OutboundMessage gives the same bytes, its date is `created_at`.
// Safe from any thread.
#pragma once

#include <string>

#include "base/result.h"
#include "delivery/transport.h"

namespace pinion::delivery::mime {

// Size of the finished message, encoding included (CHN-71).
inline constexpr size_t kMessageBytesMax = 10 * 1024 * 1024;

// The whole message with CRLF line ends, without dot-stuffing and without a trace of the envelope.
// kInvalidArgument: no email content, a malformed address, id, or raw message. kPayloadTooLarge:
// over kMessageBytesMax.
base::Result<std::string> BuildMessage(const OutboundMessage& message);

}  // namespace pinion::delivery::mime
