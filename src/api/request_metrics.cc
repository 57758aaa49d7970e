#include "api/request_metrics.h"

#include <algorithm>
#include <utility>

#include "base/json_text.h"

namespace pinion::api {

namespace {

constexpr std::array<int, 19> kStatuses = {
    200, 201, 202, 204, 302, 304, 400, 401, 403, 404, 405, 408, 409, 413, 422, 429, 431, 500, 501};
// Upper ends of the histogram's buckets.
constexpr std::array<int64_t, 12> kBucketsMicros = {
    100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 100'000, 500'000, 2'000'000, 10'000'000};

size_t SlotOf(int status) {
  const auto found = std::find(kStatuses.begin(), kStatuses.end(), status);
  return static_cast<size_t>(found - kStatuses.begin());
}

}  // namespace

struct RequestMetrics::Series {
  explicit Series(std::string given) : name(std::move(given)) {}

  const std::string name;
  std::array<std::atomic<uint64_t>, kStatuses.size() + 1> by_status{};
  std::array<std::atomic<uint64_t>, kBucketsMicros.size() + 1> by_bucket{};
  std::atomic<uint64_t> sum_micros{0};

  uint64_t Total() const {
    uint64_t total = 0;
    for (const auto& count : by_bucket) {
      total += count.load(std::memory_order_relaxed);
    }
    return total;
  }
};

RequestMetrics::RequestMetrics(std::vector<std::string> operations) {
  std::sort(operations.begin(), operations.end());
  for (std::string& name : operations) {
    series_.push_back(std::make_unique<Series>(std::move(name)));
  }
  series_.push_back(std::make_unique<Series>("other"));
}

RequestMetrics::~RequestMetrics() = default;

void RequestMetrics::Count(std::string_view operation, int status, std::chrono::microseconds took) {
  const auto end = series_.end() - 1;
  auto found = std::lower_bound(
      series_.begin(), end, operation, [](const auto& series, std::string_view name) {
        return series->name < name;
      });
  if (found != end && (*found)->name != operation) {
    found = end;
  }
  Series& series = **found;
  const auto bucket = std::lower_bound(kBucketsMicros.begin(), kBucketsMicros.end(), took.count());
  series.by_status[SlotOf(status)].fetch_add(1, std::memory_order_relaxed);
  series.by_bucket[static_cast<size_t>(bucket - kBucketsMicros.begin())].fetch_add(
      1, std::memory_order_relaxed);
  series.sum_micros.fetch_add(static_cast<uint64_t>(took.count()), std::memory_order_relaxed);
}

void RequestMetrics::AppendText(std::string& out) const {
  constexpr double kMicrosPerSecond = 1e6;
  out += "# HELP pinion_http_requests_total Requests by operation and HTTP status.\n";
  out += "# TYPE pinion_http_requests_total counter\n";
  for (const auto& series : series_) {
    for (size_t i = 0; i < series->by_status.size(); ++i) {
      const uint64_t count = series->by_status[i].load(std::memory_order_relaxed);
      if (count != 0) {
        const std::string status = i < kStatuses.size() ? std::to_string(kStatuses[i]) : "other";
        out += "pinion_http_requests_total{operation=\"" + series->name + "\",status=\"" + status +
               "\"} " + std::to_string(count) + "\n";
      }
    }
  }
  out += "# HELP pinion_http_request_seconds Time from the last byte of a request to its answer.\n";
  out += "# TYPE pinion_http_request_seconds histogram\n";
  for (const auto& series : series_) {
    if (series->Total() == 0) {
      continue;
    }
    const std::string label = "operation=\"" + series->name + "\"";
    uint64_t up_to = 0;
    for (size_t i = 0; i < series->by_bucket.size(); ++i) {
      up_to += series->by_bucket[i].load(std::memory_order_relaxed);
      const std::string limit =
          i < kBucketsMicros.size()
              ? base::JsonDouble(static_cast<double>(kBucketsMicros[i]) / kMicrosPerSecond)
              : "+Inf";
      out += "pinion_http_request_seconds_bucket{" + label + ",le=\"" + limit + "\"} " +
             std::to_string(up_to) + "\n";
    }
    const auto sum = static_cast<double>(series->sum_micros.load(std::memory_order_relaxed));
    out += "pinion_http_request_seconds_sum{" + label + "} " + base::JsonDouble(sum / kMicrosPerSecond) +
           "\n";
    out += "pinion_http_request_seconds_count{" + label + "} " + std::to_string(up_to) + "\n";
  }
}

}  // namespace pinion::api
