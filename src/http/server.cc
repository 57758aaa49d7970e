#include "http/server.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/assert.h"
#include "base/locked.h"
#include "base/log.h"
#include "http/io_thread.h"
#include "http/tls_context.h"

namespace pinion::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kBacklog = 4096;
// How soon a listener looks again after the connection limit or a shortage of file descriptors
// stopped it.
constexpr std::chrono::milliseconds kAcceptRetry{20};
constexpr std::chrono::milliseconds kDrainPoll{5};

struct Listener {
  Listener(asio::io_context& context, Security given)
      : acceptor(context), retry(context), security(given) {}
  tcp::acceptor acceptor;
  asio::steady_timer retry;
  Security security;
  bool closed = false;
};

base::Result<void> Bind(const ListenAddress& wanted, Listener& listener) {
  error_code error;
  const asio::ip::address address = asio::ip::make_address(wanted.address, error);
  if (error) {
    return base::InvalidArgument("The listen address '" + wanted.address +
                                 "' is not an IP address.");
  }
  const tcp::endpoint endpoint(address, wanted.port);
  tcp::acceptor& acceptor = listener.acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) {
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  }
  if (!error) {
    acceptor.bind(endpoint, error);
  }
  if (!error) {
    acceptor.listen(kBacklog, error);
  }
  if (error) {
    return base::Unavailable("Cannot listen on " + wanted.address + " port " +
                             std::to_string(wanted.port) + ": " + error.message() + ".");
  }
  return {};
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, Handler& handler, const base::Clock& wall_clock)
      : options_(std::move(options)),
        environment_{options_.limits, handler, wall_clock, open_connections_} {}

  base::Result<void> Start();
  uint16_t port(size_t listen_index) const { return ports_.at(listen_index); }
  size_t connections() const { return open_connections_.load(); }
  base::Result<void> ReloadTls();
  DrainOutcome Drain(std::chrono::milliseconds deadline);
  void Stop();

 private:
  asio::awaitable<void> Accept(std::shared_ptr<Listener> listener);
  IoThread& NextThread() { return *threads_[next_thread_++ % threads_.size()]; }
  void CloseListeners();

  const ServerOptions options_;
  std::atomic<size_t> open_connections_{0};
  ConnectionEnvironment environment_;
  base::Locked<TlsContext> tls_;
  std::vector<std::shared_ptr<IoThread>> threads_;
  // Used on the first io thread once that runs.
  std::vector<std::shared_ptr<Listener>> listeners_;
  size_t next_thread_ = 0;
  std::vector<uint16_t> ports_;
};

base::Result<void> Server::Impl::Start() {
  PINION_ASSERT(threads_.empty() && options_.io_threads > 0);
  std::vector<std::shared_ptr<IoThread>> threads;
  for (size_t i = 0; i < options_.io_threads; ++i) {
    threads.push_back(std::make_shared<IoThread>(environment_));
  }
  std::vector<std::shared_ptr<Listener>> listeners;
  for (const ListenAddress& address : options_.listen) {
    if (address.security == Security::kTls && *tls_.Lock() == nullptr) {
      PINION_CHECK(ReloadTls());
    }
    auto listener = std::make_shared<Listener>(threads.front()->context(), address.security);
    PINION_CHECK(Bind(address, *listener));
    error_code error;
    ports_.push_back(listener->acceptor.local_endpoint(error).port());
    listeners.push_back(std::move(listener));
  }
  threads_ = std::move(threads);
  listeners_ = std::move(listeners);
  for (const std::shared_ptr<Listener>& listener : listeners_) {
    asio::co_spawn(threads_.front()->context(), Accept(listener), asio::detached);
  }
  for (const std::shared_ptr<IoThread>& thread : threads_) {
    thread->Start();
  }
  return {};
}

base::Result<void> Server::Impl::ReloadTls() {
  if (!options_.tls.has_value()) {
    return base::InvalidArgument("A TLS listener needs a certificate and a key.");
  }
  PINION_TRY(TlsContext loaded, LoadTlsContext(*options_.tls));
  *tls_.Lock() = std::move(loaded);
  return {};
}

// One listener hands its connections to all threads in turn. Sharing the port between threads
// instead (SO_REUSEPORT) spreads a handful of connections unevenly and would let a second process
// bind the same port unnoticed.
asio::awaitable<void> Server::Impl::Accept(std::shared_ptr<Listener> listener) {
  bool failing = false;
  while (!listener->closed) {
    error_code error;
    if (open_connections_.load() >= options_.connections_max) {
      listener->retry.expires_after(kAcceptRetry);
      co_await listener->retry.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    IoThread& thread = NextThread();
    tcp::socket socket(thread.context());
    co_await listener->acceptor.async_accept(socket,
                                             asio::redirect_error(asio::use_awaitable, error));
    if (listener->closed) {
      co_return;
    }
    if (error) {
      if (!failing) {
        base::Log(base::LogLevel::kWarning,
                  "http",
                  "Cannot accept connections for now",
                  {{"error", error.message()}});
      }
      failing = true;
      listener->retry.expires_after(kAcceptRetry);
      co_await listener->retry.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    failing = false;
    socket.set_option(tcp::no_delay(true), error);
    open_connections_.fetch_add(1);
    TlsContext tls = listener->security == Security::kTls ? *tls_.Lock() : nullptr;
    thread.Adopt(std::move(socket), std::move(tls));
  }
}

// Returns when no listener will hand over another connection.
void Server::Impl::CloseListeners() {
  if (listeners_.empty()) {
    return;
  }
  std::mutex mutex;
  std::condition_variable wake;
  bool closed = false;
  asio::post(threads_.front()->context(), [&] {
    for (const std::shared_ptr<Listener>& listener : listeners_) {
      error_code ignored;
      listener->closed = true;
      listener->acceptor.close(ignored);
      listener->retry.cancel();
    }
    const std::lock_guard<std::mutex> lock(mutex);
    closed = true;
    wake.notify_one();
  });
  std::unique_lock<std::mutex> lock(mutex);
  wake.wait(lock, [&] { return closed; });
  listeners_.clear();
}

Server::DrainOutcome Server::Impl::Drain(std::chrono::milliseconds deadline) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  CloseListeners();
  for (const std::shared_ptr<IoThread>& thread : threads_) {
    thread->Drain();
  }
  while (open_connections_.load() > 0) {
    if (std::chrono::steady_clock::now() >= until) {
      return DrainOutcome::kDeadlinePassed;
    }
    std::this_thread::sleep_for(kDrainPoll);
  }
  return DrainOutcome::kAllFinished;
}

void Server::Impl::Stop() {
  CloseListeners();
  for (const std::shared_ptr<IoThread>& thread : threads_) {
    thread->Stop();
  }
}

Server::Server(ServerOptions options, Handler& handler, const base::Clock& wall_clock)
    : impl_(std::make_unique<Impl>(std::move(options), handler, wall_clock)) {}

Server::~Server() {
  impl_->Stop();
}

base::Result<void> Server::Start() {
  return impl_->Start();
}

uint16_t Server::port(size_t listen_index) const {
  return impl_->port(listen_index);
}

size_t Server::connections() const {
  return impl_->connections();
}

base::Result<void> Server::ReloadTls() {
  return impl_->ReloadTls();
}

Server::DrainOutcome Server::Drain(std::chrono::milliseconds deadline) {
  return impl_->Drain(deadline);
}

void Server::Stop() {
  impl_->Stop();
}

}  // namespace pinion::http
