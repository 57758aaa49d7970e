// The server's configuration: typed values, and where each came from. Flags win over the
// environment, that over the file, that over the defaults (OPS-2). LoadConfig reads all four and
// refuses unknown keys and bad values by name; the keys themselves are one table in config_keys.cc.
// Values are plain data; load once, then share freely.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "privacy/retention_settings.h"

namespace pinion::server {

enum class AuthMode { kSigned, kNone };

// An address to listen on, taken apart.
struct ListenAddress {
  std::string host;  // numeric; IPv6 without brackets
  uint16_t port = 0;
  bool loopback() const;
};

struct Config {
  ListenAddress listen;
  std::string public_url;  // "" = http:// and the listen address
  std::string region;
  std::string account_id;
  std::string data_dir;
  std::vector<std::string> trusted_proxies;
  uint64_t min_free_bytes = 0;
  std::chrono::seconds drain{};
  bool demo = false;    // OPS-17
  bool resume = false;  // OPS-13

  std::string tls_certificate;  // PEM files; both or neither
  std::string tls_key;
  // Where TLS is spoken. Nothing with a certificate: at `listen`, and nowhere in clear.
  std::optional<ListenAddress> tls_listen;
  bool tls_redirect = false;

  AuthMode auth_mode = AuthMode::kSigned;
  bool no_auth_anywhere = false;
  std::chrono::seconds clock_skew{};
  std::vector<std::string> host_aliases;
  std::string access_key;  // both or neither (OPS-5)
  std::string secret_key;
  std::string master_key;  // base64; "" = the file in the data directory (OPS-61)

  std::vector<std::string> cors_origins;
  std::vector<std::string> jobs_file_roots;  // JOB-3
  std::string siblings_application_id;       // "" = a hidden one of their own

  std::chrono::seconds http_idle{};
  size_t http_connections_max = 0;
  size_t http_threads = 0;
  size_t worker_threads = 0;
  size_t worker_queue_max = 0;

  base::LogLevel log_level = base::LogLevel::kInfo;
  base::LogOptions::Format log_format = base::LogOptions::Format::kAuto;
  bool log_personal_data = false;

  std::vector<std::string> network_allow;
  bool allow_private_webhooks = false;

  std::optional<ListenAddress> metrics_listen;  // OPS-10

  // OPS-12: backups by themselves.
  std::string backup_target;
  std::vector<std::string> backup_schedule;
  size_t backup_keep = 0;

  bool audit_reads = false;             // KPI-132
  std::chrono::days retention_audit{};  // OPS-62
  privacy::RetentionDays retention;     // OPS-65

  std::chrono::hours console_idle{};        // OPS-42
  std::chrono::days console_session_age{};  // OPS-42
  bool console_require_totp = false;        // OPS-43

  bool manual_clock = false;
  bool allow_real_sending = false;

  bool tls() const { return !tls_certificate.empty(); }
  // Nobody beyond this machine can reach the server.
  bool loopback_only() const {
    return listen.loopback() && (!tls_listen || tls_listen->loopback());
  }
  // The URL that clients are told.
  std::string PublicUrl() const;
};

// One key as `config show` prints it.
struct ConfigEntry {
  std::string key;
  std::string value;  // masked if secret
  std::string
      source;  // "default", "file pinion.toml:3", "environment PINION_LISTEN", "flag --listen"
};

struct LoadedConfig {
  Config config;
  std::vector<ConfigEntry> entries;  // in the order of the table
};

struct ConfigInput {
  std::optional<std::string>
      file;  // --config; otherwise PINION_CONFIG, otherwise ./pinion.toml if it exists
  // What came on the command line: key, value, and the flag it came by ("--listen", "--set").
  struct Flag {
    std::string key;
    std::string value;
    std::string flag;
  };
  std::vector<Flag> flags;
  // Every variable of the environment whose name begins with PINION_.
  std::map<std::string, std::string> environment;
};

// Fails with kInvalidArgument and a message that names source, key and what is allowed.
base::Result<LoadedConfig> LoadConfig(const ConfigInput& input);

// The PINION_ variables of this process.
std::map<std::string, std::string> PinionEnvironment();

}  // namespace pinion::server
