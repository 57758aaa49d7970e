#include "testing/api_fixture.h"

#include <filesystem>
#include <future>
#include <optional>
#include <utility>

#include "api/privacy_downloads.h"
#include "api/register_operations.h"
#include "api/session_authenticator.h"
#include "api/session_pages.h"
#include "api/sibling_services.h"
#include "auth/master_key.h"
#include "auth/secret_box.h"
#include "base/base64.h"
#include "base/log.h"
#include "base/random.h"

namespace pinion::testing {

namespace {

// Where the edge leaves its answer.
class CapturingSink final : public http::ResponseSink {
 public:
  void Complete(uint64_t, std::optional<http::Response> response) override {
    promise_.set_value(std::move(response));
  }
  std::optional<http::Response> Wait() { return promise_.get_future().get(); }

 private:
  std::promise<std::optional<http::Response>> promise_;
};

// Memory is always durable.
class OpenGate final : public api::DurabilityGate {
 public:
  void WhenDurable(std::function<void(base::Status)> done) override { done({}); }
};

std::unique_ptr<auth::SecretBox> OpenBox(storage::KeyValueStore& store,
                                         base::RandomSource& random) {
  const auto key =
      auth::MasterKey::FromBase64(base::Base64Encode(std::string(auth::kMasterKeyBytes, 'k')));
  PINION_ASSERT(key.ok());
  auto box = auth::SecretBox::Open(store, *key, random);
  PINION_ASSERT(box.ok());
  return *std::move(box);
}

// Lets everybody in: as administrator, or with other policies when the test says so.
class TestAuthenticator final : public api::Authenticator {
 public:
  api::AuthenticationResult Authenticate(const http::Request& request) const override {
    api::AuthenticationResult result = everybody_.Authenticate(request);
    if (policies_ != nullptr) {
      std::get<api::Authenticated>(result).principal.policies = policies_;
    }
    return result;
  }
  bool open_to_everybody() const override { return true; }
  // Null: administrator.
  void Use(std::shared_ptr<const auth::PolicySet> policies) { policies_ = std::move(policies); }

 private:
  const api::AnonymousAuthenticator everybody_{"us-east-1", "123456789012"};
  std::shared_ptr<const auth::PolicySet> policies_;
};

// That does not exist yet.
std::string NewFolder() {
  base::SystemRandom random;
  return (std::filesystem::temp_directory_path() /
          ("pinion-api-test-" + base::IdGenerator(random).NewHexId()))
      .string();
}

api::OperationTable AllOperations() {
  api::OperationTable table;
  api::RegisterAllOperations(table);
  return table;
}

}  // namespace

struct ApiTest::Server {
  Server() {
    set.services().keys = keys.get();
    set.services().console = console.get();
    const base::Status opened = set.Open();
    PINION_ASSERT(opened.ok());
    const base::Status started = set.Start();
    PINION_ASSERT(started.ok());
    const base::Status built = edge.Build();
    PINION_ASSERT(built.ok());
    const base::Status added = api::AddSiblingServices(edge,
                                                       {.services = set.services(),
                                                        .authenticator = authenticator,
                                                        .authorizer = authorizer,
                                                        .auditor = &auditor,
                                                        .page_tokens = page_tokens,
                                                        .wall_clock = clock,
                                                        .limits = address_limits});
    PINION_ASSERT(added.ok());
    const base::Status with_sessions = api::AddSessionPages(edge,
                                                            {.console = *console,
                                                             .guard = guard,
                                                             .auditor = auditor,
                                                             .durability = gate,
                                                             .wall_clock = clock,
                                                             .address_limits = address_limits,
                                                             .login_limits = login_limits,
                                                             .account_id = "123456789012",
                                                             .region = "us-east-1"});
    PINION_ASSERT(with_sessions.ok());
    const base::Status downloads = api::AddPrivacyDownloads(edge, set.services());
    PINION_ASSERT(downloads.ok());
    edge.SetState(api::Edge::State::kServing);
  }
  ~Server() {
    workers.Stop();
    set.Stop();
    std::filesystem::remove_all(private_folder);
  }

  storage::MemoryStore store;
  storage::GroupCommit commit{store};
  base::ManualClock clock{base::TimestampFromMillis(kTestStartMillis)};
  base::SeededRandom random{1};
  base::IdGenerator ids{random};
  const std::unique_ptr<auth::SecretBox> secrets = OpenBox(store, random);
  http::FakeOutboundClient outbound;
  const std::string private_folder = NewFolder();
  server::ServiceSet set{{.store = store,
                          .commit = commit,
                          .clock = clock,
                          .manual_clock = &clock,
                          .wall_clock = clock,
                          .random = random,
                          .ids = ids,
                          .secrets = *secrets,
                          .outbound = outbound,
                          .envelope_key = "envelope key",
                          .privacy_key = "privacy key",
                          .private_folder = private_folder},
                         {.version = "test",
                          .commit = "test",
                          .auth_mode = "none",
                          .region = "us-east-1",
                          .account_id = "123456789012",
                          .data_dir = ""}};
  const api::OperationTable table = AllOperations();
  const std::unique_ptr<auth::AccessKeyStore> keys =
      *auth::AccessKeyStore::Open({store, *secrets, clock, ids}, std::nullopt);
  const std::unique_ptr<users::ConsoleAccess> console =
      *users::ConsoleAccess::Open({.store = store,
                                   .box = *secrets,
                                   .wall_clock = clock,
                                   .ids = ids,
                                   .random = random,
                                   .keys = *keys},
                                  {.public_url = [] { return std::string("http://localhost"); },
                                   .passwords = {.memory_kib = 64, .passes = 1}});
  const api::SessionGuard guard{{}, console->login()};
  TestAuthenticator everybody;
  // Who comes with a session is known by it.
  const api::SessionAuthenticator authenticator{
      {.account_id = "123456789012", .region = "us-east-1"}, {everybody, guard, *keys, clock}};
  auth::AddressLimits address_limits{{}};
  auth::AddressLimits login_limits{{.limit = auth::kLoginLimit}};
  const api::Authorizer authorizer{
      {.services = set.services(), .wall_clock = clock, .account_id = "123456789012"}};
  OpenGate gate;
  http::WorkerPool workers{{.threads = 1, .queued_max = 16}};
  const api::PageTokens page_tokens{"page token key"};
  api::RequestMetrics metrics{{}};
  const api::CallAuditor auditor{{set.services().audit, ids, clock},
                                 {.account_id = "123456789012"}};
  api::Edge edge{
      {set.services(), table, authenticator, gate, workers, ids, page_tokens, metrics},
      {.authorizer = &authorizer, .auditor = &auditor, .first_answers = &set.first_answers()}};
};

ApiTest::ApiTest() : server_(std::make_unique<Server>()) {
  // One line per request would bury the failures.
  base::ConfigureLog({.level = base::LogLevel::kError});
}
ApiTest::~ApiTest() = default;

Reply ApiTest::Send(const std::string& method, const std::string& target, const std::string& body) {
  return Send(method, target, body, {});
}

Reply ApiTest::Send(const std::string& method,
                    const std::string& target,
                    const std::string& body,
                    const http::Headers& headers) {
  http::Request request;
  request.method = method;
  request.target = target;
  const size_t question = target.find('?');
  request.path = target.substr(0, question);
  request.query = question == std::string::npos ? "" : target.substr(question + 1);
  request.headers = headers;
  request.body = body;
  request.peer_address = "127.0.0.1";

  auto sink = std::make_shared<CapturingSink>();
  server_->edge.Handle(std::move(request), http::Responder(sink, 0, http::Compression::kNone));
  std::optional<http::Response> response = sink->Wait();
  if (!response) {
    return {};
  }
  return {response->status, std::move(response->headers), std::move(response->body)};
}

void ApiTest::AsCallerWith(const std::vector<std::string>& policies) {
  auto set = auth::PolicySet::Parse(policies);
  ASSERT_TRUE(set.ok()) << set.error().message;
  server_->everybody.Use(std::make_shared<auth::PolicySet>(*std::move(set)));
}

void ApiTest::AsAdministrator() {
  server_->everybody.Use(nullptr);
}

std::string ApiTest::MakeApp(const std::string& name) {
  const Reply reply = Post("/v1/apps", R"({"Name":")" + name + R"("})");
  return reply.At("/Id").value_or("");
}

void ApiTest::Advance(std::chrono::seconds by) {
  const auto now = services().system.AdvanceClock(by);
  ASSERT_TRUE(now.ok()) << now.error().message;
}

void ApiTest::Settle() {
  server_->set.work().WaitUntilQuiet();
}

api::Services& ApiTest::services() {
  return server_->set.services();
}
server::ServiceSet& ApiTest::service_set() {
  return server_->set;
}
auth::AccessKeyStore& ApiTest::keys() {
  return *server_->keys;
}
storage::MemoryStore& ApiTest::store() {
  return server_->store;
}
http::FakeOutboundClient& ApiTest::outbound() {
  return server_->outbound;
}
users::ConsoleAccess& ApiTest::console() {
  return *server_->console;
}
base::ManualClock& ApiTest::clock() {
  return server_->clock;
}

}  // namespace pinion::testing
