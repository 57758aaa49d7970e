#include "users/console_access.h"

namespace pinion::users {

base::Result<std::unique_ptr<ConsoleAccess>> ConsoleAccess::Open(const Collaborators& with,
                                                                 Options options) {
  std::unique_ptr<ConsoleAccess> access(new ConsoleAccess(with, options));
  PINION_TRY(access->users_,
             UserStore::Open({.store = with.store,
                              .box = with.box,
                              .wall_clock = with.wall_clock,
                              .ids = with.ids,
                              .random = with.random,
                              .keys = with.keys,
                              .hasher = access->hasher_}));
  PINION_TRY(
      access->sessions_,
      SessionStore::Open({.store = with.store, .wall_clock = with.wall_clock, .ids = with.ids},
                         options.sessions));
  access->login_ = std::make_unique<ConsoleLogin>(
      ConsoleLogin::Collaborators{*access->users_, *access->sessions_, with.keys, access->hasher_},
      options.login);
  PINION_CHECK(access->login_->ForgetEnded());
  return access;
}

std::string ConsoleAccess::SetupUrl(std::string_view code) const {
  return public_url_() + "/console/#setup=" + std::string(code);
}

}  // namespace pinion::users
