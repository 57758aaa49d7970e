#include "server/users_command.h"

#include <utility>

#include "base/json_text.h"
#include "http/url.h"
#include "model/codec.h"
#include "model/users.h"
#include "server/command_output.h"
#include "server/operator_client.h"
#include "server/operator_work.h"

namespace pinion::server {

namespace {

constexpr char kUsersPath[] = "/pinion/v1/users";

void PrintSetup(const std::string& name, const std::string& url) {
  Print("User " + name + "   Setup " + url + "   (valid 24 h, one use)\n");
}

base::Status AskForSetup(const Config& config, LocalRequest request) {
  PINION_TRY(const std::string body, AskAsOperator(config, std::move(request)));
  PINION_TRY(const auto user, model::Decode<model::ConsoleUserResponse>(body));
  PrintSetup(user.user_name, user.setup_url.value_or(""));
  return {};
}

std::string BodyOf(const UserToCreate& user, const std::vector<std::string>& policies) {
  base::JsonWriter json;
  json.BeginObject().Key("UserName").String(user.name).Key("Email").String(user.email);
  json.Key("Policies").BeginArray();
  for (const std::string& policy : policies) {
    json.String(policy);
  }
  json.EndArray().EndObject();
  return json.Take();
}

}  // namespace

int RunUsersCreate(const ConfigInput& input, const UserToCreate& user) {
  std::vector<std::string> policies;
  for (const std::string& given : user.policies) {
    auto text = GivenText(given);
    if (!text.ok()) {
      return Complain(text.error(), kExitConfiguration);
    }
    policies.push_back(*std::move(text));
  }
  return RunOperatorWork(
      input,
      {.on_data = [&](auth::AccessKeyStore&, users::ConsoleAccess& console) -> base::Status {
         PINION_TRY(const auto created,
                    console.users().Create(
                        {.name = user.name, .email = user.email, .policies = policies}));
         PrintSetup(user.name, console.SetupUrl(created.setup_code));
         return {};
       },
       .on_server =
           [&](const Config& config) {
             return AskForSetup(
                 config, {.method = "POST", .path = kUsersPath, .body = BodyOf(user, policies)});
           }});
}

int RunUsersResetPassword(const ConfigInput& input, const std::string& name) {
  return RunOperatorWork(
      input,
      {.on_data = [&](auth::AccessKeyStore&, users::ConsoleAccess& console) -> base::Status {
         PINION_TRY(const auto reset, console.users().ResetPassword(name));
         PrintSetup(name, console.SetupUrl(reset.setup_code));
         return {};
       },
       .on_server =
           [&](const Config& config) {
             const std::string path =
                 std::string(kUsersPath) + "/" + http::PercentEncode(name) + "/reset-password";
             return AskForSetup(config, {.method = "POST", .path = path});
           }});
}

}  // namespace pinion::server
