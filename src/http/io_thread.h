// One thread with its own event loop and the connections that live on it. Owned by Server;
// connections hold it too, since a Responder may keep a connection, and with it the loop its socket
// belongs to, beyond the server's end.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.h"
#include "base/locked.h"
#include "http/handler.h"
#include "http/http_date.h"
#include "http/options.h"

namespace pinion::http {

class Connection;
using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// What all connections of a server share. Not touched any more once the threads have ended.
struct ConnectionEnvironment {
  ConnectionLimits limits;
  Handler& handler;
  const base::Clock& wall_clock;
  // Falls when a connection ends; the listener counts it up.
  std::atomic<size_t>& open_connections;
};

class IoThread : public std::enable_shared_from_this<IoThread> {
 public:
  explicit IoThread(const ConnectionEnvironment& environment);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  void Start();
  // The three of them from any thread; the first after Start().
  void Adopt(boost::asio::ip::tcp::socket socket, TlsContext tls);
  void Drain();
  void Deliver(std::shared_ptr<Connection> connection,
               uint64_t sequence,
               std::optional<Response> response);
  // From the thread that called Start(). Closes every connection and joins; the listeners must be
  // closed.
  void Stop();

  boost::asio::io_context& context() { return context_; }
  bool RunsHere() const { return thread_id_.load() == std::this_thread::get_id(); }

  // For connections, on this thread.
  const ConnectionEnvironment& environment() const { return environment_; }
  std::string_view Date() { return date_.At(environment_.wall_clock.Now()); }
  void Remove(const std::shared_ptr<Connection>& connection);
  // Gives the request to the handler together with others that have arrived meanwhile.
  void HandleSoon(Request request, Responder responder);
  // Lets the connection write when what has arrived on others is worked on, too: answers that go
  // out together wake their readers once, not one after the other.
  void WriteSoon(std::shared_ptr<Connection> connection);

 private:
  struct Delivery {
    std::shared_ptr<Connection> connection;
    uint64_t sequence;
    std::optional<Response> response;
  };
  struct Inbox {
    std::vector<Delivery> deliveries;
    bool closed = false;
  };

  void ScheduleTick();
  void OnTick();
  void TakeDeliveries();
  void HandleAll();
  void WriteAll();
  void CloseAll();

  ConnectionEnvironment environment_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer ticker_;
  std::chrono::milliseconds tick_interval_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<Connection>> visited_;  // a copy of connections_ to walk over
  std::vector<PendingRequest> requests_;
  std::vector<PendingRequest> handled_now_;  // empty but in HandleAll()
  std::vector<std::shared_ptr<Connection>> writers_;
  std::vector<std::shared_ptr<Connection>> writing_now_;  // empty but in WriteAll()
  HttpDate date_;
  bool draining_ = false;
  bool stopping_ = false;
  base::Locked<Inbox> inbox_;
  std::atomic<std::thread::id> thread_id_{};
  std::thread thread_;
};

}  // namespace pinion::http
