#include "delivery/mime/mailbox.h"

#include <algorithm>

#include "base/utf8.h"

namespace pinion::delivery::mime {
namespace {

constexpr size_t kMailboxBytesMax = 2048;
constexpr size_t kLocalPartBytesMax = 64;
constexpr size_t kDomainBytesMax = 255;
constexpr size_t kLabelBytesMax = 63;
constexpr std::string_view kAtextSymbols = "!#$%&'*+-/=?^_`{|}~";

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsBeyondAscii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}
bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}
bool IsAtext(char c) {
  return IsAlphanumeric(c) || IsBeyondAscii(c) || kAtextSymbols.find(c) != std::string_view::npos;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

bool IsDotAtom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.' ||
      text.find("..") != std::string_view::npos) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '.' || IsAtext(c); });
}

bool IsAddressLiteral(std::string_view text) {
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') {
    return false;
  }
  const std::string_view inner = text.substr(1, text.size() - 2);
  return std::all_of(inner.begin(), inner.end(), [](char c) {
    return IsAlphanumeric(c) || c == '.' || c == ':' || c == '-';
  });
}

bool IsLabel(std::string_view label) {
  if (label.empty() || label.size() > kLabelBytesMax || label.front() == '-' ||
      label.back() == '-') {
    return false;
  }
  return std::all_of(label.begin(), label.end(), [](char c) {
    return IsAlphanumeric(c) || IsBeyondAscii(c) || c == '-' || c == '_';
  });
}

bool IsDomain(std::string_view text) {
  if (text.size() > kDomainBytesMax) {
    return false;
  }
  if (IsAddressLiteral(text)) {
    return true;
  }
  while (true) {
    const size_t dot = text.find('.');
    if (!IsLabel(text.substr(0, dot))) {
      return false;
    }
    if (dot == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(dot + 1);
  }
}

// Takes one quoted string off the front of `text`, which begins with its opening quote. False when
// it never ends.
bool TakeQuoted(std::string_view& text, std::string& content) {
  size_t i = 1;
  while (i < text.size() && text[i] != '"') {
    if (text[i] == '\\') {
      ++i;
      if (i == text.size()) {
        return false;
      }
    }
    content.push_back(text[i]);
    ++i;
  }
  if (i >= text.size()) {
    return false;
  }
  text.remove_prefix(i + 1);
  return true;
}

base::Error NotAMailbox(std::string_view why) {
  return base::InvalidArgument("Not a valid email address: " + std::string(why) + ".");
}

// `local@domain`, both parts checked.
base::Result<Mailbox> ParseAddress(std::string_view text) {
  Mailbox mailbox;
  if (!text.empty() && text.front() == '"') {
    if (!TakeQuoted(text, mailbox.local_part)) {
      return NotAMailbox("the quoted local part has no end");
    }
    if (mailbox.local_part.find('\t') != std::string::npos) {
      return NotAMailbox("the local part holds a control character");
    }
  } else {
    const size_t at = text.rfind('@');
    if (at == std::string_view::npos) {
      return NotAMailbox("there is no @");
    }
    mailbox.local_part = text.substr(0, at);
    if (!IsDotAtom(mailbox.local_part)) {
      return NotAMailbox("the part before the @ is malformed");
    }
    text.remove_prefix(at);
  }
  if (text.empty() || text.front() != '@') {
    return NotAMailbox("there is no @ after the local part");
  }
  mailbox.domain = text.substr(1);
  if (mailbox.local_part.empty() || mailbox.local_part.size() > kLocalPartBytesMax) {
    return NotAMailbox("the part before the @ must have 1 to 64 octets");
  }
  if (!IsDomain(mailbox.domain)) {
    return NotAMailbox("the domain is malformed");
  }
  return mailbox;
}

// The phrase before `<`: quoted strings lose their quotes, everything else is taken as it stands.
base::Result<std::string> ParseDisplayName(std::string_view phrase) {
  std::string name;
  phrase = Trimmed(phrase);
  while (!phrase.empty()) {
    if (phrase.front() == '"') {
      if (!TakeQuoted(phrase, name)) {
        return NotAMailbox("the quoted name has no end");
      }
      continue;
    }
    name.push_back(phrase.front());
    phrase.remove_prefix(1);
  }
  return name;
}

// Position of the `<` that opens the address, quoted strings skipped.
size_t FindAngle(std::string_view text) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == '<') {
      return i;
    }
  }
  return std::string_view::npos;
}

base::Result<std::string_view> CheckedText(std::string_view text) {
  if (text.size() > kMailboxBytesMax) {
    return NotAMailbox("it is too long");
  }
  if (!base::IsValidUtf8(text)) {
    return NotAMailbox("it is not UTF-8");
  }
  if (std::any_of(text.begin(), text.end(), [](char c) { return IsControl(c) && c != '\t'; })) {
    return NotAMailbox("it holds a control character");
  }
  return Trimmed(text);
}

}  // namespace

std::string Mailbox::Address() const {
  if (IsDotAtom(local_part)) {
    return local_part + "@" + domain;
  }
  std::string quoted = "\"";
  for (const char c : local_part) {
    if (c == '"' || c == '\\') {
      quoted.push_back('\\');
    }
    quoted.push_back(c);
  }
  return quoted + "\"@" + domain;
}

base::Result<Mailbox> ParseBareAddress(std::string_view text) {
  PINION_TRY(const std::string_view checked, CheckedText(text));
  return ParseAddress(checked);
}

base::Result<Mailbox> ParseMailbox(std::string_view text) {
  PINION_TRY(const std::string_view checked, CheckedText(text));
  const size_t angle = FindAngle(checked);
  if (angle == std::string_view::npos) {
    return ParseAddress(checked);
  }
  if (checked.back() != '>') {
    return NotAMailbox("the address has no closing >");
  }
  PINION_TRY(std::string name, ParseDisplayName(checked.substr(0, angle)));
  const std::string_view inner = checked.substr(angle + 1, checked.size() - angle - 2);
  PINION_TRY(Mailbox mailbox, ParseAddress(Trimmed(inner)));
  mailbox.display_name = std::move(name);
  return mailbox;
}

base::Result<std::vector<std::string>> ParseMailboxList(std::string_view text) {
  std::vector<std::string> mailboxes;
  size_t begin = 0;
  bool quoted = false;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (quoted && i + 1 < text.size() && text[i] == '\\') {
      ++i;
      continue;
    }
    if (i < text.size() && text[i] == '"') {
      quoted = !quoted;
    }
    const bool at_end = i >= text.size() || (!quoted && text[i] == ',');
    if (!at_end) {
      continue;
    }
    const std::string_view one = Trimmed(text.substr(begin, i - begin));
    begin = i + 1;
    // Empty places between commas are the obsolete syntax of RFC 5322.
    if (!one.empty()) {
      PINION_CHECK(ParseMailbox(one));
      mailboxes.emplace_back(one);
    }
  }
  return mailboxes;
}

}  // namespace pinion::delivery::mime
