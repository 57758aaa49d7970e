#include "delivery/smtp/io_thread.h"

#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace pinion::delivery::smtp {

struct IoThread::State {
  State() : io(1), work(io.get_executor()), thread([this] { io.run(); }) {}

  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
  std::thread thread;
};

IoThread::IoThread() : state_(std::make_unique<State>()) {}

IoThread::~IoThread() {
  state_->work.reset();
  state_->thread.join();
}

boost::asio::io_context& IoThread::context() {
  return state_->io;
}

bool IoThread::IsCurrent() const {
  return std::this_thread::get_id() == state_->thread.get_id();
}

}  // namespace pinion::delivery::smtp
