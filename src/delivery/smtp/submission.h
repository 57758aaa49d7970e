// One email made ready for the wire: envelope and content with dots stuffed, so that the connection
// only has to write it. Prepared on the caller's thread. Plain values.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "delivery/transport.h"

namespace pinion::delivery::smtp {

struct Submission {
  std::string mail_from;  // empty for the null sender
  std::string rcpt_to;
  std::string wire;           // the content, dots stuffed, with the final dot
  size_t message_bytes = 0;   // of the content as built, for SIZE
  bool has_8bit = false;      // octets over 127 anywhere
  bool header_8bit = false;   // octets over 127 in the header section
  bool address_8bit = false;  // octets over 127 in the envelope: SMTPUTF8 or nothing
};

// Errors are those of mime::BuildMessage and of malformed envelope addresses.
base::Result<Submission> PrepareSubmission(const OutboundMessage& message);

// Doubles the dots that start a line and adds the final one. `message` has CRLF line ends and ends
// in one.
std::string DotStuffed(std::string message);

}  // namespace pinion::delivery::smtp
