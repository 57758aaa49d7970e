#include "delivery/mime/header_text.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/utf8.h"

namespace pinion::delivery::mime {
namespace {

constexpr size_t kNameCharactersMax = 128;
// Where lines are folded if they can be, and what a word may have before it is encoded so that it
// can be cut.
constexpr size_t kLineCharactersWanted = 76;
constexpr size_t kWordCharactersMax = 900;
// RFC 2047: a line with an encoded word has at most 76 characters, its leading blank and 12 of
// `=?UTF-8?B?` and `?=` among them; the rest is base64 in groups of four.
constexpr size_t kEncodedWordFrame = 1 + 12;
constexpr size_t kEncodedWordBytesMax = 45;
constexpr size_t kCodePointBytesMax = 4;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool IsPrintableAscii(char c) {
  return c >= 0x20 && c < 0x7F;
}

size_t CodePointLength(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// One line of valid UTF-8 without control characters.
std::string SafeText(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const size_t length = std::min(CodePointLength(text.front()), text.size());
    const std::string_view code_point = text.substr(0, length);
    if (!base::IsValidUtf8(code_point)) {
      safe.append(kReplacement);
      text.remove_prefix(1);
      continue;
    }
    const auto first = static_cast<unsigned char>(code_point.front());
    if (first < 0x20 || first == 0x7F) {
      safe.push_back(' ');
    } else {
      safe.append(code_point);
    }
    text.remove_prefix(length);
  }
  const size_t begin = safe.find_first_not_of(' ');
  const size_t end = safe.find_last_not_of(' ');
  return begin == std::string::npos ? std::string() : safe.substr(begin, end - begin + 1);
}

bool NeedsEncoding(std::string_view safe) {
  size_t word = 0;
  for (const char c : safe) {
    if (!IsPrintableAscii(c)) {
      return true;
    }
    word = c == ' ' ? 0 : word + 1;
    if (word > kWordCharactersMax) {
      return true;
    }
  }
  return false;
}

// Writes the words of a field with one blank between them, folding before a word that would make
// the line too long.
class FieldWriter {
 public:
  FieldWriter(std::string& out, std::string_view name) : out_(out), line_start_(out.size()) {
    out_.append(name).append(":");
  }

  void Word(std::string_view word) {
    const size_t used = out_.size() - line_start_;
    if (used + 1 + word.size() > kLineCharactersWanted && !at_line_start_) {
      NewLine();
    }
    out_.push_back(' ');
    out_.append(word);
    at_line_start_ = false;
  }
  // Runs of blanks are kept: each further blank goes before the next word.
  void Text(std::string_view text) {
    size_t begin = 0;
    while (begin < text.size()) {
      const size_t letter = std::min(text.find_first_not_of(' ', begin), text.size());
      const size_t end = std::min(text.find(' ', letter), text.size());
      Word(text.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  // The text as encoded words of at most 75 characters, cut between code points; readers drop the
  // blanks between them.
  void EncodedText(std::string_view safe) {
    while (!safe.empty()) {
      size_t bytes_max = EncodedBytesThatFit();
      if (bytes_max < kCodePointBytesMax) {
        NewLine();
        bytes_max = kEncodedWordBytesMax;
      }
      size_t taken = 0;
      while (taken < safe.size() && taken + CodePointLength(safe[taken]) <= bytes_max) {
        taken += CodePointLength(safe[taken]);
      }
      Word("=?UTF-8?B?" + base::Base64Encode(safe.substr(0, taken)) + "?=");
      safe.remove_prefix(taken);
    }
  }
  void NewLine() {
    out_.append("\r\n");
    line_start_ = out_.size();
    at_line_start_ = true;
  }
  void Append(std::string_view text) { out_.append(text); }
  void End() { out_.append("\r\n"); }

 private:
  size_t EncodedBytesThatFit() const {
    const size_t used = out_.size() - line_start_ + kEncodedWordFrame;
    const size_t free = used < kLineCharactersWanted ? kLineCharactersWanted - used : 0;
    return std::min(free / 4 * 3, kEncodedWordBytesMax);
  }

  std::string& out_;
  size_t line_start_;
  bool at_line_start_ = true;
};

// Callers may hand over names that are encoded already; those are passed on as they are.
bool IsEncodedAlready(std::string_view name) {
  return name.starts_with("=?") && name.ends_with("?=") && name.find('"') == std::string_view::npos;
}

bool NeedsQuotes(std::string_view name) {
  return name.find_first_of("()<>[]:;@\\,.\"") != std::string_view::npos ||
         name.find("=?") != std::string_view::npos;
}

std::string Quoted(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') {
      quoted.push_back('\\');
    }
    quoted.push_back(c);
  }
  return quoted + "\"";
}

void WriteMailbox(FieldWriter& field, const Mailbox& mailbox) {
  const std::string name = SafeText(mailbox.display_name);
  if (name.empty()) {
    field.Word(mailbox.Address());
    return;
  }
  if (IsEncodedAlready(name) && !NeedsEncoding(name)) {
    field.Text(name);
  } else if (NeedsEncoding(name)) {
    field.EncodedText(name);
  } else {
    field.Text(NeedsQuotes(name) ? Quoted(name) : name);
  }
  field.Word("<" + mailbox.Address() + ">");
}

}  // namespace

bool IsHeaderName(std::string_view name) {
  return !name.empty() && name.size() <= kNameCharactersMax &&
         std::all_of(
             name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7F && c != ':'; });
}

void AppendTextHeader(std::string& out, std::string_view name, std::string_view value) {
  const std::string safe = SafeText(value);
  FieldWriter field(out, name);
  if (NeedsEncoding(safe)) {
    field.EncodedText(safe);
  } else {
    field.Text(safe);
  }
  field.End();
}

void AppendMailboxHeader(std::string& out,
                         std::string_view name,
                         const std::vector<Mailbox>& mailboxes) {
  FieldWriter field(out, name);
  for (size_t i = 0; i < mailboxes.size(); ++i) {
    if (i > 0) {
      field.Append(",");
      field.NewLine();
    }
    WriteMailbox(field, mailboxes[i]);
  }
  field.End();
}

std::string FormatMailDate(base::Timestamp at) {
  static constexpr std::array<const char*, 7> kDays = {
      "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
                     kDays[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()),
                     time.hours().count(),
                     time.minutes().count(),
                     time.seconds().count());
}

}  // namespace pinion::delivery::mime
