#include "http/request_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

namespace pinion::http {
namespace {

using MaybeError = std::optional<RequestError>;

enum CharacterClass : uint8_t {
  kToken = 1,       // RFC 9110 tchar: methods and header names
  kTarget = 2,      // what may stand in a request target
  kFieldValue = 4,  // visible, blank, tab and bytes above 127
};

constexpr std::array<uint8_t, 256> MakeCharacterTable() {
  std::array<uint8_t, 256> table{};
  for (size_t c = 0; c < 256; ++c) {
    const bool alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    bool token = alphanumeric;
    for (const char mark : std::string_view("!#$%&'*+-.^_`|~")) {
      token = token || c == static_cast<size_t>(mark);
    }
    if (token) {
      table[c] |= kToken;
    }
    if (c > 0x20 && c < 0x7f && c != '#') {
      table[c] |= kTarget;
    }
    if ((c >= 0x20 && c != 0x7f) || c == '\t') {
      table[c] |= kFieldValue;
    }
  }
  return table;
}

constexpr std::array<uint8_t, 256> kCharacters = MakeCharacterTable();

bool AllAre(CharacterClass wanted, std::string_view text) {
  return std::all_of(text.begin(), text.end(), [wanted](char c) {
    return (kCharacters[static_cast<unsigned char>(c)] & wanted) != 0;
  });
}

RequestError BadRequest(std::string message) {
  return RequestError{400, std::move(message)};
}

// Cuts off the next line, without its CRLF. The scanner has made sure that there is one.
std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end - 1);
  text.remove_prefix(end + 1);
  return line;
}

std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

bool StartsWithIgnoringCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && EqualsIgnoringCase(text.substr(0, prefix.size()), prefix);
}

// Splits the target into path and query. Takes the origin form, the absolute form and `*`.
MaybeError ParseTarget(std::string_view target, Request& request) {
  request.target = target;
  if (StartsWithIgnoringCase(target, "http://") || StartsWithIgnoringCase(target, "https://")) {
    target.remove_prefix(target.find("//") + 2);
    const size_t authority_end = std::min(target.find_first_of("/?"), target.size());
    if (authority_end == 0) {
      return BadRequest("The request target has no host.");
    }
    target.remove_prefix(authority_end);
  } else if (!target.starts_with('/') && !(target == "*" && request.method == "OPTIONS")) {
    return BadRequest("The request target must begin with a slash.");
  }
  const size_t question_mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question_mark);
  if (request.path.empty()) {
    request.path = "/";
  }
  if (question_mark < target.size()) {
    request.query = target.substr(question_mark + 1);
  }
  return std::nullopt;
}

MaybeError ParseRequestLine(std::string_view line, Request& request) {
  const size_t method_end = line.find(' ');
  const size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || target_end == method_end) {
    return BadRequest("The request line must have a method, a target and a version.");
  }
  const std::string_view method = line.substr(0, method_end);
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  const std::string_view version = line.substr(target_end + 1);
  if (method.empty() || !AllAre(kToken, method)) {
    return BadRequest("The method in the request line is not valid.");
  }
  if (target.empty() || !AllAre(kTarget, target)) {
    return BadRequest("The target in the request line is not valid.");
  }
  request.method = method;
  if (version == "HTTP/1.1") {
    request.version = Version::kHttp11;
  } else if (version == "HTTP/1.0") {
    request.version = Version::kHttp10;
  } else if (version.starts_with("HTTP/")) {
    return RequestError{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
  } else {
    return BadRequest("The request line must end with the HTTP version.");
  }
  return ParseTarget(target, request);
}

MaybeError ParseHeaderLine(std::string_view line, Headers& headers) {
  if (line.front() == ' ' || line.front() == '\t') {
    return BadRequest("Folded header lines are not accepted.");
  }
  const size_t colon = std::min(line.find(':'), line.size());
  const std::string_view name = line.substr(0, colon);
  if (colon == line.size() || name.empty() || !AllAre(kToken, name)) {
    return BadRequest("A header line is not valid.");
  }
  const std::string_view value = TrimBlanks(line.substr(colon + 1));
  if (!AllAre(kFieldValue, value)) {
    return BadRequest("A header value has control characters.");
  }
  headers.Add(name, value);
  return std::nullopt;
}

MaybeError CheckHost(const Request& request) {
  const std::vector<std::string_view> hosts = request.headers.FindAll("Host");
  if (hosts.size() > 1 || (hosts.empty() && request.version == Version::kHttp11)) {
    return BadRequest("The request must have exactly one Host header.");
  }
  if (!hosts.empty() && hosts.front().find_first_of(" \t,/?#@\\") != std::string_view::npos) {
    return BadRequest("The Host header is not valid.");
  }
  return std::nullopt;
}

MaybeError ReadContentLength(std::string_view text, bool seen, RequestHead& head) {
  uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return BadRequest("The Content-Length header is not a valid number.");
  }
  if (seen && length != head.content_length) {
    return BadRequest("The request has differing Content-Length headers.");
  }
  head.content_length = length;
  return std::nullopt;
}

// How the body is framed. Every doubt ends the connection.
MaybeError DecideFraming(RequestHead& head) {
  bool has_length = false;
  bool chunked = false;
  for (const Header header : head.request.headers) {
    if (EqualsIgnoringCase(header.name, "Content-Length")) {
      if (MaybeError error = ReadContentLength(header.value, has_length, head)) {
        return error;
      }
      has_length = true;
    } else if (EqualsIgnoringCase(header.name, "Transfer-Encoding")) {
      if (chunked || !EqualsIgnoringCase(header.value, "chunked")) {
        return BadRequest("The only Transfer-Encoding accepted is chunked.");
      }
      chunked = true;
    }
  }
  if (chunked && has_length) {
    return BadRequest("A request cannot have both Transfer-Encoding and Content-Length.");
  }
  if (chunked && head.request.version == Version::kHttp10) {
    return BadRequest("An HTTP/1.0 request cannot have Transfer-Encoding.");
  }
  if (chunked) {
    head.framing = BodyFraming::kChunked;
  } else if (head.content_length > 0) {
    head.framing = BodyFraming::kLength;
  }
  return std::nullopt;
}

MaybeError DecideCoding(RequestHead& head) {
  for (const std::string_view value : head.request.headers.FindAll("Content-Encoding")) {
    if (EqualsIgnoringCase(value, "gzip") && head.coding == BodyCoding::kIdentity) {
      head.coding = BodyCoding::kGzip;
    } else if (!value.empty() && !EqualsIgnoringCase(value, "identity")) {
      return BadRequest("The only Content-Encoding accepted is gzip.");
    }
  }
  return std::nullopt;
}

MaybeError DecideConnection(RequestHead& head) {
  const Request& request = head.request;
  if (request.version == Version::kHttp11) {
    head.keep_alive = !ListHasToken(request.headers, "Connection", "close");
  } else {
    head.keep_alive = ListHasToken(request.headers, "Connection", "keep-alive") &&
                      !ListHasToken(request.headers, "Connection", "close");
  }
  const std::optional<std::string_view> expectation = request.headers.Find("Expect");
  if (expectation.has_value() && request.version == Version::kHttp11) {
    if (!EqualsIgnoringCase(*expectation, "100-continue")) {
      return RequestError{417, "The only expectation known is 100-continue."};
    }
    head.expects_continue = true;
  }
  return std::nullopt;
}

}  // namespace

bool HeadScanner::Fail(int status, std::string message) {
  error_ = RequestError{status, std::move(message)};
  return false;
}

// `size` is how many bytes the head has at least.
bool HeadScanner::CheckSize(size_t size) {
  if (request_line_end_ == 0 && size > limits_.request_line_bytes_max) {
    return Fail(414, "The request line is too long.");
  }
  if (request_line_end_ != 0 && size - request_line_end_ > limits_.headers_bytes_max) {
    return Fail(431, "The request headers are too large.");
  }
  return true;
}

bool HeadScanner::Scan(std::string_view bytes) {
  while (scanned_ < bytes.size()) {
    const void* found = std::memchr(bytes.data() + scanned_, '\n', bytes.size() - scanned_);
    if (found == nullptr) {
      scanned_ = bytes.size();
      break;
    }
    const auto line_feed = static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
    if (line_feed == 0 || bytes[line_feed - 1] != '\r') {
      return Fail(400, "A line of the request head ends without a carriage return.");
    }
    const bool empty_line = line_feed - line_start_ == 1;
    scanned_ = line_feed + 1;
    if (!CheckSize(scanned_)) {
      return false;
    }
    const bool first_line = line_start_ == 0;
    line_start_ = scanned_;
    if (empty_line && request_line_end_ != 0) {
      return true;
    }
    if (empty_line && !first_line) {
      return Fail(400, "The request line is missing.");
    }
    if (!empty_line && request_line_end_ == 0) {
      request_line_end_ = scanned_;
    }
  }
  CheckSize(scanned_);
  return false;
}

std::optional<RequestError> ParseRequestHead(std::string_view text,
                                             const HeadLimits& limits,
                                             RequestHead& head) {
  constexpr size_t kUsualHeaders = 12;
  std::string_view request_line = TakeLine(text);
  if (request_line.empty()) {
    // Some clients end a body with a CRLF that is not counted in its length.
    request_line = TakeLine(text);
  }
  if (MaybeError error = ParseRequestLine(request_line, head.request)) {
    return error;
  }
  head.request.headers.Reserve(std::min(kUsualHeaders, limits.headers_max), text.size());
  for (std::string_view line = TakeLine(text); !line.empty(); line = TakeLine(text)) {
    if (head.request.headers.size() == limits.headers_max) {
      return RequestError{431, "The request has too many headers."};
    }
    if (MaybeError error = ParseHeaderLine(line, head.request.headers)) {
      return error;
    }
  }
  if (MaybeError error = CheckHost(head.request)) {
    return error;
  }
  if (MaybeError error = DecideFraming(head)) {
    return error;
  }
  if (MaybeError error = DecideCoding(head)) {
    return error;
  }
  return DecideConnection(head);
}

}  // namespace pinion::http
