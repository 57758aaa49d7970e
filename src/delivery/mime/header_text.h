// Header fields of RFC 5322: folding, encoded words of RFC 2047, dates. Whatever text comes in,
// what goes out is one field whose every line end is followed by a blank, so a value can never
// start another header. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "delivery/mime/mailbox.h"

namespace pinion::delivery::mime {

// True for the characters a field name may have, at least one, at most 128.
bool IsHeaderName(std::string_view name);

// Appends `name: value` for free text. Text that is not printable ASCII becomes encoded words;
// control characters become blanks and broken UTF-8 becomes U+FFFD. The name must be valid.
void AppendTextHeader(std::string& out, std::string_view name, std::string_view value);

// Appends `name: a@b, Name <c@d>`, one mailbox a line. Non-ASCII names become encoded words.
void AppendMailboxHeader(std::string& out,
                         std::string_view name,
                         const std::vector<Mailbox>& mailboxes);

// `Mon, 23 Nov 2026 14:05:00 +0000`.
std::string FormatMailDate(base::Timestamp at);

}  // namespace pinion::delivery::mime
