// Counts requests by operation and status, and how long they took (OPS-10). Count is wait-free;
// thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pinion::api {

class RequestMetrics {
 public:
  // What is not in `operations` is counted under "other".
  explicit RequestMetrics(std::vector<std::string> operations);
  ~RequestMetrics();

  void Count(std::string_view operation, int status, std::chrono::microseconds took);

  // Appends the series in the Prometheus text format; operations that were never called are left
  // out.
  void AppendText(std::string& out) const;

 private:
  struct Series;
  std::vector<std::unique_ptr<Series>> series_;  // sorted by name, "other" last
};

}  // namespace pinion::api
