#include "delivery/smtp/smtp_stream.h"

#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace pinion::delivery::smtp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

bool IsIpAddress(const std::string& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

SmtpStream::SmtpStream(asio::io_context& io, asio::ssl::context& tls)
    : stream_(io, tls), resolver_(io), timer_(io) {}

SmtpStream::~SmtpStream() = default;

asio::awaitable<SmtpStream::Failure> SmtpStream::Connect(std::string host,
                                                         uint16_t port,
                                                         Duration limit) {
  BeginStep(limit);
  error_code error;
  Tcp::resolver::results_type addresses;
  const asio::ip::address literal = asio::ip::make_address(host, error);
  if (!error) {
    addresses = Tcp::resolver::results_type::create(Tcp::endpoint(literal, port), host, "");
  } else {
    addresses = co_await resolver_.async_resolve(
        host, std::to_string(port), asio::redirect_error(asio::use_awaitable, error));
    if (error || closed_) {
      co_return EndStep(error, "resolving " + host);
    }
  }
  co_await asio::async_connect(
      stream_.next_layer(), addresses, asio::redirect_error(asio::use_awaitable, error));
  if (!error && !closed_) {
    error_code ignored;
    stream_.next_layer().set_option(Tcp::no_delay(true), ignored);
  }
  co_return EndStep(error, "connecting to " + host);
}

// Server name for the handshake and for the check of the certificate.
bool SmtpStream::PrepareTls(const std::string& host) {
  SSL* ssl = stream_.native_handle();
  if (IsIpAddress(host)) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  }
  // Through a function, since the macro of OpenSSL casts away const.
  return SSL_ctrl(ssl,
                  SSL_CTRL_SET_TLSEXT_HOSTNAME,
                  TLSEXT_NAMETYPE_host_name,
                  const_cast<char*>(host.c_str())) == 1 &&
         SSL_set1_host(ssl, host.c_str()) == 1;
}

asio::awaitable<SmtpStream::Failure> SmtpStream::Handshake(std::string host, Duration limit) {
  if (!PrepareTls(host)) {
    co_return "TLS cannot be prepared for " + host;
  }
  BeginStep(limit);
  error_code error;
  co_await stream_.async_handshake(asio::ssl::stream_base::client,
                                   asio::redirect_error(asio::use_awaitable, error));
  encrypted_ = !error;
  co_return EndStep(error, "negotiating TLS");
}

asio::awaitable<SmtpStream::Failure> SmtpStream::Write(std::string_view bytes, Duration limit) {
  BeginStep(limit);
  error_code error;
  const asio::const_buffer buffer(bytes.data(), bytes.size());
  if (encrypted_) {
    co_await asio::async_write(stream_, buffer, asio::redirect_error(asio::use_awaitable, error));
  } else {
    co_await asio::async_write(
        stream_.next_layer(), buffer, asio::redirect_error(asio::use_awaitable, error));
  }
  co_return EndStep(error, "writing");
}

asio::awaitable<SmtpStream::ReadResult> SmtpStream::ReadReply(Duration limit) {
  while (true) {
    base::Result<std::optional<Reply>> next = replies_.Next();
    if (!next.ok()) {
      co_return ReadResult{std::nullopt, next.error().message};
    }
    if (next->has_value()) {
      co_return ReadResult{std::move(**next), std::string()};
    }
    BeginStep(limit);
    error_code error;
    size_t count = 0;
    if (encrypted_) {
      count = co_await stream_.async_read_some(asio::buffer(input_),
                                               asio::redirect_error(asio::use_awaitable, error));
    } else {
      count = co_await stream_.next_layer().async_read_some(
          asio::buffer(input_), asio::redirect_error(asio::use_awaitable, error));
    }
    Failure failure = EndStep(error, "reading");
    if (failure.has_value()) {
      co_return ReadResult{std::nullopt, *std::move(failure)};
    }
    replies_.Feed(std::string_view(input_.data(), count));
  }
}

void SmtpStream::Close() {
  closed_ = true;
  error_code ignored;
  resolver_.cancel();
  timer_.cancel();
  stream_.next_layer().close(ignored);
}

void SmtpStream::BeginStep(Duration limit) {
  deadline_ = std::chrono::steady_clock::now() + limit;
  ArmTimer();
}

SmtpStream::Failure SmtpStream::EndStep(const error_code& error, std::string_view what) {
  deadline_ = Time::max();
  if (timed_out_) {
    return "Timeout while " + std::string(what) + ".";
  }
  if (closed_) {
    return "Stopped while " + std::string(what) + ".";
  }
  if (error) {
    return "Connection failed while " + std::string(what) + ": " + error.message() + ".";
  }
  return std::nullopt;
}

// The timer is set anew only when it would ring too late; ringing too early, it looks at the
// deadline again. So the usual step costs no timer at all.
void SmtpStream::ArmTimer() {
  if (closed_ || (timer_armed_ && timer_at_ <= deadline_)) {
    return;
  }
  timer_armed_ = true;
  timer_at_ = deadline_;
  timer_.expires_at(deadline_);
  timer_.async_wait([weak = weak_from_this()](const error_code& error) {
    if (const std::shared_ptr<SmtpStream> self = weak.lock()) {
      self->OnTimer(error);
    }
  });
}

void SmtpStream::OnTimer(const error_code& error) {
  if (error || closed_) {
    return;
  }
  timer_armed_ = false;
  if (deadline_ <= std::chrono::steady_clock::now()) {
    timed_out_ = true;
    Close();
  } else if (deadline_ != Time::max()) {
    ArmTimer();
  }
}

}  // namespace pinion::delivery::smtp
