#include "delivery/mime/mime_builder.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/hex.h"
#include "delivery/mime/charset.h"
#include "delivery/mime/header_text.h"
#include "delivery/mime/mailbox.h"
#include "delivery/mime/quoted_printable.h"
#include "delivery/mime/raw_message.h"

namespace pinion::delivery::mime {
namespace {

constexpr size_t kExtraHeadersMax = 100;
constexpr size_t kBoundaryHexCharacters = 32;

// Fields that Pinion writes itself, so a template's headers cannot.
constexpr std::array<std::string_view, 16> kOwnFields = {"From",
                                                         "To",
                                                         "Cc",
                                                         "Bcc",
                                                         "Reply-To",
                                                         "Subject",
                                                         "Date",
                                                         "Message-ID",
                                                         "MIME-Version",
                                                         "Return-Path",
                                                         "Content-Type",
                                                         "Content-Transfer-Encoding",
                                                         "X-Pinion-Message-Id",
                                                         "X-Pinion-Trace-Id",
                                                         "Received",
                                                         "X-SES-CONFIGURATION-SET"};

// Fields of a raw message that Pinion replaces or that must not leave the machine.
constexpr std::array<std::string_view, 8> kReplacedRawFields = {"Bcc",
                                                                "Resent-Bcc",
                                                                "Return-Path",
                                                                "To",
                                                                "Message-ID",
                                                                "X-Pinion-Message-Id",
                                                                "X-Pinion-Trace-Id",
                                                                "X-SES-CONFIGURATION-SET"};

template <size_t kSize>
bool IsAmong(std::string_view name, const std::array<std::string_view, kSize>& names) {
  return std::any_of(
      names.begin(), names.end(), [&](std::string_view known) { return EqualNames(name, known); });
}

// Ids go into Message-ID and the boundary, so they must be made of what both allow.
bool IsSafeId(std::string_view id) {
  return !id.empty() && id.size() <= 200 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

base::Result<std::vector<Mailbox>> ParseMailboxes(const std::vector<std::string>& texts) {
  std::vector<Mailbox> mailboxes;
  for (const std::string& text : texts) {
    PINION_TRY(Mailbox mailbox, ParseMailbox(text));
    mailboxes.push_back(std::move(mailbox));
  }
  return mailboxes;
}

// Message-ID and the two fields by which a message is found again when it comes back.
void AppendIdentity(std::string& out, const OutboundMessage& message, std::string_view domain) {
  const std::string& id = message.id.value();
  out.append("Message-ID: <").append(id).append("@").append(domain).append(">\r\n");
  AppendTextHeader(out, "X-Pinion-Message-Id", id);
  if (!message.trace_id.empty()) {
    AppendTextHeader(out, "X-Pinion-Trace-Id", message.trace_id);
  }
}

base::Status AppendAddresses(std::string& out,
                             const OutboundMessage& message,
                             const Mailbox& from) {
  const EmailContent& email = *message.email;
  PINION_TRY(const Mailbox recipient, ParseMailbox(message.address));
  PINION_TRY(std::vector<Mailbox> to, ParseMailboxes(email.shown_to));
  PINION_TRY(const std::vector<Mailbox> cc, ParseMailboxes(email.shown_cc));
  PINION_TRY(const std::vector<Mailbox> reply_to, ParseMailboxes(email.reply_to));
  if (to.empty() && cc.empty()) {
    to.push_back(recipient);
  }
  AppendMailboxHeader(out, "From", {from});
  if (!to.empty()) {
    AppendMailboxHeader(out, "To", to);
  }
  if (!cc.empty()) {
    AppendMailboxHeader(out, "Cc", cc);
  }
  if (!reply_to.empty()) {
    AppendMailboxHeader(out, "Reply-To", reply_to);
  }
  return {};
}

base::Status AppendExtraHeaders(std::string& out, const EmailContent& email) {
  if (email.headers.size() > kExtraHeadersMax) {
    return base::InvalidArgument("An email can have at most 100 headers of its own.");
  }
  for (const auto& [name, value] : email.headers) {
    if (!IsHeaderName(name)) {
      return base::InvalidArgument("The name of an email header is malformed.");
    }
    if (!IsAmong(name, kOwnFields)) {
      AppendTextHeader(out, name, value);
    }
  }
  return {};
}

// Content fields, blank line and body of one text part.
void AppendPart(std::string& out,
                std::string_view type,
                std::string_view text,
                const std::string& charset) {
  const CharsetText encoded = ToCharset(text, charset);
  out.append("Content-Type: ").append(type).append("; charset=").append(encoded.charset);
  out.append("\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
  AppendQuotedPrintable(out, encoded.bytes);
}

void AppendAlternatives(std::string& out, const OutboundMessage& message) {
  const EmailContent& email = *message.email;
  // `=_` occurs in no quoted-printable text, so the boundary cannot occur in a part.
  const std::string digest = base::HexEncode(base::Sha256(message.id.value()));
  const std::string boundary = "=_pinion_" + digest.substr(0, kBoundaryHexCharacters);
  out.append("Content-Type: multipart/alternative; boundary=\"").append(boundary).append("\"\r\n");
  out.append("\r\n--").append(boundary).append("\r\n");
  AppendPart(out, "text/plain", *email.text, email.charset);
  out.append("\r\n--").append(boundary).append("\r\n");
  AppendPart(out, "text/html", *email.html, email.charset);
  out.append("\r\n--").append(boundary).append("--\r\n");
}

base::Result<std::string> BuildFromParts(const OutboundMessage& message) {
  const EmailContent& email = *message.email;
  PINION_TRY(const Mailbox from, ParseMailbox(email.from));
  std::string out;
  PINION_CHECK(AppendAddresses(out, message, from));
  AppendTextHeader(out, "Subject", email.subject);
  out.append("Date: ").append(FormatMailDate(message.created_at)).append("\r\n");
  AppendIdentity(out, message, from.domain);
  PINION_CHECK(AppendExtraHeaders(out, email));
  out.append("MIME-Version: 1.0\r\n");
  if (email.text.has_value() && email.html.has_value()) {
    AppendAlternatives(out, message);
  } else if (email.html.has_value()) {
    AppendPart(out, "text/html", *email.html, email.charset);
  } else {
    AppendPart(out, "text/plain", email.text.value_or(std::string()), email.charset);
  }
  return out;
}

// The domain that Message-ID names: that of the raw From, else of the configured sender.
base::Result<std::string> SenderDomain(const RawMessage& raw, const EmailContent& email) {
  const base::Result<Mailbox> written = ParseMailbox(FieldValue(raw, "From"));
  if (written.ok()) {
    return written->domain;
  }
  PINION_TRY(Mailbox configured,
             ParseMailbox(email.from.empty() ? email.envelope_from : email.from));
  return std::move(configured.domain);
}

base::Result<std::string> BuildFromRaw(const OutboundMessage& message) {
  const EmailContent& email = *message.email;
  PINION_TRY(const RawMessage raw, ParseRawMessage(*email.raw));
  PINION_TRY(const Mailbox recipient, ParseMailbox(message.address));
  PINION_TRY(const std::string domain, SenderDomain(raw, email));

  std::string out;
  out.reserve(email.raw->size() + 1024);
  if (FieldValue(raw, "From").empty()) {
    PINION_TRY(const Mailbox from, ParseMailbox(email.from));
    AppendMailboxHeader(out, "From", {from});
  }
  bool to_written = email.raw_shows_recipients;
  for (const RawField& field : raw.fields) {
    const bool is_to = EqualNames(field.name, "To");
    if (is_to && !to_written) {
      AppendMailboxHeader(out, "To", {recipient});
      to_written = true;
    }
    const bool empty_from = EqualNames(field.name, "From") && FieldValue(raw, "From").empty();
    const bool kept =
        (is_to && email.raw_shows_recipients) || !IsAmong(field.name, kReplacedRawFields);
    if (!empty_from && kept) {
      out.append(field.text);
    }
  }
  if (!to_written) {
    AppendMailboxHeader(out, "To", {recipient});
  }
  if (FieldValue(raw, "Date").empty()) {
    out.append("Date: ").append(FormatMailDate(message.created_at)).append("\r\n");
  }
  AppendIdentity(out, message, domain);
  out.append("\r\n").append(raw.body);
  if (!out.ends_with("\r\n")) {
    out.append("\r\n");
  }
  return out;
}

}  // namespace

base::Result<std::string> BuildMessage(const OutboundMessage& message) {
  if (!message.email.has_value()) {
    return base::InvalidArgument("The message has no email content.");
  }
  if (!IsSafeId(message.id.value())) {
    return base::InvalidArgument("The message id cannot stand in an email.");
  }
  const bool is_raw = message.email->raw.has_value();
  PINION_TRY(std::string built, is_raw ? BuildFromRaw(message) : BuildFromParts(message));
  if (built.size() > kMessageBytesMax) {
    return base::Error{base::Errc::kPayloadTooLarge,
                       "The email is larger than 10 MB, encoding included."};
  }
  return built;
}

}  // namespace pinion::delivery::mime
