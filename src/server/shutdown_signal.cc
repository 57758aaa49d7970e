#include "server/shutdown_signal.h"

#include <csignal>
#include <thread>

#include <unistd.h>

namespace pinion::server {

namespace {

constexpr int kExitInterrupted = 130;

sigset_t Watched() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

ShutdownSignal::ShutdownSignal() {
  const sigset_t set = Watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A client that goes away must show as an error of the write, not end the process.
  std::signal(SIGPIPE, SIG_IGN);
}

void ShutdownSignal::Wait() {
  const sigset_t set = Watched();
  int received = 0;
  sigwait(&set, &received);
  std::thread([set] {
    int second = 0;
    sigwait(&set, &second);
    ::_exit(kExitInterrupted);
  }).detach();
}

}  // namespace pinion::server
