#include <utility>

#include "api/policy_texts.h"
#include "api/register_operations.h"
#include "model/users.h"
#include "users/console_access.h"

namespace pinion::api {

namespace {

base::Result<users::ConsoleAccess*> ConsoleOf(const Call& call) {
  if (call.services.console == nullptr) {
    return base::Conflict("This server keeps no users.");
  }
  return call.services.console;
}

model::ConsoleUserResponse Shown(const Call& call, const users::ConsoleUser& user) {
  model::ConsoleUserResponse shown;
  shown.user_name = user.name;
  shown.arn = UserArn(AccountOf(call.principal()), user.name);
  if (!user.email.empty()) {
    shown.email = user.email;
  }
  shown.status =
      user.active() ? model::ConsoleUserStatus::kActive : model::ConsoleUserStatus::kInactive;
  shown.policies = ShownPolicies(user.policies);
  shown.created_at = user.created_at;
  shown.last_login_at = user.last_login_at;
  shown.password_set = user.has_password();
  shown.totp_enabled = user.has_totp();
  shown.setup_until = user.setup_until;
  return shown;
}

// The only answers with a setup URL.
model::ConsoleUserResponse ShownWithCode(const Call& call,
                                         const users::ConsoleAccess& console,
                                         const users::UserWithCode& made) {
  model::ConsoleUserResponse shown = Shown(call, made.user->user);
  if (!made.setup_code.empty()) {
    shown.setup_url = console.SetupUrl(made.setup_code);
  }
  return shown;
}

base::Result<model::ConsoleUsersResponse> ListConsoleUsers(
    Call& call, const model::ListConsoleUsersRequest& request) {
  PINION_TRY(users::ConsoleAccess * console, ConsoleOf(call));
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  model::ConsoleUsersResponse response;
  std::string last;
  for (const users::UserPtr& user : console->users().List()) {
    if (user->user.name <= page.after) {
      continue;
    }
    if (response.items.size() == page.limit) {
      response.next_token = call.NextToken(last);
      break;
    }
    response.items.push_back(Shown(call, user->user));
    last = user->user.name;
  }
  return response;
}

base::Result<model::ConsoleUserResponse> CreateConsoleUser(
    Call& call, const model::CreateConsoleUserRequest& request) {
  PINION_TRY(users::ConsoleAccess * console, ConsoleOf(call));
  const model::NewConsoleUserRequest& given = request.body;
  users::NewUser wanted{.name = given.user_name, .email = given.email.value_or("")};
  PINION_TRY(wanted.policies, PolicyTexts(given.policies));
  wanted.password = given.password;
  PINION_TRY(const auto created, console->users().Create(wanted));
  return ShownWithCode(call, *console, created);
}

base::Result<model::ConsoleUserResponse> GetConsoleUser(
    Call& call, const model::GetConsoleUserRequest& request) {
  PINION_TRY(users::ConsoleAccess * console, ConsoleOf(call));
  PINION_TRY(const users::UserPtr user, console->users().Get(request.user_name));
  return Shown(call, user->user);
}

base::Result<model::ConsoleUserResponse> UpdateConsoleUser(
    Call& call, const model::UpdateConsoleUserRequest& request) {
  PINION_TRY(users::ConsoleAccess * console, ConsoleOf(call));
  const model::ConsoleUserChange& given = request.body;
  users::UserChange change{.password = given.password, .email = given.email};
  if (given.policies) {
    PINION_TRY(change.policies, PolicyTexts(*given.policies));
  }
  if (given.status) {
    change.status = *given.status == model::ConsoleUserStatus::kActive
                        ? users::ConsoleUser::Status::kActive
                        : users::ConsoleUser::Status::kInactive;
  }
  PINION_TRY(const users::UserPtr user, console->users().Update(request.user_name, change));
  return Shown(call, user->user);
}

base::Result<model::Empty> DeleteConsoleUser(Call& call,
                                             const model::GetConsoleUserRequest& request) {
  PINION_TRY(users::ConsoleAccess * console, ConsoleOf(call));
  PINION_CHECK(console->users().Delete(request.user_name));
  return model::Empty{};
}

base::Result<model::ConsoleUserResponse> ResetConsoleUserPassword(
    Call& call, const model::GetConsoleUserRequest& request) {
  PINION_TRY(users::ConsoleAccess * console, ConsoleOf(call));
  PINION_TRY(const auto reset, console->users().ResetPassword(request.user_name));
  return ShownWithCode(call, *console, reset);
}

base::Result<model::Empty> EndConsoleUserSessions(Call& call,
                                                  const model::GetConsoleUserRequest& request) {
  PINION_TRY(users::ConsoleAccess * console, ConsoleOf(call));
  PINION_CHECK(console->users().EndSessions(request.user_name));
  return model::Empty{};
}

base::Result<model::Empty> RemoveConsoleUserTotp(Call& call,
                                                 const model::GetConsoleUserRequest& request) {
  PINION_TRY(users::ConsoleAccess * console, ConsoleOf(call));
  PINION_CHECK(console->users().RemoveTotp(request.user_name));
  return model::Empty{};
}

}  // namespace

void RegisterUsersOperations(OperationTable& table) {
  // On the workers: what may have a password to hash.
  table.Add<model::ops::CreateConsoleUser>(Run::kWorker, CreateConsoleUser);
  table.Add<model::ops::DeleteConsoleUser>(Run::kInline, DeleteConsoleUser);
  table.Add<model::ops::EndConsoleUserSessions>(Run::kInline, EndConsoleUserSessions);
  table.Add<model::ops::GetConsoleUser>(Run::kInline, GetConsoleUser);
  table.Add<model::ops::ListConsoleUsers>(Run::kInline, ListConsoleUsers);
  table.Add<model::ops::RemoveConsoleUserTotp>(Run::kInline, RemoveConsoleUserTotp);
  table.Add<model::ops::ResetConsoleUserPassword>(Run::kInline, ResetConsoleUserPassword);
  table.Add<model::ops::UpdateConsoleUser>(Run::kWorker, UpdateConsoleUser);
}

}  // namespace pinion::api
