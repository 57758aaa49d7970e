#include "server/command_line.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "server/backup_command.h"
#include "server/command_output.h"
#include "server/commands.h"
#include "server/config.h"
#include "server/keys_command.h"
#include "server/users_command.h"

namespace pinion::server {

namespace {

// A flag that stands for a key of the configuration. Without value: the given one.
struct KeyFlag {
  const char* flag;
  std::string_view key;
  std::string_view value;
  const char* help;
};

constexpr KeyFlag kKeyFlags[] = {
    {"--data-dir", "server.data_dir", "", "Directory that holds all data"},
    {"--listen", "server.listen", "", "Address and port to listen on"},
    {"--access-key", "auth.access_key", "", "Access key id of the administrator"},
    {"--secret-key", "auth.secret_key", "", "Secret of the administrator"},
    {"--no-auth", "auth.mode", "none", "Let everybody in (loopback address only)"},
    {"--no-auth-anywhere", "auth.no_auth_anywhere", "true", "Allow --no-auth on any address"},
    {"--manual-clock", "clock.manual", "true", "Time moves only when it is told to, for tests"},
    {"--allow-real-sending",
     "clock.allow_real_sending",
     "true",
     "Send for real under a manual clock"},
    {"--demo", "server.demo", "true", "Make a demonstration project on an empty data directory"},
    {"--resume", "server.resume", "true", "Send again after a restore"},
    {"--allow-private-webhooks",
     "network.allow_private_webhooks",
     "true",
     "Let webhooks reach private and loopback addresses"},
};

// What the options of a command leave behind.
struct Given {
  std::string file;
  std::vector<std::string> values = std::vector<std::string>(std::size(kKeyFlags));
  std::vector<std::string> settings;  // --set

  base::Result<ConfigInput> ToInput() const;
};

void AddConfigOptions(CLI::App& command, Given& given) {
  command.add_option("--config", given.file, "Configuration file (TOML)");
  for (size_t i = 0; i < std::size(kKeyFlags); ++i) {
    const KeyFlag& flag = kKeyFlags[i];
    if (flag.value.empty()) {
      command.add_option(flag.flag, given.values[i], flag.help);
    } else {
      command.add_flag_callback(
          flag.flag, [&given, i] { given.values[i] = kKeyFlags[i].value; }, flag.help);
    }
  }
  command.add_option("--set", given.settings, "section.key=value, any number of times")
      ->allow_extra_args(false);
}

base::Result<ConfigInput> Given::ToInput() const {
  ConfigInput input;
  if (!file.empty()) {
    input.file = file;
  }
  for (const std::string& setting : settings) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos) {
      return base::InvalidArgument("flag --set: expected section.key=value, got '" + setting +
                                   "'.");
    }
    input.flags.push_back({setting.substr(0, equals), setting.substr(equals + 1), "--set"});
  }
  for (size_t i = 0; i < std::size(kKeyFlags); ++i) {
    if (!values[i].empty()) {
      input.flags.push_back({std::string(kKeyFlags[i].key), values[i], kKeyFlags[i].flag});
    }
  }
  input.environment = PinionEnvironment();
  return input;
}

template <class Command>
int WithInput(const Given& given, Command run) {
  const auto input = given.ToInput();
  if (!input.ok()) {
    return Complain(input.error(), kExitConfiguration);
  }
  return run(*input);
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  CLI::App app("Pinion: a self-hosted server that answers the Amazon Pinpoint API", "pinion");
  app.require_subcommand(1);
  Given given;
  CLI::App* serve = app.add_subcommand("serve", "Run the server");
  CLI::App* config = app.add_subcommand("config", "Look at the configuration");
  config->require_subcommand(1);
  CLI::App* check =
      config->add_subcommand("check", "Check the configuration and say what is wrong");
  CLI::App* show = config->add_subcommand("show", "Print every effective value and its source");
  CLI::App* health = app.add_subcommand("health", "Ask the running server whether it is ready");
  CLI::App* version = app.add_subcommand("version", "Print the version");
  CLI::App* keys =
      app.add_subcommand("keys", "Access keys, while a server runs on the data or not");
  keys->require_subcommand(1);
  CLI::App* keys_list = keys->add_subcommand("list", "Print every key");
  CLI::App* keys_create = keys->add_subcommand("create", "Make a key and print its secret");
  KeyToCreate new_key;
  keys_create->add_option("--name", new_key.name, "Name of the key")->required();
  keys_create->add_option("--policy",
                          new_key.policies,
                          "Role, policy document or file:PATH; repeatable; Administrator");
  CLI::App* keys_revoke = keys->add_subcommand("revoke", "End a key at once");
  CLI::App* keys_rotate = keys->add_subcommand("rotate", "Give a key a new secret and print it");
  constexpr int64_t kGraceByDefault = 86'400;
  std::string key_id;
  int64_t grace_seconds = kGraceByDefault;
  keys_revoke->add_option("id", key_id, "Id of the key")->required();
  bool master = false;
  std::string next_master_key;
  CLI::Option* rotated_key = keys_rotate->add_option("id", key_id, "Id of the key");
  CLI::Option* rotate_master =
      keys_rotate->add_flag("--master", master, "Seal all secrets under another master key");
  rotate_master->excludes(rotated_key);
  keys_rotate
      ->add_option("--new-master-key",
                   next_master_key,
                   "32 bytes in base64, or file:PATH; without, a new one goes into master.key")
      ->needs(rotate_master);
  keys_rotate->add_option(
      "--grace-seconds", grace_seconds, "How long the old secret stays good (86400)");
  CLI::App* users =
      app.add_subcommand("users", "Console users, while a server runs on the data or not");
  users->require_subcommand(1);
  CLI::App* users_create =
      users->add_subcommand("create", "Make a user and print the URL where the password is set");
  UserToCreate new_user;
  users_create->add_option("--name", new_user.name, "Name of the user")->required();
  users_create->add_option("--email", new_user.email, "Email address of the user");
  users_create->add_option("--policy",
                           new_user.policies,
                           "Role, policy document or file:PATH; repeatable; Administrator");
  CLI::App* users_reset =
      users->add_subcommand("reset-password", "End a password and print the URL for another one");
  std::string user_name;
  users_reset->add_option("name", user_name, "Name of the user")->required();
  CLI::App* backup = app.add_subcommand("backup", "Back up the data, while the server runs or not");
  std::string folder;
  backup->add_option("--to", folder, "Folder of the backups")->required();
  CLI::App* restore = app.add_subcommand("restore", "Make a data directory of the newest backup");
  restore->add_option("--from", folder, "Folder of the backups")->required();
  CLI::App* verify = app.add_subcommand("verify", "Check backups, or the data of a stopped server");
  verify->add_option("path", folder, "Folder of backups, or data directory")->required();
  for (CLI::App* command : {serve,
                            check,
                            show,
                            health,
                            keys_list,
                            keys_create,
                            keys_revoke,
                            keys_rotate,
                            users_create,
                            users_reset,
                            backup,
                            restore}) {
    AddConfigOptions(*command, given);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    return app.exit(failure) == 0 ? kExitOk : kExitConfiguration;
  }

  if (serve->parsed()) {
    return WithInput(given, RunServe);
  }
  if (check->parsed()) {
    return WithInput(given, RunConfigCheck);
  }
  if (show->parsed()) {
    return WithInput(given, RunConfigShow);
  }
  if (health->parsed()) {
    return WithInput(given, RunHealth);
  }
  if (keys_list->parsed()) {
    return WithInput(given, RunKeysList);
  }
  if (keys_create->parsed()) {
    if (new_key.policies.empty()) {
      new_key.policies.emplace_back("Administrator");
    }
    return WithInput(given,
                     [&](const ConfigInput& input) { return RunKeysCreate(input, new_key); });
  }
  if (keys_revoke->parsed()) {
    return WithInput(given, [&](const ConfigInput& input) { return RunKeysRevoke(input, key_id); });
  }
  if (keys_rotate->parsed() && master) {
    return WithInput(given, [&](const ConfigInput& input) {
      return RunMasterKeyRotate(input, next_master_key);
    });
  }
  if (keys_rotate->parsed() && key_id.empty()) {
    return Complain(base::InvalidArgument("keys rotate: give the id of a key, or --master."),
                    kExitConfiguration);
  }
  if (keys_rotate->parsed()) {
    const KeyToRotate rotation{key_id, std::chrono::seconds(grace_seconds)};
    return WithInput(given,
                     [&](const ConfigInput& input) { return RunKeysRotate(input, rotation); });
  }
  if (users_create->parsed()) {
    if (new_user.policies.empty()) {
      new_user.policies.emplace_back("Administrator");
    }
    return WithInput(given,
                     [&](const ConfigInput& input) { return RunUsersCreate(input, new_user); });
  }
  if (users_reset->parsed()) {
    return WithInput(
        given, [&](const ConfigInput& input) { return RunUsersResetPassword(input, user_name); });
  }
  if (backup->parsed()) {
    return WithInput(given, [&](const ConfigInput& input) { return RunBackup(input, folder); });
  }
  if (restore->parsed()) {
    return WithInput(given, [&](const ConfigInput& input) { return RunRestore(input, folder); });
  }
  if (verify->parsed()) {
    return RunVerify(folder);
  }
  return version->parsed() ? RunVersion() : kExitConfiguration;
}

}  // namespace pinion::server
