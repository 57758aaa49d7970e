// SIGTERM and SIGINT as events instead of interruptions (OPS-8). Make one before any thread exists,
// so that every thread inherits the blocked signals.
#pragma once

namespace pinion::server {

class ShutdownSignal {
 public:
  ShutdownSignal();
  // Returns at the first SIGTERM or SIGINT. From then on a second one ends the process at once.
  void Wait();
};

}  // namespace pinion::server
