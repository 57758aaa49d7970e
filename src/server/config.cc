#include "server/config.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <sstream>

#include <toml++/toml.h>
#include <unistd.h>

#include "server/config_keys.h"

extern char** environ;  // NOLINT: declared by POSIX, without a header

namespace pinion::server {

namespace {

constexpr std::string_view kFileMarker = "file:";
constexpr std::string_view kEnvironmentPrefix = "PINION_";
constexpr std::string_view kDefaultFile = "pinion.toml";
constexpr size_t kShownValueMax = 100;

// OPS-2: names that need no section.
constexpr std::pair<std::string_view, std::string_view> kShortVariables[] = {
    {"PINION_LISTEN", "server.listen"},
    {"PINION_DATA_DIR", "server.data_dir"},
    {"PINION_ACCESS_KEY", "auth.access_key"},
    {"PINION_SECRET_KEY", "auth.secret_key"},
    {"PINION_MASTER_KEY", "auth.master_key"},
};

struct SourcedValue {
  RawConfigValue raw;
  std::string source;
};
using SourcedValues = std::map<std::string, SourcedValue, std::less<>>;

RawConfigValue SplitAtCommas(std::string_view text) {
  RawConfigValue parts;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) {
      part.remove_prefix(1);
    }
    while (part.ends_with(' ')) {
      part.remove_suffix(1);
    }
    if (!part.empty()) {
      parts.emplace_back(part);
    }
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return parts;
}

RawConfigValue FromText(const ConfigKey& key, std::string_view text) {
  return key.list ? SplitAtCommas(text) : RawConfigValue{std::string(text)};
}

base::Error UnknownKey(std::string_view source, std::string_view name) {
  std::string known;
  for (const ConfigKey& key : ConfigKeys()) {
    known += known.empty() ? "" : ", ";
    known += key.name;
  }
  return base::InvalidArgument(std::string(source) + ": unknown key '" + std::string(name) +
                               "'. Known keys: " + known + ".");
}

base::Result<const ConfigKey*> RequireKey(std::string_view source, std::string_view name) {
  const ConfigKey* key = FindConfigKey(name);
  if (key == nullptr) {
    return UnknownKey(source, name);
  }
  return key;
}

// A value `file:/path` stands for the content of that file without the line end.
base::Status ReadFileValues(std::string_view name, SourcedValue& value) {
  for (std::string& text : value.raw) {
    if (!text.starts_with(kFileMarker)) {
      continue;
    }
    const std::string path = text.substr(kFileMarker.size());
    std::ifstream file(path, std::ios::binary);
    if (!file) {
      return base::InvalidArgument(value.source + ": key '" + std::string(name) +
                                   "': cannot read the file '" + path + "'.");
    }
    text.assign(std::istreambuf_iterator<char>(file), {});
    while (text.ends_with('\n') || text.ends_with('\r')) {
      text.pop_back();
    }
    value.source += " (" + path + ")";
  }
  return {};
}

base::Result<std::string> TomlScalar(const toml::node& node, const std::string& source) {
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* number = node.as_integer()) {
    return std::to_string(number->get());
  }
  if (const auto* flag = node.as_boolean()) {
    return std::string(flag->get() ? "true" : "false");
  }
  return base::InvalidArgument(source + ": the value must be a string, an integer or a boolean.");
}

base::Result<RawConfigValue> TomlValue(const ConfigKey& key,
                                       const toml::node& node,
                                       const std::string& source) {
  const auto* array = node.as_array();
  if (array == nullptr) {
    PINION_TRY(const std::string text, TomlScalar(node, source));
    return FromText(key, text);
  }
  if (!key.list) {
    return base::InvalidArgument(source + ": key '" + std::string(key.name) + "' is no list.");
  }
  RawConfigValue parts;
  for (const toml::node& element : *array) {
    PINION_TRY(std::string text, TomlScalar(element, source));
    parts.push_back(std::move(text));
  }
  return parts;
}

base::Status AddTable(const toml::table& table,
                      const std::string& path,
                      const std::string& prefix,
                      SourcedValues& values) {
  for (const auto& [toml_key, node] : table) {
    const std::string name = prefix + std::string(toml_key.str());
    if (const auto* inner = node.as_table()) {
      PINION_CHECK(AddTable(*inner, path, name + ".", values));
      continue;
    }
    const std::string source = "file " + path + ":" + std::to_string(toml_key.source().begin.line);
    PINION_TRY(const ConfigKey* key, RequireKey(source, name));
    PINION_TRY(RawConfigValue raw, TomlValue(*key, node, source));
    values[name] = {std::move(raw), source};
  }
  return {};
}

base::Status AddFile(const std::string& path, SourcedValues& values) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return base::InvalidArgument("Cannot read the configuration file '" + path + "'.");
  }
  try {
    const toml::table table = toml::parse(file, path);
    return AddTable(table, path, "", values);
  } catch (const toml::parse_error& failure) {
    return base::InvalidArgument("file " + path + ":" +
                                 std::to_string(failure.source().begin.line) + ": " +
                                 std::string(failure.description()));
  }
}

// The key that a variable sets, or nothing.
std::string KeyOfVariable(const std::string& variable) {
  for (const auto& [name, key] : kShortVariables) {
    if (variable == name) {
      return std::string(key);
    }
  }
  // Orchestrators set variables such as PINION_PORT for a service of that name, so only the long
  // form is taken.
  std::string key = variable.substr(kEnvironmentPrefix.size());
  const size_t separator = key.find("__");
  if (separator == std::string::npos) {
    return {};
  }
  key.replace(separator, 2, ".");
  std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return key;
}

base::Status AddEnvironment(const std::map<std::string, std::string>& environment,
                            SourcedValues& values) {
  for (const auto& [variable, text] : environment) {
    const std::string name = KeyOfVariable(variable);
    if (name.empty()) {
      continue;
    }
    const std::string source = "environment " + variable;
    PINION_TRY(const ConfigKey* key, RequireKey(source, name));
    values[name] = {FromText(*key, text), source};
  }
  return {};
}

base::Status AddFlags(const std::vector<ConfigInput::Flag>& flags, SourcedValues& values) {
  for (const ConfigInput::Flag& flag : flags) {
    const std::string source = "flag " + flag.flag;
    PINION_TRY(const ConfigKey* key, RequireKey(source, flag.key));
    values[flag.key] = {FromText(*key, flag.value), source};
  }
  return {};
}

std::optional<std::string> ChooseFile(const ConfigInput& input) {
  if (input.file) {
    return input.file;
  }
  const auto variable = input.environment.find("PINION_CONFIG");
  if (variable != input.environment.end()) {
    return variable->second;
  }
  if (::access(std::string(kDefaultFile).c_str(), F_OK) == 0) {
    return std::string(kDefaultFile);
  }
  return std::nullopt;
}

std::string Shown(const ConfigKey& key, const RawConfigValue& raw) {
  std::string text;
  for (const std::string& part : raw) {
    text += text.empty() ? "" : ",";
    text += part;
  }
  return key.secret && !text.empty() ? "***" : text;
}

base::Status Assign(const ConfigKey& key, const SourcedValue& value, LoadedConfig& loaded) {
  if (!key.set(loaded.config, value.raw)) {
    return base::InvalidArgument(value.source + ": key '" + std::string(key.name) +
                                 "': the value '" +
                                 Shown(key, value.raw).substr(0, kShownValueMax) +
                                 "' is not allowed; expected " + std::string(key.allowed) + ".");
  }
  loaded.entries.push_back({std::string(key.name), Shown(key, value.raw), value.source});
  return {};
}

base::Status CheckTogether(const Config& config) {
  if (config.access_key.empty() != config.secret_key.empty()) {
    return base::InvalidArgument(
        "Keys 'auth.access_key' and 'auth.secret_key' must be set together.");
  }
  if (config.tls_certificate.empty() != config.tls_key.empty()) {
    return base::InvalidArgument("Keys 'tls.cert' and 'tls.key' must be set together.");
  }
  if (config.tls_listen && !config.tls()) {
    return base::InvalidArgument("Key 'tls.listen' needs 'tls.cert' and 'tls.key'.");
  }
  if (config.tls_redirect && !config.tls_listen) {
    return base::InvalidArgument("Key 'tls.redirect' needs 'tls.listen'.");
  }
  if (!config.backup_schedule.empty() && config.backup_target.empty()) {
    return base::InvalidArgument("Key 'backup.schedule' needs 'backup.target'.");
  }
  if (config.auth_mode == AuthMode::kNone && !config.loopback_only() && !config.no_auth_anywhere) {
    return base::InvalidArgument(
        "Without authentication the server listens on a loopback address only; give "
        "--no-auth-anywhere to open it to everybody.");
  }
  return {};
}

std::string UrlOf(std::string_view scheme, const ListenAddress& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  return std::string(scheme) + (ipv6 ? "[" + address.host + "]" : address.host) + ":" +
         std::to_string(address.port);
}

}  // namespace

bool ListenAddress::loopback() const {
  return host.starts_with("127.") || host == "::1";
}

std::string Config::PublicUrl() const {
  if (!public_url.empty()) {
    return public_url;
  }
  return tls() ? UrlOf("https://", tls_listen.value_or(listen)) : UrlOf("http://", listen);
}

base::Result<LoadedConfig> LoadConfig(const ConfigInput& input) {
  SourcedValues values;
  if (const auto file = ChooseFile(input)) {
    PINION_CHECK(AddFile(*file, values));
  }
  PINION_CHECK(AddEnvironment(input.environment, values));
  PINION_CHECK(AddFlags(input.flags, values));

  LoadedConfig loaded;
  for (const ConfigKey& key : ConfigKeys()) {
    const auto found = values.find(key.name);
    SourcedValue value = found != values.end()
                             ? found->second
                             : SourcedValue{FromText(key, key.default_value), "default"};
    PINION_CHECK(ReadFileValues(key.name, value));
    PINION_CHECK(Assign(key, value, loaded));
  }
  PINION_CHECK(CheckTogether(loaded.config));
  return loaded;
}

std::map<std::string, std::string> PinionEnvironment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (text.starts_with(kEnvironmentPrefix) && equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

}  // namespace pinion::server
