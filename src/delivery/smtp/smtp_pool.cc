#include "delivery/smtp/smtp_pool.h"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"

namespace pinion::delivery::smtp {
namespace {

namespace asio = boost::asio;

// Messages in hand per connection: enough that a connection never waits for the dispatcher between
// two of them.
constexpr size_t kInHandPerConnection = 16;
constexpr size_t kOverflowFactor = 4;
// A server that refuses another connection while it serves some is not asked again at once.
constexpr std::chrono::seconds kRefusedConnectionPause(5);

Outcome Stopping() {
  return OutcomeOfLostConnection(Handover::kNotDone, "The transport is stopping.");
}

}  // namespace

SmtpPool::SmtpPool(SmtpSettings settings, asio::ssl::context tls, asio::io_context& io)
    : settings_(std::move(settings)),
      tls_(std::move(tls)),
      io_(io),
      rate_(settings_.messages_per_second) {}

size_t SmtpPool::parallel_max() const {
  return settings_.max_connections * kInHandPerConnection;
}

void SmtpPool::Add(Submission submission, OutcomeCallback done) {
  Job job;
  job.submission = std::make_shared<const Submission>(std::move(submission));
  job.done = std::move(done);
  bool refused = false;
  bool wake = false;
  {
    auto inbox = inbox_.Lock();
    refused = inbox->closed || inbox->open >= parallel_max() * kOverflowFactor;
    if (!refused) {
      ++inbox->open;
      inbox->jobs.push_back(std::move(job));
      wake = !std::exchange(inbox->scheduled, true);
    }
  }
  if (refused) {
    job.done(OutcomeOfLostConnection(Handover::kNotDone, "Too many messages wait for this relay."));
  } else if (wake) {
    asio::post(io_, [pool = shared_from_this()] { pool->TakeInbox(); });
  }
}

void SmtpPool::TakeInbox() {
  std::vector<Job> jobs;
  {
    auto inbox = inbox_.Lock();
    jobs.swap(inbox->jobs);
    inbox->scheduled = false;
  }
  for (Job& job : jobs) {
    queue_.push_back(std::move(job));
  }
  if (stopped_ != nullptr) {
    FailQueue(Stopping());
    return;
  }
  StartWorkers();
}

// Wakes idle workers, newest connection first, and starts new ones for what is left.
void SmtpPool::StartWorkers() {
  size_t waiting = queue_.size() - std::min(queue_.size(), opening_);
  while (waiting > 0 && !idle_.empty()) {
    idle_.back()->timer.cancel();
    idle_.pop_back();
    --waiting;
  }
  const bool pausing =
      !workers_.empty() && std::chrono::steady_clock::now() < no_more_workers_until_;
  while (waiting > 0 && workers_.size() < settings_.max_connections && !pausing) {
    auto worker = std::make_shared<Worker>(io_);
    workers_.push_back(worker);
    ++opening_;
    --waiting;
    asio::co_spawn(io_,
                   RunWorker(shared_from_this(), worker),
                   [pool = shared_from_this(), worker](std::exception_ptr exception) {
                     if (exception != nullptr) {
                       base::Log(base::LogLevel::kError, "delivery", "SMTP worker ended early");
                     }
                     pool->EndWorker(worker);
                   });
  }
}

asio::awaitable<void> SmtpPool::RunWorker(std::shared_ptr<SmtpPool> pool, WorkerPtr worker) {
  while (pool->stopped_ == nullptr) {
    if (worker->session == nullptr) {
      const bool open = co_await pool->OpenSession(worker);
      if (!open) {
        break;
      }
    }
    if (pool->queue_.empty()) {
      const bool work = co_await pool->WaitForWork(worker);
      if (!work) {
        break;
      }
      continue;
    }
    worker->job = std::move(pool->queue_.front());
    pool->queue_.pop_front();
    co_await pool->DeliverOne(worker);

    const bool worn = worker->delivered >= pool->settings_.messages_per_connection;
    if (worn && worker->session->usable()) {
      co_await worker->session->Quit();
    }
    if (!worker->session->usable()) {
      worker->session.reset();
      if (pool->queue_.empty()) {
        break;
      }
      ++pool->opening_;
    }
  }
  if (worker->session != nullptr && worker->session->usable()) {
    co_await worker->session->Quit();
  }
}

// False when no connection came about; then the messages that no other worker can take are
// answered.
asio::awaitable<bool> SmtpPool::OpenSession(WorkerPtr worker) {
  worker->session = std::make_unique<SmtpSession>(io_, tls_, settings_);
  worker->delivered = 0;
  const std::optional<Outcome> failure = co_await worker->session->Open();
  --opening_;
  if (!failure.has_value()) {
    co_return true;
  }
  if (stopped_ == nullptr) {
    base::Log(base::LogLevel::kWarning,
              "delivery",
              "no SMTP session",
              {{"host", settings_.host}, {"why", failure->status_message}});
    no_more_workers_until_ = std::chrono::steady_clock::now() + kRefusedConnectionPause;
    if (workers_.size() == 1) {
      FailQueue(*failure);
    }
  }
  co_return false;
}

// False when the connection has been idle for too long.
asio::awaitable<bool> SmtpPool::WaitForWork(WorkerPtr worker) {
  worker->timer.expires_after(settings_.idle_timeout);
  idle_.push_back(worker.get());
  boost::system::error_code error;
  co_await worker->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
  std::erase(idle_, worker.get());
  co_return error || !queue_.empty();
}

asio::awaitable<void> SmtpPool::WaitForTurn(WorkerPtr worker) {
  if (settings_.messages_per_second <= 0) {
    co_return;
  }
  const auto now = SendRate::Clock::now();
  const auto turn = rate_.Reserve(now);
  if (turn > now) {
    boost::system::error_code error;
    worker->timer.expires_at(turn);
    co_await worker->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

asio::awaitable<void> SmtpPool::DeliverOne(WorkerPtr worker) {
  if (!worker->job->had_lost_connection) {
    co_await WaitForTurn(worker);
  }
  if (stopped_ != nullptr) {
    Finish(*std::exchange(worker->job, std::nullopt), Stopping());
    co_return;
  }
  SmtpSession::Delivery delivery = co_await worker->session->Deliver(worker->job->submission);
  Job job = *std::exchange(worker->job, std::nullopt);
  const bool reused = worker->delivered > 0;
  ++worker->delivered;
  if (delivery.lost_before_content && reused && !job.had_lost_connection && stopped_ == nullptr) {
    // The server closed a connection that had been fine before. The message was not touched yet.
    job.had_lost_connection = true;
    queue_.push_front(std::move(job));
    co_return;
  }
  Finish(std::move(job), std::move(delivery.outcome));
}

void SmtpPool::EndWorker(const WorkerPtr& worker) {
  if (worker->job.has_value()) {
    Finish(*std::exchange(worker->job, std::nullopt),
           OutcomeOfLostConnection(Handover::kDone, "The SMTP connection ended unexpectedly."));
  }
  std::erase(workers_, worker);
  if (stopped_ == nullptr) {
    // What came while the worker was saying goodbye.
    StartWorkers();
  } else if (workers_.empty()) {
    stopped_->set_value();
  }
}

void SmtpPool::Finish(Job job, Outcome outcome) {
  { --inbox_.Lock()->open; }
  job.done(std::move(outcome));
}

void SmtpPool::FailQueue(const Outcome& outcome) {
  std::deque<Job> failed;
  failed.swap(queue_);
  for (Job& job : failed) {
    Finish(std::move(job), outcome);
  }
}

std::future<void> SmtpPool::Stop() {
  auto stopped = std::make_shared<std::promise<void>>();
  std::future<void> future = stopped->get_future();
  asio::post(io_, [pool = shared_from_this(), stopped] { pool->Close(stopped); });
  return future;
}

void SmtpPool::Close(std::shared_ptr<std::promise<void>> stopped) {
  { inbox_.Lock()->closed = true; }
  stopped_ = std::move(stopped);
  TakeInbox();
  for (const WorkerPtr& worker : workers_) {
    worker->timer.cancel();
    if (worker->session != nullptr) {
      worker->session->Abort();
    }
  }
  if (workers_.empty()) {
    stopped_->set_value();
  }
}

}  // namespace pinion::delivery::smtp
