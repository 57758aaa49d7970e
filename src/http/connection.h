// One client connection: reads requests, gives them to the handler, writes the answers in order.
// Lives on one IoThread; only Complete() may be called from elsewhere. A coroutine reads; writing
// is driven by what becomes ready.
//
// Invariants:
//  1. At most one read and one write are outstanding.
//  2. Once closing_ is set no further request is read, and once queue_ is finished the sending side
//  is shut down; the
//     reader then throws away what comes until the client closes too, a limit or a deadline.
//  3. While corked_ is set the reader runs, and writing waits until it has no more bytes to work
//  on: answers given at once
//     to pipelined requests go out together.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/io_thread.h"
#include "http/read_buffer.h"
#include "http/request_head.h"
#include "http/responder.h"
#include "http/response_queue.h"

namespace pinion::http {

class Connection final : public ResponseSink, public std::enable_shared_from_this<Connection> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Without `tls` it is a plain one.
  Connection(std::shared_ptr<IoThread> thread, boost::asio::ip::tcp::socket socket, TlsContext tls);
  ~Connection() override;

  void Start();
  // Finishes the requests in work and closes.
  void Drain();
  // At once.
  void Close();
  void OnTick(TimePoint now);
  void Finish(uint64_t sequence, std::optional<Response> response);
  // After WriteSoon() of its thread.
  void Write();

  void Complete(uint64_t sequence, std::optional<Response> response) override;

 private:
  enum class Phase : uint8_t {
    kHandshake,
    kIdle,    // no byte of a next request
    kHead,    // some bytes of its head
    kBody,    // some bytes of its body
    kSkip,    // throwing a body away whose request is answered
    kBusy,    // not reading
    kLinger,  // all is written, the client has to close
  };
  enum class HeadStep : uint8_t { kNeedsMore, kReady, kRefused };

  static boost::asio::awaitable<void> Run(std::shared_ptr<Connection> self);
  boost::asio::awaitable<bool> Handshake();
  boost::asio::awaitable<void> Serve();
  boost::asio::awaitable<bool> ReadBody();
  boost::asio::awaitable<bool> SkipBody(uint64_t remaining);
  boost::asio::awaitable<void> Linger();
  boost::asio::awaitable<bool> ReadMore(size_t bytes);
  boost::asio::awaitable<void> Changed();

  HeadStep NextHead();
  // Judges a head with a body. Nothing when the body shall be read.
  std::optional<Response> JudgeHead(size_t& body_bytes_max, bool& keep_alive);
  void Dispatch();
  void Answer(Response response, const Request* request);
  void Refuse(const RequestError& error, const Request* request);
  void BeginClose();
  void EnterPhase(Phase phase);
  void ExtendTransfer(size_t bytes);

  void PumpSoon();
  void Pump();
  void OnWritten(boost::system::error_code error);
  void ShutDownSending();
  const ConnectionLimits& limits() const { return thread_->environment().limits; }
  Handler& handler() { return thread_->environment().handler; }

  std::shared_ptr<IoThread> thread_;  // first, so that the loop outlives the socket
  boost::asio::ip::tcp::socket socket_;
  TlsContext tls_context_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
  boost::asio::steady_timer changed_;  // never expires; cancelling it wakes the reader
  std::string peer_address_;

  ReadBuffer buffer_;
  HeadScanner scanner_;
  RequestHead head_;
  ResponseQueue queue_;
  std::vector<boost::asio::const_buffer> writing_buffers_;

  Phase phase_ = Phase::kHandshake;
  TimePoint deadline_ = TimePoint::max();
  TimePoint write_deadline_ = TimePoint::max();
  bool corked_ = false;
  bool write_soon_ = false;
  bool writing_ = false;
  bool closing_ = false;
  bool shut_down_ = false;
  bool closed_ = false;
  bool end_of_input_ = false;
  bool draining_ = false;
};

}  // namespace pinion::http
