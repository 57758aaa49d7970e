#include "delivery/smtp/smtp_reply.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace pinion::delivery::smtp {
namespace {

// RFC 5321 allows 512; real servers write longer explanations.
constexpr size_t kLineBytesMax = 4096;
constexpr size_t kLinesMax = 200;
constexpr size_t kOneLineCodePointsMax = 500;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Takes 1 to 3 digits off the front.
bool TakeNumber(std::string_view& text) {
  size_t digits = 0;
  while (digits < text.size() && digits < 3 && IsDigit(text[digits])) {
    ++digits;
  }
  text.remove_prefix(digits);
  return digits > 0;
}

// The `5.1.1` at the start of a reply's text if its class fits the reply code.
std::string_view EnhancedStatus(std::string_view text, int code) {
  std::string_view rest = text;
  if (rest.empty() || rest.front() != static_cast<char>('0' + code / 100)) {
    return {};
  }
  rest.remove_prefix(1);
  for (int part = 0; part < 2; ++part) {
    if (rest.empty() || rest.front() != '.') {
      return {};
    }
    rest.remove_prefix(1);
    if (!TakeNumber(rest)) {
      return {};
    }
  }
  if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t') {
    return {};
  }
  return text.substr(0, text.size() - rest.size());
}

base::Error Malformed() {
  return base::Unavailable("The mail server sent a malformed reply.");
}

}  // namespace

std::string Reply::OneLine() const {
  std::string line = std::to_string(code);
  bool first = true;
  for (std::string_view text : lines) {
    // The enhanced code stands on every line of a reply; once is enough.
    if (!first && !enhanced_status.empty() && text.starts_with(enhanced_status)) {
      text.remove_prefix(enhanced_status.size());
    }
    const size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
    if (begin < text.size()) {
      line.append(" ").append(text.substr(begin));
    }
    first = false;
  }
  const bool valid = base::IsValidUtf8(line);
  for (char& c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      c = ' ';
    } else if (!valid && byte >= 0x80) {
      c = '?';
    }
  }
  return std::string(base::FirstCodePoints(line, kOneLineCodePointsMax));
}

base::Result<std::optional<Reply>> ReplyParser::Next() {
  while (true) {
    const size_t end = buffer_.find('\n', taken_);
    if (end == std::string::npos) {
      if (buffer_.size() - taken_ > kLineBytesMax) {
        return Malformed();
      }
      buffer_.erase(0, taken_);
      taken_ = 0;
      return std::optional<Reply>();
    }
    std::string_view line(buffer_.data() + taken_, end - taken_);
    taken_ = end + 1;
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    PINION_TRY(const bool complete, TakeLine(line));
    if (complete) {
      return std::optional<Reply>(std::exchange(current_, Reply{}));
    }
  }
}

// True when `line` was the last one of its reply.
base::Result<bool> ReplyParser::TakeLine(std::string_view line) {
  if (line.size() < 3 || line.size() > kLineBytesMax || line[0] < '2' || line[0] > '5' ||
      !IsDigit(line[1]) || !IsDigit(line[2])) {
    return Malformed();
  }
  const bool last = line.size() == 3 || line[3] == ' ';
  if (!last && line[3] != '-') {
    return Malformed();
  }
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  const bool first = current_.lines.empty();
  if ((!first && code != current_.code) || current_.lines.size() == kLinesMax) {
    return Malformed();
  }
  const std::string_view text = line.substr(std::min<size_t>(4, line.size()));
  if (first) {
    current_.code = code;
    current_.enhanced_status = EnhancedStatus(text, code);
  }
  current_.lines.emplace_back(text);
  return last;
}

}  // namespace pinion::delivery::smtp
