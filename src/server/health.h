// Whether the server should get requests (OPS-6): the phase of its life, and checks that name what
// is wrong. Thread-safe once all checks are added.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pinion::server {

class Health {
 public:
  enum class Phase { kStarting, kServing, kStopping };
  // Returns a reason when something is wrong.
  using Check = std::function<std::optional<std::string>()>;

  // Before the first request.
  void AddCheck(Check check) { checks_.push_back(std::move(check)); }
  void SetPhase(Phase phase) { phase_.store(phase); }

  struct Report {
    std::string status;  // ready, starting, stopping, degraded
    std::vector<std::string> reasons;
    bool ready() const { return status == "ready"; }
    std::string ToJson() const;
  };
  Report Judge() const;

 private:
  std::atomic<Phase> phase_{Phase::kStarting};
  std::vector<Check> checks_;
};

}  // namespace pinion::server
