// What carries a message out of the machine: one interface, one implementation per folder below
// delivery/ (sandbox/, smtp/, …). The dispatcher owns transports and calls them; a transport knows
// nothing of campaigns, stores or events. All implementations pass transport_contract_test.cc.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace pinion::delivery {

struct EmailContent {
  std::string from;           // RFC 5322 mailbox, `Name <a@b>` allowed
  std::string envelope_from;  // bare address for MAIL FROM (CHN-73)
  // Mailboxes shown in To and Cc; empty means that To shows the recipient alone (CHN-136).
  std::vector<std::string> shown_to;
  std::vector<std::string> shown_cc;
  std::vector<std::string> reply_to;
  std::string subject;
  std::optional<std::string> html;
  std::optional<std::string> text;
  std::string charset = "UTF-8";
  std::vector<std::pair<std::string, std::string>> headers;  // template and inline headers
  // A complete RFC 5322 message instead of all of the above but the envelope (CHN-72).
  std::optional<std::string> raw;
  // To and Cc of a raw message stay as they were written, instead of To showing the recipient alone
  // (CHN-136).
  bool raw_shows_recipients = false;
};

struct SmsContent {
  std::string body;
  std::string message_type;  // TRANSACTIONAL | PROMOTIONAL
  std::string sender_id;
  std::string origination_number;
  std::string keyword;
  std::string entity_id;
  std::string template_id;
  std::chrono::seconds time_to_live{0};  // how long it is tried; 0 leaves that to Pinion (CHN-120)
};

// One message to one recipient, rendered and ready to go.
struct OutboundMessage {
  base::MessageId id;
  base::AppId app;
  std::string channel;  // as in the model: EMAIL, SMS, …
  std::string address;  // as sent to: bare mailbox, E.164 number, token
  std::string trace_id;
  base::Timestamp created_at;
  std::optional<EmailContent> email;
  std::optional<SmsContent> sms;
};

// What became of one attempt. The dispatcher turns it into message status, events and retries
// (CHN-75, CHN-120).
struct Outcome {
  enum class Kind {
    kDelivered,   // taken, and that is all there is to know
    kSent,        // taken; delivery is reported later
    kHardBounce,  // refused for this recipient, for good
    kSoftBounce,  // refused for this recipient after it was taken; not tried again
    kSuppressed,  // accepted by Pinion, not sent: the address is on the suppression list
    kRejected,    // refused before sending, by content or policy
    kComplaint,   // delivered, and the recipient complained at once (simulators)
    kFailed,      // configuration or protocol failure that a retry does not mend
    kTemporary,   // try again later: 4xx, connection errors
    kUncertain,   // handed over, but the answer was lost (CMP-1303)
  };
  Kind kind = Kind::kFailed;
  int status_code = 0;          // the provider's own code (SMTP reply code, HTTP status)
  std::string status_message;   // one line, as it goes into the message log
  std::string enhanced_status;  // SMTP: 5.1.1
  std::string reporting_mta;    // who said so, where known
  std::string provider_message_id;
  // The message was taken before this became known, so SENT precedes it in the history
  // (simulators).
  bool taken_first = false;
  std::string record_status;  // SMS: UNREACHABLE, … where the kind alone does not tell (CHN-67)
  std::string updated_token;  // push: the provider's new token of the endpoint (CHN-68)
};

using OutcomeCallback = std::function<void(Outcome)>;

// Thread-safe. Send returns at once; `done` is called exactly once per Send, from any thread, also
// when the transport is destroyed (kTemporary for what had not been handed over, kUncertain for
// what may have been).
class Transport {
 public:
  virtual ~Transport() = default;
  virtual std::string_view type() const = 0;
  // How many messages may be with the transport at the same time; the dispatcher hands over no
  // more.
  virtual size_t parallel_max() const = 0;
  virtual void Send(OutboundMessage message, OutcomeCallback done) = 0;
};

}  // namespace pinion::delivery
