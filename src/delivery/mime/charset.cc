#include "delivery/mime/charset.h"

#include <algorithm>
#include <optional>

#include <iconv.h>

namespace pinion::delivery::mime {
namespace {

constexpr size_t kCharsetCharactersMax = 40;
// No charset that keeps ASCII needs more than this for one byte of UTF-8 (escape sequences
// included).
constexpr size_t kGrowthMax = 8;

// Two spellings of UTF-8 are common; nothing has to be converted for either.
bool IsUtf8(std::string_view charset) {
  std::string lower(charset);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower.empty() || lower == "utf-8" || lower == "utf8";
}

bool IsToken(std::string_view charset) {
  return charset.size() <= kCharsetCharactersMax &&
         std::all_of(charset.begin(), charset.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

// Owns one conversion descriptor of iconv.
class Converter {
 public:
  explicit Converter(const std::string& charset) : handle_(iconv_open(charset.c_str(), "UTF-8")) {}
  ~Converter() {
    if (valid()) {
      iconv_close(handle_);
    }
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  std::optional<std::string> Convert(std::string_view utf8) {
    if (!valid()) {
      return std::nullopt;
    }
    std::string input(utf8);
    std::string output(utf8.size() * kGrowthMax + 16, '\0');
    char* in = input.data();
    char* out = output.data();
    size_t in_left = input.size();
    size_t out_left = output.size();
    const size_t changed = iconv(handle_, &in, &in_left, &out, &out_left);
    // A count other than zero means that characters were replaced by similar ones.
    if (changed != 0 || iconv(handle_, nullptr, nullptr, &out, &out_left) == kFailed) {
      return std::nullopt;
    }
    output.resize(output.size() - out_left);
    return output;
  }

 private:
  static constexpr auto kFailed = static_cast<size_t>(-1);
  bool valid() const { return reinterpret_cast<intptr_t>(handle_) != -1; }

  iconv_t handle_;
};

bool KeepsAscii(Converter& converter) {
  constexpr std::string_view kSample = "az AZ 09 =\r\n<.>";
  return converter.Convert(kSample) == kSample;
}

}  // namespace

CharsetText ToCharset(std::string_view utf8, std::string_view charset) {
  if (!IsUtf8(charset) && IsToken(charset)) {
    const std::string name(charset);
    Converter converter(name);
    if (KeepsAscii(converter)) {
      std::optional<std::string> bytes = converter.Convert(utf8);
      if (bytes.has_value()) {
        return CharsetText{name, *std::move(bytes)};
      }
    }
  }
  return CharsetText{"UTF-8", std::string(utf8)};
}

}  // namespace pinion::delivery::mime
