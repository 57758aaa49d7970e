// The connections of one SmtpTransport and the messages that wait for them. Add is thread-safe;
// everything else happens on the thread of the io_context. Invariants there:
//  1. a message is in inbox_, in queue_, or is the job of exactly one worker, until its callback
//  was called once;
//  2. a worker is in idle_ exactly while it waits for work;
//  3. queue_ is not empty only while there is a worker, or the pool is about to start one.
#pragma once

#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/locked.h"
#include "delivery/smtp/send_rate.h"
#include "delivery/smtp/smtp_session.h"
#include "delivery/smtp/smtp_settings.h"
#include "delivery/smtp/submission.h"

namespace pinion::delivery::smtp {

class SmtpPool : public std::enable_shared_from_this<SmtpPool> {
 public:
  SmtpPool(SmtpSettings settings, boost::asio::ssl::context tls, boost::asio::io_context& io);

  void Add(Submission submission, OutcomeCallback done);
  size_t parallel_max() const;
  // Ends everything; the future is ready after the last callback.
  std::future<void> Stop();

 private:
  struct Job {
    std::shared_ptr<const Submission> submission;
    OutcomeCallback done;
    bool had_lost_connection = false;
  };
  struct Worker {
    explicit Worker(boost::asio::io_context& io) : timer(io) {}
    boost::asio::steady_timer timer;
    std::unique_ptr<SmtpSession> session;
    size_t delivered = 0;  // messages this session has dealt with
    std::optional<Job> job;
  };
  struct Inbox {
    std::vector<Job> jobs;
    size_t open = 0;  // messages not called back yet
    bool scheduled = false;
    bool closed = false;
  };
  using WorkerPtr = std::shared_ptr<Worker>;

  static boost::asio::awaitable<void> RunWorker(std::shared_ptr<SmtpPool> pool, WorkerPtr worker);
  boost::asio::awaitable<bool> OpenSession(WorkerPtr worker);
  boost::asio::awaitable<bool> WaitForWork(WorkerPtr worker);
  boost::asio::awaitable<void> WaitForTurn(WorkerPtr worker);
  boost::asio::awaitable<void> DeliverOne(WorkerPtr worker);

  void TakeInbox();
  void StartWorkers();
  void EndWorker(const WorkerPtr& worker);
  void Finish(Job job, Outcome outcome);
  void FailQueue(const Outcome& outcome);
  void Close(std::shared_ptr<std::promise<void>> stopped);

  const SmtpSettings settings_;
  boost::asio::ssl::context tls_;
  boost::asio::io_context& io_;
  base::Locked<Inbox> inbox_;

  std::deque<Job> queue_;
  std::vector<WorkerPtr> workers_;
  std::vector<Worker*> idle_;
  size_t opening_ = 0;  // workers that have no session yet
  SendRate rate_;
  std::chrono::steady_clock::time_point no_more_workers_until_;
  std::shared_ptr<std::promise<void>> stopped_;  // set once the pool is closed
};

}  // namespace pinion::delivery::smtp
