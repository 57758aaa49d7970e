// Tells when what was written so far is on disk. Edge holds the answers to changes back until then;
// server/ implements it over the store and its group commit. Thread-safe.
#pragma once

#include <functional>

#include "base/result.h"

namespace pinion::api {

class DurabilityGate {
 public:
  virtual ~DurabilityGate() = default;
  // Calls `done` exactly once, from any thread and possibly before it returns, when all that had
  // been written at the time of the call is durable, or with the failure. `done` must be quick.
  virtual void WhenDurable(std::function<void(base::Status)> done) = 0;
};

}  // namespace pinion::api
