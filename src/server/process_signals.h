// The signals of the operator as events instead of interruptions (OPS-8, API-96): SIGTERM and
// SIGINT stop, SIGHUP reads certificates again. Make one before any thread exists, so that every
// thread inherits the blocked signals.
#pragma once

#include <chrono>

namespace pinion::server {

class ProcessSignals {
 public:
  enum class Event { kStop, kReload, kNone };

  ProcessSignals();
  // Blocks until the next one, or until the time has passed: kNone. After kStop, a second SIGTERM
  // or SIGINT ends the process at once.
  Event Wait(std::chrono::seconds at_most);
};

}  // namespace pinion::server
