// One TCP connection, plain or TLS, that speaks in lines out and replies in, with a time limit on
// every step. Used by SmtpSession only, on its executor's thread. Held by shared_ptr: a time limit
// that is under way keeps a weak reference.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "delivery/smtp/smtp_reply.h"

namespace pinion::delivery::smtp {

class SmtpStream : public std::enable_shared_from_this<SmtpStream> {
 public:
  using Duration = std::chrono::milliseconds;

  SmtpStream(boost::asio::io_context& io, boost::asio::ssl::context& tls);
  ~SmtpStream();

  // Each step returns what went wrong as a line for the message log, or nothing.
  using Failure = std::optional<std::string>;

  // Resolves `host` and tries its addresses one after the other.
  boost::asio::awaitable<Failure> Connect(std::string host, uint16_t port, Duration limit);
  // Turns the connection into a TLS one; the certificate is checked against `host` if the context
  // verifies.
  boost::asio::awaitable<Failure> Handshake(std::string host, Duration limit);
  // `bytes` must live until the step is over.
  boost::asio::awaitable<Failure> Write(std::string_view bytes, Duration limit);

  struct ReadResult {
    std::optional<Reply> reply;
    std::string failure;  // set if there is no reply
  };
  boost::asio::awaitable<ReadResult> ReadReply(Duration limit);

  // Bytes that came without being asked for.
  bool HasPendingReply() const { return replies_.HasPending(); }
  bool encrypted() const { return encrypted_; }
  // Ends every step under way.
  void Close();

 private:
  using Tcp = boost::asio::ip::tcp;
  using Time = std::chrono::steady_clock::time_point;

  void BeginStep(Duration limit);
  // Nothing for success.
  Failure EndStep(const boost::system::error_code& error, std::string_view what);
  void ArmTimer();
  void OnTimer(const boost::system::error_code& error);
  bool PrepareTls(const std::string& host);

  boost::asio::ssl::stream<Tcp::socket> stream_;
  Tcp::resolver resolver_;
  boost::asio::steady_timer timer_;
  Time deadline_ = Time::max();
  Time timer_at_ = Time::max();
  bool timer_armed_ = false;
  bool timed_out_ = false;
  bool closed_ = false;
  bool encrypted_ = false;
  ReplyParser replies_;
  std::array<char, 4096> input_;
};

}  // namespace pinion::delivery::smtp
