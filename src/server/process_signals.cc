#include "server/process_signals.h"

#include <csignal>
#include <thread>

#include <unistd.h>

namespace pinion::server {

namespace {

constexpr int kExitInterrupted = 130;

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

sigset_t AllSignals() {
  sigset_t set = StopSignals();
  sigaddset(&set, SIGHUP);
  return set;
}

// On a thread of its own: the main thread is busy draining then.
void EndAtSecondStop() {
  std::thread([] {
    const sigset_t set = StopSignals();
    int received = 0;
    sigwait(&set, &received);
    ::_exit(kExitInterrupted);
  }).detach();
}

}  // namespace

ProcessSignals::ProcessSignals() {
  const sigset_t set = AllSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A client that goes away must show as an error of the write, not end the process.
  std::signal(SIGPIPE, SIG_IGN);
}

ProcessSignals::Event ProcessSignals::Wait(std::chrono::seconds at_most) {
  const sigset_t set = AllSignals();
  const timespec limit{at_most.count(), 0};
  const int received = sigtimedwait(&set, nullptr, &limit);
  if (received < 0) {
    return Event::kNone;
  }
  if (received == SIGHUP) {
    return Event::kReload;
  }
  EndAtSecondStop();
  return Event::kStop;
}

}  // namespace pinion::server
