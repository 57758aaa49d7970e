#include "server/config_keys.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "base/base64.h"
#include "http/address_policy.h"
#include "http/trusted_proxies.h"
#include "server/backup_schedule.h"

namespace pinion::server {

namespace {

constexpr uint64_t kSecondsMax = 86'400;
constexpr uint64_t kDaysMax = 36'500;
constexpr uint64_t kConsoleDaysMax = 30;
constexpr uint64_t kConsoleHoursMax = kConsoleDaysMax * 24;
constexpr uint64_t kThreadsMax = 256;
constexpr uint64_t kBackupsMax = 10'000;
constexpr size_t kMasterKeyBytes = 32;

std::optional<uint64_t> ParseNumber(std::string_view text, uint64_t low, uint64_t high) {
  uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || value < low || value > high) {
    return std::nullopt;
  }
  return value;
}

template <class T>
bool SetNumber(T& target, const RawConfigValue& raw, uint64_t low, uint64_t high) {
  const auto value = ParseNumber(raw[0], low, high);
  if (!value) {
    return false;
  }
  target = static_cast<T>(*value);
  return true;
}

bool SetSeconds(std::chrono::seconds& target, const RawConfigValue& raw, uint64_t low) {
  uint64_t value = 0;
  if (!SetNumber(value, raw, low, kSecondsMax)) {
    return false;
  }
  target = std::chrono::seconds(value);
  return true;
}

// 0 is for ever.
bool SetDays(int32_t& target, const RawConfigValue& raw) {
  return SetNumber(target, raw, 0, kDaysMax);
}

bool SetBool(bool& target, const RawConfigValue& raw) {
  target = raw[0] == "true";
  return raw[0] == "true" || raw[0] == "false";
}

bool AllOf(std::string_view text, bool (*allowed)(char)) {
  return std::all_of(text.begin(), text.end(), allowed);
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsRegionCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || c == '-';
}
bool IsPrintable(char c) {
  return c > ' ' && c < '\x7f';
}

std::optional<ListenAddress> ParseListen(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return std::nullopt;
  }
  const auto port = ParseNumber(text.substr(colon + 1), 0, std::numeric_limits<uint16_t>::max());
  if (!port) {
    return std::nullopt;
  }
  std::string_view host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  if (host == "localhost") {
    host = "127.0.0.1";
  }
  return ListenAddress{std::string(host), static_cast<uint16_t>(*port)};
}

bool SetListen(Config& config, const RawConfigValue& raw) {
  auto address = ParseListen(raw[0]);
  if (!address) {
    return false;
  }
  config.listen = *std::move(address);
  return true;
}

bool SetTlsListen(Config& config, const RawConfigValue& raw) {
  config.tls_listen = ParseListen(raw[0]);
  return raw[0].empty() || config.tls_listen.has_value();
}

bool SetPublicUrl(Config& config, const RawConfigValue& raw) {
  config.public_url = raw[0];
  while (config.public_url.ends_with('/')) {
    config.public_url.pop_back();
  }
  return raw[0].empty() || raw[0].starts_with("http://") || raw[0].starts_with("https://");
}

bool SetLogLevel(Config& config, const RawConfigValue& raw) {
  constexpr std::pair<std::string_view, base::LogLevel> kLevels[] = {
      {"debug", base::LogLevel::kDebug},
      {"info", base::LogLevel::kInfo},
      {"warning", base::LogLevel::kWarning},
      {"error", base::LogLevel::kError}};
  for (const auto& [name, level] : kLevels) {
    if (raw[0] == name) {
      config.log_level = level;
      return true;
    }
  }
  return false;
}

bool SetLogFormat(Config& config, const RawConfigValue& raw) {
  using Format = base::LogOptions::Format;
  config.log_format = raw[0] == "json"   ? Format::kJson
                      : raw[0] == "text" ? Format::kText
                                         : Format::kAuto;
  return raw[0] == "json" || raw[0] == "text" || raw[0] == "auto";
}

bool SetAuthMode(Config& config, const RawConfigValue& raw) {
  config.auth_mode = raw[0] == "none" ? AuthMode::kNone : AuthMode::kSigned;
  return raw[0] == "none" || raw[0] == "signed";
}

bool SetRegion(Config& config, const RawConfigValue& raw) {
  config.region = raw[0];
  return !raw[0].empty() && raw[0].size() <= 64 && AllOf(raw[0], IsRegionCharacter);
}

bool SetAccount(Config& config, const RawConfigValue& raw) {
  config.account_id = raw[0];
  return raw[0].size() == 12 && AllOf(raw[0], IsDigit);
}

bool SetDataDir(Config& config, const RawConfigValue& raw) {
  config.data_dir = raw[0];
  return !raw[0].empty();
}

bool SetAccessKey(Config& config, const RawConfigValue& raw) {
  config.access_key = raw[0];
  return raw[0].empty() ||
         (raw[0].size() >= 3 && raw[0].size() <= 128 && AllOf(raw[0], IsPrintable));
}

bool SetSecretKey(Config& config, const RawConfigValue& raw) {
  config.secret_key = raw[0];
  return raw[0].empty() ||
         (raw[0].size() >= 8 && raw[0].size() <= 128 && AllOf(raw[0], IsPrintable));
}

bool SetSiblingApplication(Config& config, const RawConfigValue& raw) {
  constexpr size_t kIdCharacters = 32;
  config.siblings_application_id = raw[0];
  return raw[0].empty() || (raw[0].size() == kIdCharacters && AllOf(raw[0], [](char c) {
                              return IsDigit(c) || (c >= 'a' && c <= 'f');
                            }));
}

bool SetMasterKey(Config& config, const RawConfigValue& raw) {
  config.master_key = raw[0];
  if (raw[0].empty()) {
    return true;
  }
  const auto bytes = base::Base64Decode(raw[0]);
  return bytes && bytes->size() == kMasterKeyBytes;
}

constexpr ConfigKey kKeys[] = {
    {.name = "server.listen",
     .default_value = "127.0.0.1:8080",
     .allowed = "ADDRESS:PORT",
     .set = SetListen},
    {.name = "server.public_url",
     .default_value = "",
     .allowed = "an http:// or https:// URL",
     .set = SetPublicUrl},
    {.name = "server.region",
     .default_value = "us-east-1",
     .allowed = "1 to 64 of a-z, 0-9 and -",
     .set = SetRegion},
    {.name = "server.account_id",
     .default_value = "123456789012",
     .allowed = "12 digits",
     .set = SetAccount},
    {.name = "server.data_dir",
     .default_value = "./pinion-data",
     .allowed = "a directory",
     .set = SetDataDir},
    {.name = "server.trusted_proxies",
     .default_value = "",
     .list = true,
     .allowed = "a list of addresses and networks",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           config.trusted_proxies = raw;
           std::erase(config.trusted_proxies, "");
           return http::TrustedProxies::Make(config.trusted_proxies).ok();
         }},
    {.name = "server.min_free_bytes",
     .default_value = "1073741824",
     .allowed = "a number of bytes",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           return SetNumber(config.min_free_bytes, raw, 0, std::numeric_limits<int64_t>::max());
         }},
    {.name = "server.drain_seconds",
     .default_value = "30",
     .allowed = "0 to 86400 seconds",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetSeconds(config.drain, raw, 0); }},
    {.name = "server.demo",
     .default_value = "false",
     .allowed = "true or false",
     .set = [](Config& config, const RawConfigValue& raw) { return SetBool(config.demo, raw); }},
    {.name = "server.resume",
     .default_value = "false",
     .allowed = "true or false",
     .set = [](Config& config, const RawConfigValue& raw) { return SetBool(config.resume, raw); }},
    {.name = "tls.cert",
     .default_value = "",
     .allowed = "a PEM file",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           config.tls_certificate = raw[0];
           return true;
         }},
    {.name = "tls.key",
     .default_value = "",
     .allowed = "a PEM file",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           config.tls_key = raw[0];
           return true;
         }},
    {.name = "tls.listen", .default_value = "", .allowed = "ADDRESS:PORT", .set = SetTlsListen},
    {.name = "tls.redirect",
     .default_value = "false",
     .allowed = "true or false",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetBool(config.tls_redirect, raw); }},
    {.name = "auth.mode",
     .default_value = "signed",
     .allowed = "signed or none",
     .set = SetAuthMode},
    {.name = "auth.no_auth_anywhere",
     .default_value = "false",
     .allowed = "true or false",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetBool(config.no_auth_anywhere, raw); }},
    {.name = "auth.clock_skew_seconds",
     .default_value = "300",
     .allowed = "1 to 86400 seconds",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetSeconds(config.clock_skew, raw, 1); }},
    {.name = "auth.host_aliases",
     .default_value = "pinpoint.*.amazonaws.com,pinpoint-fips.*.amazonaws.com,"
                      "cognito-identity.*.amazonaws.com,email.*.amazonaws.com,"
                      "sms-voice.*.amazonaws.com",
     .list = true,
     .allowed = "a list of host patterns",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           config.host_aliases = raw;
           return true;
         }},
    {.name = "auth.access_key",
     .default_value = "",
     .allowed = "3 to 128 printable characters",
     .set = SetAccessKey},
    {.name = "auth.secret_key",
     .default_value = "",
     .secret = true,
     .allowed = "8 to 128 printable characters",
     .set = SetSecretKey},
    {.name = "auth.master_key",
     .default_value = "",
     .secret = true,
     .allowed = "32 bytes in base64",
     .set = SetMasterKey},
    {.name = "cors.origins",
     .default_value = "*",
     .list = true,
     .allowed = "a list of origins, or *",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           config.cors_origins = raw;
           return true;
         }},
    {.name = "jobs.file_roots",
     .default_value = "",
     .list = true,
     .allowed = "a list of folders whose files may be imported",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           config.jobs_file_roots = raw;
           std::erase(config.jobs_file_roots, "");
           return true;
         }},
    {.name = "siblings.application_id",
     .default_value = "",
     .allowed = "the id of an application",
     .set = SetSiblingApplication},
    {.name = "http.idle_seconds",
     .default_value = "75",
     .allowed = "1 to 86400 seconds",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetSeconds(config.http_idle, raw, 1); }},
    {.name = "http.connections_max",
     .default_value = "10000",
     .allowed = "1 to 1000000",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           return SetNumber(config.http_connections_max, raw, 1, 1'000'000);
         }},
    {.name = "http.threads",
     .default_value = "2",
     .allowed = "1 to 256",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           return SetNumber(config.http_threads, raw, 1, kThreadsMax);
         }},
    {.name = "http.worker_threads",
     .default_value = "4",
     .allowed = "1 to 256",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           return SetNumber(config.worker_threads, raw, 1, kThreadsMax);
         }},
    {.name = "http.worker_queue_max",
     .default_value = "1024",
     .allowed = "1 to 1000000",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           return SetNumber(config.worker_queue_max, raw, 1, 1'000'000);
         }},
    {.name = "log.level",
     .default_value = "info",
     .allowed = "debug, info, warning or error",
     .set = SetLogLevel},
    {.name = "log.format",
     .default_value = "auto",
     .allowed = "auto, json or text",
     .set = SetLogFormat},
    {.name = "log.personal_data",
     .default_value = "false",
     .allowed = "true or false",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetBool(config.log_personal_data, raw); }},
    {.name = "network.allow",
     .default_value = "",
     .list = true,
     .allowed = "a list of networks and host:port pairs",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           config.network_allow = raw;
           std::erase(config.network_allow, "");
           return http::AddressPolicy::Make({.allow = config.network_allow}).ok();
         }},
    {.name = "network.allow_private_webhooks",
     .default_value = "false",
     .allowed = "true or false",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetBool(config.allow_private_webhooks, raw); }},
    {.name = "metrics.listen",
     .default_value = "",
     .allowed = "ADDRESS:PORT",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           config.metrics_listen = ParseListen(raw[0]);
           return raw[0].empty() || config.metrics_listen.has_value();
         }},
    {.name = "backup.target",
     .default_value = "",
     .allowed = "the absolute path of a folder; object storage is not supported yet",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           config.backup_target = raw[0];
           return raw[0].empty() || raw[0].starts_with('/');
         }},
    {.name = "backup.schedule",
     .default_value = "",
     .list = true,
     .allowed = "a list of times of day in UTC, HH:MM",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           config.backup_schedule = raw;
           std::erase(config.backup_schedule, "");
           return BackupSchedule::Parse(config.backup_schedule).has_value();
         }},
    {.name = "backup.keep",
     .default_value = "7",
     .allowed = "1 to 10000 backups",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           return SetNumber(config.backup_keep, raw, 1, kBackupsMax);
         }},
    {.name = "audit.reads",
     .default_value = "false",
     .allowed = "true or false",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetBool(config.audit_reads, raw); }},
    {.name = "retention.audit_days",
     .default_value = "400",
     .allowed = "1 to 36500 days",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           int days = 0;
           const bool good = SetNumber(days, raw, 1, kDaysMax);
           config.retention_audit = std::chrono::days(days);
           return good;
         }},
    {.name = "console.idle_hours",
     .default_value = "12",
     .allowed = "1 to 720 hours",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           int hours = 0;
           const bool good = SetNumber(hours, raw, 1, kConsoleHoursMax);
           config.console_idle = std::chrono::hours(hours);
           return good;
         }},
    {.name = "console.session_days",
     .default_value = "7",
     .allowed = "1 to 30 days",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           int days = 0;
           const bool good = SetNumber(days, raw, 1, kConsoleDaysMax);
           config.console_session_age = std::chrono::days(days);
           return good;
         }},
    {.name = "console.require_totp",
     .default_value = "false",
     .allowed = "true or false",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetBool(config.console_require_totp, raw); }},
    {.name = "retention.messages_days",
     .default_value = "400",
     .allowed = "0 (for ever) to 36500 days",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetDays(config.retention.messages, raw); }},
    {.name = "retention.events_days",
     .default_value = "0",
     .allowed = "0 (for ever) to 36500 days",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetDays(config.retention.events, raw); }},
    {.name = "retention.message_bodies_days",
     .default_value = "30",
     .allowed = "0 (for ever) to 36500 days",
     .set =
         [](Config& config, const RawConfigValue& raw) {
           return SetDays(config.retention.message_bodies, raw);
         }},
    {.name = "clock.manual",
     .default_value = "false",
     .allowed = "true or false",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetBool(config.manual_clock, raw); }},
    {.name = "clock.allow_real_sending",
     .default_value = "false",
     .allowed = "true or false",
     .set = [](Config& config,
               const RawConfigValue& raw) { return SetBool(config.allow_real_sending, raw); }},
};

}  // namespace

std::span<const ConfigKey> ConfigKeys() {
  return kKeys;
}

const ConfigKey* FindConfigKey(std::string_view name) {
  for (const ConfigKey& key : kKeys) {
    if (key.name == name) {
      return &key;
    }
  }
  return nullptr;
}

}  // namespace pinion::server
