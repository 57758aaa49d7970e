#include "http/url.h"

#include <utility>

#include "base/utf8.h"

namespace pinion::http {
namespace {

enum class Plus { kStays, kIsBlank };

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

base::Result<std::string> Decode(std::string_view raw, Plus plus, const char* part) {
  std::string text;
  text.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '+' && plus == Plus::kIsBlank) {
      text.push_back(' ');
    } else if (raw[i] != '%') {
      text.push_back(raw[i]);
    } else {
      const int high = i + 2 < raw.size() ? HexDigit(raw[i + 1]) : -1;
      const int low = i + 2 < raw.size() ? HexDigit(raw[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return base::InvalidArgument(std::string("The ") + part +
                                     " has an invalid percent escape.");
      }
      text.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  if (!base::IsValidUtf8(text)) {
    return base::InvalidArgument(std::string("The ") + part + " is not valid UTF-8.");
  }
  return text;
}

bool IsUnreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

base::Result<std::string> DecodePathSegment(std::string_view raw) {
  return Decode(raw, Plus::kStays, "path");
}

PathSegments SplitPath(std::string_view raw_path) {
  PathSegments segments;
  if (raw_path.starts_with('/')) {
    raw_path.remove_prefix(1);
  }
  if (raw_path.ends_with('/')) {
    raw_path.remove_suffix(1);
  } else if (raw_path.empty()) {
    return segments;
  }
  while (true) {
    const size_t slash = raw_path.find('/');
    segments.push_back(raw_path.substr(0, slash));
    if (slash == std::string_view::npos) {
      return segments;
    }
    raw_path.remove_prefix(slash + 1);
  }
}

base::Result<std::vector<QueryParameter>> ParseQuery(std::string_view raw_query) {
  std::vector<QueryParameter> parameters;
  while (!raw_query.empty()) {
    const size_t end = raw_query.find('&');
    const std::string_view part = raw_query.substr(0, end);
    raw_query = end == std::string_view::npos ? std::string_view() : raw_query.substr(end + 1);
    if (part.empty()) {
      continue;
    }
    const size_t equals = part.find('=');
    const std::string_view raw_value =
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    PINION_TRY(std::string name, Decode(part.substr(0, equals), Plus::kIsBlank, "query"));
    PINION_TRY(std::string value, Decode(raw_value, Plus::kIsBlank, "query"));
    parameters.push_back(QueryParameter{std::move(name), std::move(value)});
  }
  return parameters;
}

std::optional<std::string_view> FindParameter(const std::vector<QueryParameter>& parameters,
                                              std::string_view name) {
  for (const QueryParameter& parameter : parameters) {
    if (parameter.name == name) {
      return parameter.value;
    }
  }
  return std::nullopt;
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded.push_back('%');
      encoded.push_back(kDigits[byte >> 4]);
      encoded.push_back(kDigits[byte & 15]);
    }
  }
  return encoded;
}

}  // namespace pinion::http
