#include "delivery/sandbox/sandbox_transport.h"

#include "delivery/sandbox/simulator.h"

namespace pinion::delivery::sandbox {

void SandboxTransport::Send(OutboundMessage message, OutcomeCallback done) {
  done(Decide(message.channel, message.address));
}

}  // namespace pinion::delivery::sandbox
