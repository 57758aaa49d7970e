#include "delivery/smtp/submission.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "delivery/mime/mailbox.h"
#include "delivery/mime/mime_builder.h"

namespace pinion::delivery::smtp {
namespace {

bool Has8Bit(std::string_view text) {
  return std::any_of(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

}  // namespace

std::string DotStuffed(std::string message) {
  constexpr std::string_view kDotLine = "\r\n.";
  constexpr std::string_view kEnd = ".\r\n";
  const bool leading = message.starts_with('.');
  size_t at = message.find(kDotLine);
  if (!leading && at == std::string::npos) {
    message.append(kEnd);
    return message;
  }
  std::string stuffed;
  stuffed.reserve(message.size() + message.size() / 64 + 8);
  if (leading) {
    stuffed.push_back('.');
  }
  size_t done = 0;
  while (at != std::string::npos) {
    const size_t next = at + kDotLine.size();
    stuffed.append(message, done, next - done).push_back('.');
    done = next;
    at = message.find(kDotLine, done);
  }
  stuffed.append(message, done).append(kEnd);
  return stuffed;
}

base::Result<Submission> PrepareSubmission(const OutboundMessage& message) {
  PINION_TRY(std::string built, mime::BuildMessage(message));
  Submission submission;
  PINION_TRY(const mime::Mailbox recipient, mime::ParseMailbox(message.address));
  submission.rcpt_to = recipient.Address();
  if (!message.email->envelope_from.empty()) {
    PINION_TRY(const mime::Mailbox sender, mime::ParseBareAddress(message.email->envelope_from));
    submission.mail_from = sender.Address();
  }
  submission.message_bytes = built.size();
  submission.address_8bit = Has8Bit(submission.rcpt_to) || Has8Bit(submission.mail_from);
  submission.has_8bit = Has8Bit(built);
  if (submission.has_8bit) {
    const std::string_view header = std::string_view(built).substr(0, built.find("\r\n\r\n"));
    submission.header_8bit = Has8Bit(header);
  }
  submission.wire = DotStuffed(std::move(built));
  return submission;
}

}  // namespace pinion::delivery::smtp
