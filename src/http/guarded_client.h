// The one client for URLs that others have chosen (OPS-60). A name is resolved once, every address
// it leads to must be allowed, and the connection is made to an address that was checked, so a name
// that changes its mind in between gains nothing. One thread serves all transfers; names are
// resolved on a few others. Connections are kept and used again. Thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http/address_policy.h"
#include "http/outbound_client.h"
#include "http/resolver.h"

namespace pinion::http {

class GuardedClient final : public OutboundClient {
 public:
  struct Options {
    AddressPolicy policy = {};
    // PEM file of the authorities that are trusted; empty: those of the system.
    std::string authorities = {};
    std::string user_agent = "Pinion";
    // Calls under way, those that wait for an address included; more fail at once.
    size_t calls_max = 1024;
    size_t resolver_threads = 4;
    // For finding out that an address does not answer; the next one is tried.
    std::chrono::milliseconds connect_timeout{5'000};
  };

  GuardedClient(Options options, std::unique_ptr<Resolver> resolver);
  // Stops.
  ~GuardedClient() override;
  GuardedClient(const GuardedClient&) = delete;
  GuardedClient& operator=(const GuardedClient&) = delete;

  base::Status CheckUrl(std::string_view url) const override;
  void Send(OutboundRequest request, Done done) override;

  // Calls under way end with kUnavailable, later ones too. Waits for names that are being resolved.
  void Stop();

 private:
  class Engine;

  const std::unique_ptr<Engine> engine_;
};

}  // namespace pinion::http
