#include "auth/canonical_request.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pinion::auth {
namespace {

constexpr std::array<bool, 256> MakeUnreserved() {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}
constexpr std::array<bool, 256> kUnreserved = MakeUnreserved();

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low >= 0) {
      decoded.push_back(static_cast<char>(static_cast<uint8_t>(high * 16 + low)));
      i += 2;
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

template <class Visit>
void ForEachPart(std::string_view text, char separator, const Visit& visit) {
  for (;;) {
    const size_t end = text.find(separator);
    visit(text.substr(0, end));
    if (end == std::string_view::npos) {
      return;
    }
    text.remove_prefix(end + 1);
  }
}

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}

// Nearly every path is; "." at the front of a segment may or may not be a dot segment.
bool IsCanonicalPath(std::string_view path) {
  char before = '\0';
  for (const char c : path) {
    if (!kUnreserved[static_cast<unsigned char>(c)] && c != '/') {
      return false;
    }
    if (before == '/' && (c == '/' || c == '.')) {
      return false;
    }
    before = c;
  }
  return path.starts_with('/');
}

void AppendCollapsed(std::string& out, std::string_view value) {
  if (!value.starts_with(' ') && !value.ends_with(' ') &&
      value.find('\t') == std::string_view::npos && value.find("  ") == std::string_view::npos) {
    out.append(value);
    return;
  }
  const size_t start = out.size();
  bool pending_blank = false;
  for (const char c : value) {
    if (IsBlank(c)) {
      pending_blank = out.size() > start;
      continue;
    }
    if (pending_blank) {
      out.push_back(' ');
      pending_blank = false;
    }
    out.push_back(c);
  }
}

}  // namespace

void AppendUriEncoded(std::string& out, std::string_view text, Slash slash) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kUnreserved[byte] || (c == '/' && slash == Slash::kKeep)) {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 0xf]);
    }
  }
}

std::string CanonicalPath(std::string_view path) {
  if (IsCanonicalPath(path)) {
    return std::string(path);
  }
  std::vector<std::string_view> segments;
  ForEachPart(path, '/', [&](std::string_view segment) {
    if (segment.empty() || segment == ".") {
      return;
    }
    if (segment != "..") {
      segments.push_back(segment);
    } else if (!segments.empty()) {
      segments.pop_back();
    }
  });
  std::string canonical;
  for (const std::string_view segment : segments) {
    canonical.push_back('/');
    AppendUriEncoded(canonical, segment, Slash::kEncode);
  }
  if (segments.empty() || path.back() == '/') {
    canonical.push_back('/');
  }
  return canonical;
}

std::string EncodedPath(std::string_view path) {
  std::string encoded;
  AppendUriEncoded(encoded, path.empty() ? "/" : path, Slash::kKeep);
  return encoded;
}

std::vector<QueryParameter> ParseQuery(std::string_view query) {
  std::vector<QueryParameter> parameters;
  ForEachPart(query, '&', [&](std::string_view pair) {
    if (pair.empty()) {
      return;
    }
    const size_t equals = pair.find('=');
    parameters.push_back({PercentDecode(pair.substr(0, equals)),
                          equals == std::string_view::npos
                              ? std::string()
                              : PercentDecode(pair.substr(equals + 1))});
  });
  return parameters;
}

std::string CanonicalQuery(const std::vector<QueryParameter>& parameters,
                           std::span<const std::string_view> without) {
  std::vector<std::pair<std::string, std::string>> encoded;
  encoded.reserve(parameters.size());
  for (const QueryParameter& parameter : parameters) {
    if (!Contains(without, parameter.name)) {
      auto& [name, value] = encoded.emplace_back();
      AppendUriEncoded(name, parameter.name, Slash::kEncode);
      AppendUriEncoded(value, parameter.value, Slash::kEncode);
    }
  }
  std::sort(encoded.begin(), encoded.end());
  std::string canonical;
  for (const auto& [name, value] : encoded) {
    if (!canonical.empty()) {
      canonical.push_back('&');
    }
    canonical.append(name).append("=").append(value);
  }
  return canonical;
}

std::string QueryAsReceived(std::string_view query, std::span<const std::string_view> without) {
  std::string received;
  ForEachPart(query, '&', [&](std::string_view pair) {
    const size_t equals = pair.find('=');
    if (pair.empty() || Contains(without, pair.substr(0, equals))) {
      return;
    }
    if (!received.empty()) {
      received.push_back('&');
    }
    received.append(pair);
    if (equals == std::string_view::npos) {
      received.push_back('=');
    }
  });
  return received;
}

bool AppendHeaderValues(std::string& out, std::span<const Header> headers, std::string_view name) {
  bool found = false;
  for (const Header& header : headers) {
    if (EqualsIgnoringCase(header.name, name)) {
      if (found) {
        out.push_back(',');
      }
      AppendCollapsed(out, header.value);
      found = true;
    }
  }
  return found;
}

bool SameLettersIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), [](char x, char y) { return x == y || Lower(x) == Lower(y); });
}

}  // namespace pinion::auth
