#include "channels/mailbox.h"

#include <algorithm>

#include "base/utf8.h"

namespace pinion::channels {

namespace {

constexpr size_t kLocalPartBytesMax = 64;
constexpr size_t kDomainBytesMax = 255;
constexpr size_t kLabelBytesMax = 63;

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool IsAtomCharacter(char c) {
  return IsLetterOrDigit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string::npos;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

// Parts between dots, none of them empty.
template <class Predicate>
bool IsDotted(std::string_view text, Predicate is_part) {
  while (true) {
    const size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    if (part.empty() || !is_part(part)) {
      return false;
    }
    if (dot == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(dot + 1);
  }
}

bool IsLocalPart(std::string_view text) {
  if (text.empty() || text.size() > kLocalPartBytesMax) {
    return false;
  }
  if (text.size() > 2 && text.front() == '"' && text.back() == '"') {
    return std::none_of(text.begin() + 1, text.end() - 1, [](char c) {
      return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    });
  }
  return IsDotted(text, [](std::string_view part) {
    return std::all_of(part.begin(), part.end(), IsAtomCharacter);
  });
}

bool IsDomain(std::string_view text) {
  if (text.empty() || text.size() > kDomainBytesMax) {
    return false;
  }
  return IsDotted(text, [](std::string_view label) {
    return label.size() <= kLabelBytesMax && label.front() != '-' && label.back() != '-' &&
           std::all_of(
               label.begin(), label.end(), [](char c) { return IsLetterOrDigit(c) || c == '-'; });
  });
}

bool IsAddress(std::string_view text) {
  const size_t at = text.rfind('@');
  return at != std::string_view::npos && text.size() <= kAddressBytesMax &&
         IsLocalPart(text.substr(0, at)) && IsDomain(text.substr(at + 1));
}

// A quoted string without its quotes, or words; nothing when it can be neither.
std::optional<std::string> DisplayName(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    std::string name;
    const std::string_view inner = text.substr(1, text.size() - 2);
    for (size_t i = 0; i < inner.size(); ++i) {
      if (inner[i] == '"') {
        return std::nullopt;
      }
      if (inner[i] == '\\' && i + 1 < inner.size()) {
        ++i;
      }
      name += inner[i];
    }
    return name;
  }
  if (text.find_first_of("<>\"@,;:\\") != std::string_view::npos) {
    return std::nullopt;
  }
  return std::string(text);
}

}  // namespace

std::optional<Mailbox> ParseMailbox(std::string_view text) {
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f';
  });
  if (has_control || !base::IsValidUtf8(text)) {
    return std::nullopt;
  }
  text = Trim(text);
  if (!text.ends_with('>')) {
    return IsAddress(text) ? std::optional<Mailbox>({"", std::string(text)}) : std::nullopt;
  }
  const size_t open = text.rfind('<');
  if (open == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view address = text.substr(open + 1, text.size() - open - 2);
  auto name = DisplayName(Trim(text.substr(0, open)));
  if (!name || !IsAddress(address)) {
    return std::nullopt;
  }
  return Mailbox{*std::move(name), std::string(address)};
}

}  // namespace pinion::channels
