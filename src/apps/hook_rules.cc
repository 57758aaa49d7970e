#include "apps/hook_rules.h"

#include <string>

namespace pinion::apps {

namespace {

bool IsLoopbackUrl(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) {
    return false;
  }
  std::string_view authority = url.substr(kScheme.size());
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) {
    return false;
  }
  if (authority.starts_with("[::1]")) {
    return true;
  }
  const std::string_view host = authority.substr(0, authority.find(':'));
  return host == "localhost" || (host.starts_with("127.") &&
                                 host.find_first_not_of("0123456789.") == std::string_view::npos);
}

}  // namespace

bool IsUnset(const model::CampaignHook& hook) {
  return hook == model::CampaignHook{};
}

base::Status CheckHook(const model::CampaignHook& hook, std::string_view member) {
  if (IsUnset(hook)) {
    return {};
  }
  if (!hook.web_url && !hook.lambda_function_name) {
    return base::InvalidArgument("Member '" + std::string(member) +
                                 "' needs 'WebUrl' or 'LambdaFunctionName'.");
  }
  if (hook.web_url && !hook.web_url->starts_with("https://") && !IsLoopbackUrl(*hook.web_url)) {
    return base::InvalidArgument("Member '" + std::string(member) +
                                 ".WebUrl' must begin with https://, or with http:// and name a "
                                 "loopback host.");
  }
  return {};
}

}  // namespace pinion::apps
