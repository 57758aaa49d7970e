// What the operations may ask of the process itself; server/ implements it. Thread-safe.
#pragma once

#include <chrono>

#include "base/clock.h"
#include "base/result.h"
#include "model/system.h"

namespace pinion::api {

class SystemControl {
 public:
  virtual ~SystemControl() = default;
  // OPS-11.
  virtual base::Result<model::SystemResponse> Describe() const = 0;
  virtual base::Timestamp Now() const = 0;
  // Moves the manual clock, runs what falls due and returns the new time when the server is quiet.
  // kConflict without a manual clock, and while sending is held.
  virtual base::Result<base::Timestamp> AdvanceClock(std::chrono::seconds by) = 0;
  // OPS-13: nothing is sent since a restore.
  virtual bool IsSendingHeld() const = 0;
  // OPS-13: ends the hold after a restore; without one it does nothing.
  virtual base::Status ResumeSending() = 0;
};

}  // namespace pinion::api
