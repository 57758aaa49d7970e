// The paths that are no operations: health and metrics now; tracking links, callbacks and console
// files are added here as they come. Called once, before the first request.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "api/edge.h"
#include "api/page_access.h"
#include "base/result.h"
#include "http/handler.h"
#include "server/health.h"

namespace pinion::server {

// Appends series in the Prometheus text format. Thread-safe.
using MetricsSource = std::function<void(std::string& out)>;

// OPS-6 and OPS-10. `health` and `access` must outlive the edge.
base::Status AddPages(api::Edge& edge,
                      const Health& health,
                      const api::PageAccess& access,
                      const std::vector<MetricsSource>& metrics);

// What `metrics.listen` answers: metrics and health to everybody who reaches it, nothing else.
class MetricsHandler final : public http::Handler {
 public:
  // `health` must outlive it.
  MetricsHandler(const Health& health, std::vector<MetricsSource> metrics)
      : health_(health), metrics_(std::move(metrics)) {}
  void Handle(http::Request request, http::Responder responder) override;

 private:
  const Health& health_;
  const std::vector<MetricsSource> metrics_;
};

}  // namespace pinion::server
