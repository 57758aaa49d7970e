#include "http/message.h"

#include <algorithm>
#include <cstring>

namespace pinion::http {
namespace {

char ToLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool IsControl(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

uint64_t WordAt(const char* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

// May also be true of a tab. Looks at eight characters at a time.
bool MayHaveControls(std::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  if (text.size() < sizeof(uint64_t)) {
    return std::any_of(text.begin(), text.end(), IsControl);
  }
  const auto marks = [](uint64_t word) {
    const uint64_t unlike_delete = word ^ (kOnes * 0x7f);
    return ((word - kOnes * 0x20) & ~word) | ((unlike_delete - kOnes) & ~unlike_delete);
  };
  // The last word may overlap the one before it.
  const char* const last = text.data() + text.size() - sizeof(uint64_t);
  uint64_t found = marks(WordAt(last));
  for (const char* at = text.data(); at < last; at += sizeof(uint64_t)) {
    found |= marks(WordAt(at));
  }
  return (found & kHighs) != 0;
}

std::string_view TrimBlanks(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return x == y || ToLower(x) == ToLower(y);
         });
}

void Headers::Add(std::string_view name, std::string_view value) {
  fields_.push_back(Field{static_cast<uint32_t>(text_.size()),
                          static_cast<uint32_t>(name.size()),
                          static_cast<uint32_t>(value.size())});
  const size_t at = text_.size();
  text_.append(name).append(": ").append(value);
  if (MayHaveControls(std::string_view(text_).substr(at))) {
    std::replace_if(text_.begin() + static_cast<ptrdiff_t>(at), text_.end(), IsControl, ' ');
  }
  text_.append("\r\n");
}

void Headers::Set(std::string_view name, std::string_view value) {
  Remove(name);
  Add(name, value);
}

void Headers::Remove(std::string_view name) {
  if (!Has(name)) {
    return;
  }
  Headers kept;
  for (const Header header : *this) {
    if (!EqualsIgnoringCase(header.name, name)) {
      kept.Add(header.name, header.value);
    }
  }
  *this = std::move(kept);
}

void Headers::Reserve(size_t fields, size_t text_bytes) {
  fields_.reserve(fields);
  text_.reserve(text_bytes);
}

std::optional<std::string_view> Headers::Find(std::string_view name) const {
  for (const Field& field : fields_) {
    if (field.name_size == name.size()) {
      const size_t index = static_cast<size_t>(&field - fields_.data());
      const Header header = (*this)[index];
      if (EqualsIgnoringCase(header.name, name)) {
        return header.value;
      }
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> Headers::FindAll(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Header header : *this) {
    if (EqualsIgnoringCase(header.name, name)) {
      values.push_back(header.value);
    }
  }
  return values;
}

bool ListHasToken(const Headers& headers, std::string_view name, std::string_view token) {
  for (const Header header : headers) {
    if (!EqualsIgnoringCase(header.name, name)) {
      continue;
    }
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const size_t comma = std::min(rest.find(','), rest.size());
      if (EqualsIgnoringCase(TrimBlanks(rest.substr(0, comma)), token)) {
        return true;
      }
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Payload Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Entity";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

}  // namespace pinion::http
