// Mailboxes of RFC 5322 as callers write them: `a@b`, `<a@b>`, `Name <a@b>`, `"Quoted, Name" <"odd
// local"@b>`. Used for every address that gets into a message header or an SMTP command; what comes
// out holds no control character. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pinion::delivery::mime {

struct Mailbox {
  std::string display_name;  // without quotes; empty if there is none
  std::string local_part;    // without quotes
  std::string domain;        // as written; an address literal keeps its brackets

  // `local@domain`, the local part quoted where it must be.
  std::string Address() const;
};

// kInvalidArgument when the text is no mailbox or a part is too long (RFC 5321: local part 64
// octets, domain 255). UTF-8 is taken in every part (RFC 6531).
base::Result<Mailbox> ParseMailbox(std::string_view text);

// As ParseMailbox, but without display name and angle brackets: what MAIL FROM and RCPT TO take.
base::Result<Mailbox> ParseBareAddress(std::string_view text);

// The mailboxes of an address field, separated by commas: `a@b, "Doe, Jo" <jo@b>`. Their texts,
// each of which ParseMailbox takes. Groups are not known. kInvalidArgument when one is no mailbox.
base::Result<std::vector<std::string>> ParseMailboxList(std::string_view text);

}  // namespace pinion::delivery::mime
