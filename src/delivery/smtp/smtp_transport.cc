#include "delivery/smtp/smtp_transport.h"

#include <algorithm>
#include <utility>

#include "delivery/smtp/smtp_pool.h"

namespace pinion::delivery::smtp {
namespace {

namespace asio = boost::asio;

constexpr size_t kConnectionsMax = 1000;
constexpr int kTooLarge = 413;
constexpr int kInvalid = 400;

bool IsHostText(std::string_view text) {
  return text.size() <= 255 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

base::Status PrepareContext(asio::ssl::context& tls, const SmtpSettings& settings) {
  if (settings.security == Security::kNone) {
    return {};  // Reading the system's certificates takes its time.
  }
  boost::system::error_code error;
  tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                      asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                      asio::ssl::context::no_tlsv1_1,
                  error);
  tls.set_verify_mode(settings.verify_certificate ? asio::ssl::verify_peer : asio::ssl::verify_none,
                      error);
  tls.set_default_verify_paths(error);
  if (!settings.ca_file.empty()) {
    tls.load_verify_file(settings.ca_file, error);
    if (error) {
      return base::InvalidArgument("The file of trusted certificates cannot be read.");
    }
  }
  return {};
}

Outcome RefusedContent(const base::Error& error) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::kRejected;
  outcome.status_code = error.code == base::Errc::kPayloadTooLarge ? kTooLarge : kInvalid;
  outcome.status_message = error.message;
  return outcome;
}

}  // namespace

base::Status SmtpTransport::Validate(const SmtpSettings& settings) {
  if (settings.host.empty() || !IsHostText(settings.host)) {
    return base::InvalidArgument("Host must be the name or the address of a mail server.");
  }
  if (settings.port == 0) {
    return base::InvalidArgument("Port must be between 1 and 65535.");
  }
  if (!IsHostText(settings.helo_name)) {
    return base::InvalidArgument("HeloName must be a host name.");
  }
  if (settings.max_connections == 0 || settings.max_connections > kConnectionsMax) {
    return base::InvalidArgument("MaxConnections must be between 1 and 1000.");
  }
  if (settings.messages_per_connection == 0) {
    return base::InvalidArgument("MessagesPerConnection must be at least 1.");
  }
  if (!(settings.messages_per_second >= 0)) {
    return base::InvalidArgument("MessagesPerSecond must not be negative.");
  }
  return {};
}

base::Result<std::unique_ptr<SmtpTransport>> SmtpTransport::Create(SmtpSettings settings,
                                                                   IoThread& io) {
  PINION_CHECK(Validate(settings));
  asio::ssl::context tls(asio::ssl::context::tls_client);
  PINION_CHECK(PrepareContext(tls, settings));
  auto pool = std::make_shared<SmtpPool>(std::move(settings), std::move(tls), io.context());
  return std::unique_ptr<SmtpTransport>(new SmtpTransport(std::move(pool), io));
}

SmtpTransport::SmtpTransport(std::shared_ptr<SmtpPool> pool, IoThread& io)
    : pool_(std::move(pool)), io_(io) {}

SmtpTransport::~SmtpTransport() {
  const std::future<void> stopped = pool_->Stop();
  if (!io_.IsCurrent()) {
    stopped.wait();
  }
}

size_t SmtpTransport::parallel_max() const {
  return pool_->parallel_max();
}

void SmtpTransport::Send(OutboundMessage message, OutcomeCallback done) {
  base::Result<Submission> submission = PrepareSubmission(message);
  if (!submission.ok()) {
    done(RefusedContent(submission.error()));
    return;
  }
  pool_->Add(*std::move(submission), std::move(done));
}

}  // namespace pinion::delivery::smtp
