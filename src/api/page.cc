#include "api/page.h"

#include <algorithm>
#include <charconv>

#include "base/base64.h"
#include "base/digest.h"

namespace pinion::api {

namespace {

constexpr size_t kCodeBytes = 16;

bool IsInteger(std::string_view text) {
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  }
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Length first, so that no two scopes give the same bytes.
void AppendPart(std::string& bytes, std::string_view part) {
  bytes += std::to_string(part.size());
  bytes += ':';
  bytes += part;
}

}  // namespace

base::Result<size_t> ReadPageSize(const std::optional<std::string>& text) {
  if (!text) {
    return kPageSizeDefault;
  }
  uint64_t size = 0;
  if (IsInteger(*text) && !text->starts_with('-')) {
    const auto parsed = std::from_chars(text->data(), text->data() + text->size(), size);
    if (parsed.ec == std::errc::result_out_of_range) {
      size = kPageSizeMax;
    }
  }
  if (size == 0) {
    return base::InvalidArgument("Query parameter 'page-size': expected an integer of at least 1.");
  }
  return std::min<size_t>(size, kPageSizeMax);
}

std::string PageTokens::Code(const PageScope& scope, std::string_view resume) const {
  std::string bytes;
  for (const std::string& part : scope) {
    AppendPart(bytes, part);
  }
  AppendPart(bytes, resume);
  return base::HmacSha256(key_, bytes).substr(0, kCodeBytes);
}

std::string PageTokens::Seal(const PageScope& scope, std::string_view resume) const {
  std::string token = base::Base64UrlEncode(Code(scope, resume) + std::string(resume));
  PINION_ASSERT(token.size() <= kPageTokenCharactersMax);
  return token;
}

base::Result<std::string> PageTokens::Open(const PageScope& scope, std::string_view token) const {
  const auto bytes = token.size() <= kPageTokenCharactersMax ? base::Base64UrlDecode(token)
                                                             : std::optional<std::string>();
  if (bytes && bytes->size() > kCodeBytes) {
    std::string resume = bytes->substr(kCodeBytes);
    if (base::EqualInConstantTime(std::string_view(*bytes).substr(0, kCodeBytes),
                                  Code(scope, resume))) {
      return resume;
    }
  }
  return base::InvalidArgument("The page token is not valid for this request.");
}

}  // namespace pinion::api
