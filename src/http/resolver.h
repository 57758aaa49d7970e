// Finds the addresses of host names.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "http/ip_address.h"

namespace pinion::http {

// Thread-safe. Resolve may block for seconds.
class Resolver {
 public:
  virtual ~Resolver() = default;
  // All addresses, the best one first; at least one. kUnavailable.
  virtual base::Result<std::vector<IpAddress>> Resolve(const std::string& host) = 0;
};

// As the operating system is configured to.
class SystemResolver final : public Resolver {
 public:
  base::Result<std::vector<IpAddress>> Resolve(const std::string& host) override;
};

}  // namespace pinion::http
