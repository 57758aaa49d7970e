#include "http/io_thread.h"

#include <algorithm>
#include <exception>

#include <boost/asio/post.hpp>

#include "base/log.h"
#include "http/connection.h"

namespace pinion::http {
namespace {

using std::chrono::milliseconds;

// Deadlines are looked at by one timer for all connections, which makes setting one free. They are
// late by at most this.
constexpr milliseconds kTickIntervalMax{250};

// What they hold must fit into the caches, too.
constexpr size_t kHandledTogetherMax = 64;

milliseconds TickInterval(const ConnectionLimits& limits) {
  const milliseconds shortest = std::min({limits.idle_timeout,
                                          limits.head_timeout,
                                          limits.transfer_grace,
                                          limits.linger_timeout,
                                          limits.drain_linger_timeout});
  return std::clamp(shortest / 4, milliseconds{5}, kTickIntervalMax);
}

}  // namespace

IoThread::IoThread(const ConnectionEnvironment& environment)
    : environment_(environment),
      context_(1),
      work_(context_.get_executor()),
      ticker_(context_),
      tick_interval_(TickInterval(environment.limits)) {}

IoThread::~IoThread() = default;

void IoThread::Start() {
  ScheduleTick();
  thread_ = std::thread([this] {
    thread_id_.store(std::this_thread::get_id());
    context_.run();
  });
}

void IoThread::Adopt(boost::asio::ip::tcp::socket socket, TlsContext tls) {
  boost::asio::post(context_, [this, socket = std::move(socket), tls = std::move(tls)]() mutable {
    if (stopping_ || draining_) {
      environment_.open_connections.fetch_sub(1);
      return;
    }
    auto connection = std::make_shared<Connection>(shared_from_this(), std::move(socket), tls);
    connections_.insert(connection);
    connection->Start();
  });
}

void IoThread::Drain() {
  boost::asio::post(context_, [this] {
    draining_ = true;
    visited_.assign(connections_.begin(), connections_.end());
    for (const std::shared_ptr<Connection>& connection : visited_) {
      connection->Drain();
    }
    visited_.clear();
  });
}

void IoThread::Deliver(std::shared_ptr<Connection> connection,
                       uint64_t sequence,
                       std::optional<Response> response) {
  auto inbox = inbox_.Lock();
  if (inbox->closed) {
    return;
  }
  inbox->deliveries.push_back(Delivery{std::move(connection), sequence, std::move(response)});
  if (inbox->deliveries.size() == 1) {
    boost::asio::post(context_, [this] { TakeDeliveries(); });
  }
}

void IoThread::TakeDeliveries() {
  std::vector<Delivery> deliveries;
  std::swap(deliveries, inbox_.Lock()->deliveries);
  for (Delivery& delivery : deliveries) {
    delivery.connection->Finish(delivery.sequence, std::move(delivery.response));
  }
}

void IoThread::HandleSoon(Request request, Responder responder) {
  requests_.push_back({std::move(request), std::move(responder)});
  if (requests_.size() == kHandledTogetherMax) {
    HandleAll();
  } else if (requests_.size() == 1) {
    // Behind the handlers of all that was ready together.
    boost::asio::post(context_, [this] { HandleAll(); });
  }
}

void IoThread::HandleAll() {
  if (requests_.empty()) {
    return;
  }
  handled_now_.swap(requests_);
  try {
    environment_.handler.HandleAll(handled_now_);
  } catch (const std::exception& error) {
    base::Log(base::LogLevel::kError, "http", "A handler threw", {{"error", error.what()}});
  }
  handled_now_.clear();  // what was not taken answers 500
}

void IoThread::WriteSoon(std::shared_ptr<Connection> connection) {
  writers_.push_back(std::move(connection));
  if (writers_.size() == 1) {
    // Behind the handlers of all that was ready together.
    boost::asio::post(context_, [this] { WriteAll(); });
  }
}

void IoThread::WriteAll() {
  writing_now_.swap(writers_);
  for (const std::shared_ptr<Connection>& connection : writing_now_) {
    connection->Write();
  }
  writing_now_.clear();
}

void IoThread::Stop() {
  if (!thread_.joinable()) {
    return;
  }
  boost::asio::post(context_, [this] { CloseAll(); });
  work_.reset();
  thread_.join();
  std::vector<Delivery> unwanted;
  auto inbox = inbox_.Lock();
  inbox->closed = true;
  std::swap(unwanted, inbox->deliveries);
}

void IoThread::CloseAll() {
  stopping_ = true;
  ticker_.cancel();
  visited_.assign(connections_.begin(), connections_.end());
  for (const std::shared_ptr<Connection>& connection : visited_) {
    connection->Close();
  }
  visited_.clear();
}

void IoThread::Remove(const std::shared_ptr<Connection>& connection) {
  connections_.erase(connection);
  environment_.open_connections.fetch_sub(1);
}

void IoThread::ScheduleTick() {
  ticker_.expires_after(tick_interval_);
  ticker_.async_wait([this](const boost::system::error_code&) {
    if (!stopping_) {
      OnTick();
      ScheduleTick();
    }
  });
}

void IoThread::OnTick() {
  const auto now = std::chrono::steady_clock::now();
  visited_.assign(connections_.begin(), connections_.end());
  for (const std::shared_ptr<Connection>& connection : visited_) {
    connection->OnTick(now);
  }
  visited_.clear();
}

}  // namespace pinion::http
