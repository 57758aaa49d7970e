#include "server/server.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "api/authorizer.h"
#include "api/call_auditor.h"
#include "api/edge.h"
#include "api/page_access.h"
#include "api/privacy_downloads.h"
#include "api/register_operations.h"
#include "api/session_authenticator.h"
#include "api/session_guard.h"
#include "api/session_pages.h"
#include "api/sibling_services.h"
#include "api/signed_authenticator.h"
#include "auth/access_key_store.h"
#include "auth/address_limits.h"
#include "auth/secret_box.h"
#include "base/log.h"
#include "base/random.h"
#include "http/guarded_client.h"
#include "http/resolver.h"
#include "http/server.h"
#include "http/worker_pool.h"
#include "model/operations.h"
#include "server/backup_service.h"
#include "server/configuration_record.h"
#include "server/health.h"
#include "server/http_options.h"
#include "server/opened_data.h"
#include "server/pages.h"
#include "server/sending_hold.h"
#include "server/server_secret.h"
#include "server/service_metrics.h"
#include "server/service_set.h"
#include "server/store_gate.h"
#include "server/tls_redirect.h"
#include "server/version.h"
#include "storage/group_commit.h"
#include "storage/rocks_store.h"

namespace pinion::server {

namespace {

constexpr size_t kMetricsConnectionsMax = 100;

std::string_view NameOf(AuthMode mode) {
  return mode == AuthMode::kNone ? "none" : "signed";
}

ProcessFacts FactsOf(const Config& config) {
  return {.version = std::string(Version()),
          .commit = std::string(Commit()),
          .auth_mode = std::string(NameOf(config.auth_mode)),
          .region = config.region,
          .account_id = config.account_id,
          .data_dir = config.data_dir};
}

api::OperationTable AllOperations() {
  api::OperationTable table;
  api::RegisterAllOperations(table);
  return table;
}

std::vector<std::string> OperationNames() {
  std::vector<std::string> names;
  for (const model::OperationDescriptor* operation : model::kAllOperations) {
    names.emplace_back(operation->name);
  }
  for (const api::SiblingOperation& operation : api::SiblingOperations()) {
    // SES and Pinpoint Email share one.
    if (std::find(names.begin(), names.end(), operation.name) == names.end()) {
      names.emplace_back(operation.name);
    }
  }
  for (const std::string_view name : api::SessionPageNames()) {
    names.emplace_back(name);
  }
  return names;
}

}  // namespace

// Members in the order of their dependencies: the last one made is the first one gone.
class Server::Impl {
 public:
  Impl(const Config& given_config, OpenedData opened)
      : config(given_config),
        directory(std::move(opened.directory)),
        random(std::move(opened.random)),
        store(std::move(opened.store)),
        secrets(std::move(opened.secrets)),
        envelope_key(std::move(opened.envelope_key)),
        identity_key(std::move(opened.identity_key)),
        privacy_key(std::move(opened.privacy_key)),
        manual_clock(opened.manual_start) {}

  base::Status Prepare();
  base::Status Start();
  std::string PublicUrl() const;
  void Stop();

  const Config config;
  DataDirectory directory;
  base::SystemClock wall_clock;
  const std::unique_ptr<base::RandomSource> random;
  base::IdGenerator ids{*random};
  std::unique_ptr<storage::RocksStore> store;
  const std::unique_ptr<auth::SecretBox> secrets;
  const std::string envelope_key;
  const std::string identity_key;
  const std::string privacy_key;

  // The edge and what it answers with stay until the commit thread, which completes answers, has
  // ended.
  const api::OperationTable table = AllOperations();
  api::RequestMetrics metrics{OperationNames()};
  std::unique_ptr<auth::AccessKeyStore> keys;
  std::unique_ptr<users::ConsoleAccess> console;
  std::optional<auth::CreatedAccessKey> first_key;  // made by this start
  std::string setup_code;                           // of the first user, made with it
  std::optional<api::SessionGuard> session_guard;
  std::unique_ptr<api::Authenticator> signatures;
  std::unique_ptr<api::Authenticator> authenticator;
  auth::AddressLimits address_limits{{}};
  auth::AddressLimits login_limits{{.limit = auth::kLoginLimit}};
  std::optional<api::PageTokens> page_tokens;
  std::optional<api::Authorizer> authorizer;
  std::optional<api::CallAuditor> auditor;
  std::optional<api::PageAccess> page_access;
  std::unique_ptr<api::Edge> edge;
  std::optional<OwnClient> own_client;

  storage::GroupCommit commit{*store};
  base::ManualClock manual_clock;
  const base::Clock& clock =
      config.manual_clock ? static_cast<const base::Clock&>(manual_clock) : wall_clock;

  http::GuardedClient outbound{{.policy = AddressPolicyOf(config)},
                               std::make_unique<http::SystemResolver>()};
  Health health;
  ServiceSet services{{.store = *store,
                       .commit = commit,
                       .clock = clock,
                       .manual_clock = config.manual_clock ? &manual_clock : nullptr,
                       .wall_clock = wall_clock,
                       .random = *random,
                       .ids = ids,
                       .secrets = *secrets,
                       .outbound = outbound,
                       .envelope_key = envelope_key,
                       .identity_key = identity_key,
                       .sandbox_only = config.manual_clock && !config.allow_real_sending,
                       .analytics_path = directory.analytics_path(),
                       .import_roots = config.jobs_file_roots,
                       .audit_kept = config.retention_audit,
                       .sibling_application = config.siblings_application_id,
                       .retention = config.retention,
                       .privacy_key = privacy_key,
                       .private_folder = directory.private_path()},
                      FactsOf(config)};
  BackupService backups{{.store = *store,
                         .ids = ids,
                         .wall_clock = wall_clock,
                         .data_dir = directory.path(),
                         .buckets = directory.buckets_path()},
                        // Checked when the configuration was read.
                        {.schedule = *BackupSchedule::Parse(config.backup_schedule),
                         .target = config.backup_target,
                         .keep = config.backup_keep}};
  StoreGate gate{*store, commit};
  http::WorkerPool workers{{config.worker_threads, config.worker_queue_max}};
  std::optional<TlsRedirect> redirect;
  std::unique_ptr<http::Server> http;
  std::optional<MetricsHandler> metrics_handler;
  std::unique_ptr<http::Server> metrics_http;  // metrics.listen

 private:
  base::Status MakeAuthenticator();
  base::Status MakeEdge();
  void AddHealthChecks();
  std::optional<std::string> LowDisk() const;
  std::vector<MetricsSource> MetricsSources();
};

base::Status Server::Impl::Prepare() {
  PINION_CHECK(services.Open());
  PINION_CHECK(backups.Open());
  services.services().backups = &backups;
  PINION_CHECK(MakeAuthenticator());
  PINION_CHECK(MakeEdge());
  AddHealthChecks();
  if (config.tls_redirect) {
    redirect.emplace(
        *edge,
        TlsRedirect::Options{.public_url = config.public_url, .tls_port = config.tls_listen->port});
  }
  http::Handler& front = redirect ? static_cast<http::Handler&>(*redirect) : *edge;
  http = std::make_unique<http::Server>(HttpOptionsOf(config), front, wall_clock);
  if (config.metrics_listen) {
    metrics_handler.emplace(health, MetricsSources());
    http::ServerOptions options;
    options.listen = {
        {.address = config.metrics_listen->host, .port = config.metrics_listen->port}};
    options.io_threads = 1;
    options.connections_max = kMetricsConnectionsMax;
    metrics_http = std::make_unique<http::Server>(options, *metrics_handler, wall_clock);
  }
  return {};
}

base::Status Server::Impl::MakeAuthenticator() {
  // Kept, and managed through the API, also while nobody needs one.
  PINION_TRY(keys, OpenKeys(config, {*store, *secrets, wall_clock, ids}));
  services.services().keys = keys.get();
  PINION_TRY(console,
             OpenConsole(config,
                         {.store = *store,
                          .box = *secrets,
                          .wall_clock = wall_clock,
                          .ids = ids,
                          .random = *random,
                          .keys = *keys},
                         [this] { return PublicUrl(); }));
  services.services().console = console.get();
  session_guard.emplace(api::SessionGuard::Options{.public_url = config.public_url,
                                                   .trusted_proxies = TrustedProxiesOf(config)},
                        console->login());
  if (config.auth_mode == AuthMode::kNone) {
    authenticator = std::make_unique<api::AnonymousAuthenticator>(config.region, config.account_id);
    return {};
  }
  PINION_TRY(first_key, keys->CreateFirstKey());
  if (first_key) {
    PINION_TRY(setup_code, console->users().MakeFirstSetupCode());
  }
  api::SignedAuthenticator::Options options;
  options.account_id = config.account_id;
  options.trusted_proxies = TrustedProxiesOf(config);
  options.verifier.clock_skew = config.clock_skew;
  options.verifier.host_aliases = config.host_aliases;
  signatures = std::make_unique<api::SignedAuthenticator>(
      std::move(options), *keys, services.services().identities, wall_clock);
  authenticator = std::make_unique<api::SessionAuthenticator>(
      api::SessionAuthenticator::Options{.account_id = config.account_id, .region = config.region},
      api::SessionAuthenticator::Parts{*signatures, *session_guard, *keys, wall_clock});
  return {};
}

base::Status Server::Impl::MakeEdge() {
  PINION_TRY(std::string secret, ServerSecret(*store, "page-tokens", *random));
  page_tokens.emplace(std::move(secret));
  auditor.emplace(
      api::CallAuditor::Parts{services.services().audit, ids, wall_clock},
      api::CallAuditor::Options{.account_id = config.account_id, .reads = config.audit_reads});
  authorizer.emplace(api::Authorizer::Parts{
      .services = services.services(), .wall_clock = wall_clock, .account_id = config.account_id});
  edge =
      std::make_unique<api::Edge>(api::Edge::Parts{.services = services.services(),
                                                   .table = table,
                                                   .authenticator = *authenticator,
                                                   .durability = gate,
                                                   .workers = workers,
                                                   .ids = ids,
                                                   .page_tokens = *page_tokens,
                                                   .metrics = metrics},
                                  api::Edge::Options{.cors_origins = config.cors_origins,
                                                     .refuse_changes = [this] { return LowDisk(); },
                                                     .authorizer = &*authorizer,
                                                     .auditor = &*auditor,
                                                     .proxies = TrustedProxiesOf(config),
                                                     .first_answers = &services.first_answers()});
  PINION_CHECK(edge->Build());
  own_client.emplace(
      OwnClient::Parts{.edge = *edge,
                       .keys = config.auth_mode == AuthMode::kNone ? nullptr : keys.get(),
                       .wall_clock = wall_clock,
                       .region = config.region});
  PINION_CHECK(api::AddSiblingServices(*edge,
                                       {.services = services.services(),
                                        .authenticator = *authenticator,
                                        .authorizer = *authorizer,
                                        .auditor = &*auditor,
                                        .page_tokens = *page_tokens,
                                        .wall_clock = wall_clock,
                                        .limits = address_limits,
                                        .refuse_changes = [this] { return LowDisk(); }}));
  PINION_CHECK(api::AddSessionPages(*edge,
                                    {.console = *console,
                                     .guard = *session_guard,
                                     .auditor = *auditor,
                                     .durability = gate,
                                     .wall_clock = wall_clock,
                                     .address_limits = address_limits,
                                     .login_limits = login_limits,
                                     .account_id = config.account_id,
                                     .region = config.region}));
  services.services().public_url = config.public_url;
  services.services().url_scheme = config.tls() ? "https" : "http";
  PINION_CHECK(api::AddPrivacyDownloads(*edge, services.services()));
  page_access.emplace(*authenticator, *authorizer, *auditor);
  return AddPages(*edge, health, *page_access, MetricsSources());
}

void Server::Impl::AddHealthChecks() {
  health.AddCheck([this]() -> std::optional<std::string> {
    const base::Status status = commit.status();
    return status.ok() ? std::nullopt : std::optional("writes fail: " + status.error().message);
  });
  health.AddCheck([this] { return LowDisk(); });
}

std::optional<std::string> Server::Impl::LowDisk() const {
  std::error_code failure;
  const auto space = std::filesystem::space(directory.path(), failure);
  if (!failure && space.available < config.min_free_bytes) {
    return "only " + std::to_string(space.available) + " bytes are free on disk";
  }
  return std::nullopt;
}

std::vector<MetricsSource> Server::Impl::MetricsSources() {
  return {
      [](std::string& out) {
        AppendGauge(
            out,
            "pinion_build_info",
            "version=\"" + std::string(Version()) + "\",commit=\"" + std::string(Commit()) + "\"",
            1);
      },
      [this](std::string& out) { metrics.AppendText(out); },
      [this](std::string& out) { AppendServiceMetrics(services, *store, clock, out); },
      [this](std::string& out) {
        AppendGauge(out, "pinion_worker_queue_length", "", static_cast<double>(workers.queued()));
        AppendGauge(out, "pinion_http_connections", "", static_cast<double>(http->connections()));
        const auto counters = commit.counters();
        AppendGauge(out, "pinion_commits_waiting", "", static_cast<double>(counters.waiting_now));
        AppendCounter(out, "pinion_store_syncs_total", counters.syncs);
        AppendCounter(out, "pinion_store_failed_syncs_total", counters.failed_syncs);
      }};
}

base::Status Server::Impl::Start() {
  PINION_CHECK(http->Start());
  if (metrics_http) {
    PINION_CHECK(metrics_http->Start());
  }
  if (config.resume) {
    PINION_CHECK(ReleaseSending(*store));
  }
  PINION_CHECK(services.Start());
  backups.Start();
  edge->SetState(api::Edge::State::kServing);
  health.SetPhase(Health::Phase::kServing);
  return {};
}

// With the ports that the system has chosen.
std::string Server::Impl::PublicUrl() const {
  Config shown = config;
  shown.listen.port = http->port();
  if (shown.tls_listen) {
    shown.tls_listen->port = http->port(1);
  }
  return shown.PublicUrl();
}

void Server::Impl::Stop() {
  health.SetPhase(Health::Phase::kStopping);
  edge->SetState(api::Edge::State::kStopping);
  if (http->Drain(config.drain) == http::Server::DrainOutcome::kDeadlinePassed) {
    base::Log(base::LogLevel::kWarning, "server", "Some requests did not finish in time.");
  }
  workers.Stop();
  backups.Stop();
  services.Stop();
  http->Stop();
  if (metrics_http) {
    metrics_http->Stop();
  }
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

base::Result<std::unique_ptr<Server>> Server::Open(const Config& config) {
  PINION_TRY(OpenedData opened, OpenData(config));
  auto impl = std::make_unique<Impl>(config, std::move(opened));
  PINION_CHECK(impl->Prepare());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

base::Status Server::Start() {
  return impl_->Start();
}

uint16_t Server::port() const {
  return impl_->http->port();
}

void Server::Stop() {
  impl_->Stop();
}

base::Status Server::RecordConfiguration(const std::vector<ConfigEntry>& entries) {
  return server::RecordConfiguration({.store = *impl_->store,
                                      .log = impl_->services.services().audit,
                                      .ids = impl_->ids,
                                      .wall_clock = impl_->wall_clock,
                                      .region = impl_->config.region,
                                      .account_id = impl_->config.account_id},
                                     entries);
}

base::Status Server::ReloadTls() {
  return impl_->config.tls() ? impl_->http->ReloadTls() : base::Status();
}

std::string Server::PublicUrl() const {
  return impl_->PublicUrl();
}

std::optional<std::string> Server::shown_secret() const {
  return impl_->first_key ? std::optional(impl_->first_key->secret) : std::nullopt;
}

const OwnClient& Server::own_client() const {
  return *impl_->own_client;
}

storage::KeyValueStore& Server::store() {
  return *impl_->store;
}

std::string Server::Banner() const {
  std::string text = "Pinion " + std::string(Version()) + " is ready\n  API      " + PublicUrl() +
                     "    region " + impl_->config.region + ", account " +
                     impl_->config.account_id + "\n";
  if (impl_->first_key) {
    text += "  Key      " + impl_->first_key->key.id + "   Secret " + impl_->first_key->secret +
            "   (shown once)\n  Console  setup code " + impl_->setup_code +
            "   (valid 24 h, one use: POST /pinion/v1/session/setup)\n  Try      "
            "AWS_ENDPOINT_URL_PINPOINT=" +
            PublicUrl() + " aws pinpoint get-apps\n";
  }
  return text;
}

}  // namespace pinion::server
