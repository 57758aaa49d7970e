// Page sizes and page tokens of list operations (API-61, API-62). A token carries the resume key of
// a list, bound by a message authentication code to the operation, its path and its filters.
// Thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pinion::api {

inline constexpr size_t kPageSizeDefault = 100;
inline constexpr size_t kPageSizeMax = 1000;
inline constexpr size_t kPageTokenCharactersMax = 512;

// Absent: the default; above the maximum: the maximum; below 1 or no decimal integer:
// kInvalidArgument.
base::Result<size_t> ReadPageSize(const std::optional<std::string>& text);

// What a token belongs to: operation, path ids, filters.
using PageScope = std::vector<std::string>;

class PageTokens {
 public:
  // `key` is the server's secret; tokens are valid as long as it stays the same.
  explicit PageTokens(std::string key) : key_(std::move(key)) {}

  // `resume` is not empty and fits in a token.
  std::string Seal(const PageScope& scope, std::string_view resume) const;
  // The resume key; kInvalidArgument for a token that Seal did not make for this scope.
  base::Result<std::string> Open(const PageScope& scope, std::string_view token) const;

 private:
  std::string Code(const PageScope& scope, std::string_view resume) const;

  std::string key_;
};

}  // namespace pinion::api
