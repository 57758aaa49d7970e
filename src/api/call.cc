#include "api/call.h"

#include <algorithm>

namespace pinion::api {

std::string_view AccountOf(const Principal& principal) {
  // arn:aws:iam::{account}:…
  std::string_view arn = principal.arn;
  for (int part = 0; part < 4; ++part) {
    arn.remove_prefix(std::min(arn.size(), arn.find(':') + 1));
  }
  return arn.substr(0, arn.find(':'));
}

std::string UserArn(std::string_view account_id, std::string_view name) {
  constexpr size_t kUsualArn = 64;
  std::string arn;
  arn.reserve(kUsualArn);
  arn.append("arn:aws:iam::").append(account_id).append(":user/").append(name);
  return arn;
}

std::optional<std::string> Call::Header(std::string_view name) const {
  const auto value = headers_.Find(name);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

base::Result<base::PageRequest> Call::Page(const std::optional<std::string>& page_size,
                                           const std::optional<std::string>& token,
                                           const std::vector<std::string>& filters) const {
  base::PageRequest page;
  PINION_TRY(page.limit, ReadPageSize(page_size));
  if (token && !token->empty()) {
    PINION_TRY(page.after, tokens_.Open(ScopeOf(filters), *token));
  }
  return page;
}

std::optional<std::string> Call::NextToken(const std::string& resume,
                                           const std::vector<std::string>& filters) const {
  if (resume.empty()) {
    return std::nullopt;
  }
  return tokens_.Seal(ScopeOf(filters), resume);
}

PageScope Call::ScopeOf(const std::vector<std::string>& filters) const {
  PageScope scope{std::string(facts_.operation)};
  scope.insert(scope.end(), facts_.path_parameters.begin(), facts_.path_parameters.end());
  // Between ids and filters, so that neither can pass for the other.
  scope.emplace_back("?");
  scope.insert(scope.end(), filters.begin(), filters.end());
  return scope;
}

}  // namespace pinion::api
