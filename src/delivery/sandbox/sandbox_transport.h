// The transport every channel starts on (CHN-60): nothing leaves the machine, simulator addresses
// play their part. The dispatcher may call sandbox::Decide directly; this wrapper is for whoever
// only knows the interface. Thread-safe; `done` is called before Send returns.
#pragma once

#include "delivery/transport.h"

namespace pinion::delivery::sandbox {

class SandboxTransport final : public Transport {
 public:
  std::string_view type() const override { return "sandbox"; }
  size_t parallel_max() const override { return kParallelMax; }
  void Send(OutboundMessage message, OutcomeCallback done) override;

 private:
  static constexpr size_t kParallelMax = 4096;
};

}  // namespace pinion::delivery::sandbox
