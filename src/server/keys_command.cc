#include "server/keys_command.h"

#include <filesystem>
#include <functional>
#include <system_error>
#include <utility>

#include "auth/master_key.h"
#include "base/ids.h"
#include "base/json_text.h"
#include "http/url.h"
#include "model/codec.h"
#include "model/keys.h"
#include "server/command_output.h"
#include "server/master_key_rotation.h"
#include "server/opened_data.h"
#include "server/operator_client.h"
#include "server/operator_work.h"

namespace pinion::server {

namespace {

constexpr char kKeysPath[] = "/pinion/v1/keys";

void PrintKey(const std::string& id, bool active, const std::string& name) {
  Print(id + "  " + (active ? "Active  " : "Inactive") + "  " + name + "\n");
}

void PrintSecret(const std::string& id, const std::string& secret) {
  Print("Key " + id + "   Secret " + secret + "   (shown once)\n");
}

std::string PathOf(const std::string& id) {
  return std::string(kKeysPath) + "/" + http::PercentEncode(id);
}

base::Status AskForSecret(const Config& config, LocalRequest request) {
  PINION_TRY(const std::string body, AskAsOperator(config, std::move(request)));
  PINION_TRY(const auto key, model::Decode<model::AccessKeyResponse>(body));
  PrintSecret(key.access_key_id, key.secret_access_key.value_or(""));
  return {};
}

base::Status ListOnServer(const Config& config) {
  // The most that the store keeps fit into this many pages.
  constexpr int kPagesMax = 200;
  std::string query;
  for (int page = 0; page < kPagesMax; ++page) {
    PINION_TRY(const std::string body, AskAsOperator(config, {.path = kKeysPath, .query = query}));
    PINION_TRY(const auto keys, model::Decode<model::AccessKeysResponse>(body));
    for (const model::AccessKeyResponse& key : keys.items) {
      PrintKey(key.access_key_id, key.status == model::AccessKeyStatus::kActive, key.name);
    }
    if (!keys.next_token) {
      break;
    }
    query = "token=" + *keys.next_token;
  }
  return {};
}

std::string BodyOf(const std::string& name, const std::vector<std::string>& policies) {
  base::JsonWriter json;
  json.BeginObject().Key("Name").String(name).Key("Policies").BeginArray();
  for (const std::string& policy : policies) {
    json.String(policy);
  }
  json.EndArray().EndObject();
  return json.Take();
}

base::Result<auth::MasterKey> NextMasterKey(const Config& config,
                                            const std::string& given,
                                            base::RandomSource& random) {
  if (!given.empty()) {
    PINION_TRY(std::string text, GivenText(given));
    while (text.ends_with('\n') || text.ends_with('\r')) {
      text.pop_back();
    }
    return auth::MasterKey::FromBase64(text);
  }
  if (!config.master_key.empty()) {
    return base::InvalidArgument(
        "The master key is given by configuration; give the new one with --new-master-key.");
  }
  return auth::MasterKey::New(random);
}

base::Status RotateMasterKey(const Config& config, const std::string& given) {
  std::error_code failure;
  if (!std::filesystem::exists(config.data_dir + "/FORMAT", failure)) {
    return base::InvalidArgument("'" + config.data_dir + "' is no data directory of Pinion.");
  }
  auto data = OpenData(config);
  if (!data.ok()) {
    return data.error().code == base::Errc::kConflict
               ? base::Conflict(data.error().message + " Stop the server first.")
               : data.error();
  }
  PINION_TRY(const auth::MasterKey next, NextMasterKey(config, given, *data->random));
  if (!config.master_key.empty()) {
    PINION_CHECK(data->secrets->ChangeMasterKey(*data->store, next));
    Print("The data is sealed under the new master key; configure it before the next start.\n");
    return {};
  }
  PINION_CHECK(ChangeMasterKeyOfDirectory(data->directory, *data->store, *data->secrets, next));
  Print("The data is sealed under the new master key in " + data->directory.master_key_path() +
        ".\n");
  return {};
}

}  // namespace

int RunMasterKeyRotate(const ConfigInput& input, const std::string& next) {
  const auto loaded = LoadConfig(input);
  if (!loaded.ok()) {
    return Complain(loaded.error(), kExitConfiguration);
  }
  const base::Status done = RotateMasterKey(loaded->config, next);
  return done.ok() ? kExitOk : Complain(done.error(), ExitCodeOf(done.error()));
}

int RunKeysList(const ConfigInput& input) {
  return RunOperatorWork(
      input,
      {.on_data = [](auth::AccessKeyStore& keys, users::ConsoleAccess&) -> base::Status {
         for (const auth::AccessKey& key : keys.List()) {
           PrintKey(key.id, key.status == auth::AccessKey::Status::kActive, key.name);
         }
         return {};
       },
       .on_server = ListOnServer});
}

int RunKeysCreate(const ConfigInput& input, const KeyToCreate& key) {
  std::vector<std::string> policies;
  for (const std::string& given : key.policies) {
    auto text = GivenText(given);
    if (!text.ok()) {
      return Complain(text.error(), kExitConfiguration);
    }
    policies.push_back(*std::move(text));
  }
  return RunOperatorWork(
      input,
      {.on_data = [&](auth::AccessKeyStore& keys, users::ConsoleAccess&) -> base::Status {
         PINION_TRY(const auto created, keys.Create({.name = key.name, .policies = policies}));
         PrintSecret(created.key.id, created.secret);
         return {};
       },
       .on_server =
           [&](const Config& config) {
             return AskForSecret(
                 config, {.method = "POST", .path = kKeysPath, .body = BodyOf(key.name, policies)});
           }});
}

int RunKeysRevoke(const ConfigInput& input, const std::string& id) {
  return RunOperatorWork(
      input,
      {.on_data = [&](auth::AccessKeyStore& keys,
                      users::ConsoleAccess&) { return keys.Delete(id); },
       .on_server = [&](const Config& config) -> base::Status {
         PINION_CHECK(AskAsOperator(config, {.method = "DELETE", .path = PathOf(id)}));
         return {};
       }});
}

int RunKeysRotate(const ConfigInput& input, const KeyToRotate& key) {
  return RunOperatorWork(
      input,
      {.on_data = [&](auth::AccessKeyStore& keys, users::ConsoleAccess&) -> base::Status {
         PINION_TRY(const auto rotated, keys.Rotate(key.id, key.grace));
         PrintSecret(rotated.key.id, rotated.secret);
         return {};
       },
       .on_server =
           [&](const Config& config) {
             return AskForSecret(config,
                                 {.method = "POST",
                                  .path = PathOf(key.id) + "/rotate",
                                  .body = base::JsonWriter()
                                              .BeginObject()
                                              .Key("GraceSeconds")
                                              .Int(key.grace.count())
                                              .EndObject()
                                              .Take()});
           }});
}

}  // namespace pinion::server
