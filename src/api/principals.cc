#include "api/principals.h"

namespace pinion::api {

Principal PrincipalOf(const auth::KeyPtr& use, std::string_view account_id) {
  Principal principal;
  principal.type = Principal::Type::kKey;
  principal.access_key_id = use->key.id;
  principal.name = use->key.name;
  principal.arn = UserArn(account_id, use->key.name);
  principal.policies = use->policies;
  principal.key = {use, &use->key};
  return principal;
}

Principal PrincipalOf(const users::UserInUse& user, std::string_view account_id) {
  Principal principal;
  principal.type = Principal::Type::kUser;
  principal.name = user.user.name;
  principal.arn = UserArn(account_id, user.user.name);
  principal.policies = user.policies;
  return principal;
}

Principal PrincipalOf(const users::SessionPrincipal& holder, std::string_view account_id) {
  return holder.user != nullptr ? PrincipalOf(*holder.user, account_id)
                                : PrincipalOf(holder.key, account_id);
}

std::optional<AuthenticationFailure> TakeFromLimit(const auth::KeyInUse& use, base::Timestamp now) {
  const auto wait = use.limit != nullptr ? use.limit->Take(now) : std::nullopt;
  if (!wait) {
    return std::nullopt;
  }
  return AuthenticationFailure{"TooManyRequestsException",
                               "The rate limit of this access key is reached.",
                               429,
                               static_cast<int>(wait->count())};
}

}  // namespace pinion::api
