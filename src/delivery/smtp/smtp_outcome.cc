#include "delivery/smtp/smtp_outcome.h"

#include <algorithm>

namespace pinion::delivery::smtp {
namespace {

using Kind = Outcome::Kind;

Kind KindOfPermanentFailure(Stage stage) {
  switch (stage) {
    case Stage::kRecipient:
    case Stage::kData:
    case Stage::kContent:
      return Kind::kHardBounce;
    default:
      // Refused before the recipient was named: the fault is ours, not the recipient's.
      return Kind::kFailed;
  }
}

// Most servers say under which id they queued the message.
std::string QueueId(const Reply& reply) {
  constexpr std::string_view kMark = "queued as ";
  for (const std::string& line : reply.lines) {
    const size_t at = line.find(kMark);
    if (at != std::string::npos) {
      const size_t begin = at + kMark.size();
      const size_t end = std::min(line.find_first_of(" \t,;<>)", begin), line.size());
      return line.substr(begin, end - begin);
    }
  }
  return std::string();
}

}  // namespace

Outcome OutcomeOfReply(Stage stage, const Reply& reply) {
  Outcome outcome;
  outcome.kind = Kind::kTemporary;
  outcome.status_code = reply.code;
  outcome.status_message = reply.OneLine();
  outcome.enhanced_status = reply.enhanced_status;
  if (reply.IsPermanentFailure()) {
    outcome.kind = KindOfPermanentFailure(stage);
  } else if (stage == Stage::kContent && reply.IsSuccess()) {
    outcome.kind = Kind::kSent;
    outcome.provider_message_id = QueueId(reply);
  } else if (stage == Stage::kContent && !reply.IsTransientFailure()) {
    outcome.kind = Kind::kUncertain;
  }
  return outcome;
}

Outcome OutcomeOfLostConnection(Handover handover, std::string_view what) {
  Outcome outcome;
  outcome.kind = handover == Handover::kDone ? Kind::kUncertain : Kind::kTemporary;
  outcome.status_message = what;
  return outcome;
}

Outcome ConfigurationFailure(std::string_view what) {
  Outcome outcome;
  outcome.kind = Kind::kFailed;
  outcome.status_message = what;
  return outcome;
}

}  // namespace pinion::delivery::smtp
