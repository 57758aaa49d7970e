#include "server/health.h"

#include "base/json_text.h"

namespace pinion::server {

Health::Report Health::Judge() const {
  Report report;
  for (const Check& check : checks_) {
    if (auto reason = check()) {
      report.reasons.push_back(*std::move(reason));
    }
  }
  switch (phase_.load()) {
    case Phase::kStarting:
      report.status = "starting";
      break;
    case Phase::kStopping:
      report.status = "stopping";
      break;
    case Phase::kServing:
      report.status = report.reasons.empty() ? "ready" : "degraded";
      break;
  }
  return report;
}

std::string Health::Report::ToJson() const {
  base::JsonWriter json;
  json.BeginObject().Key("Status").String(status);
  if (!ready()) {
    json.Key("Reasons").BeginArray();
    for (const std::string& reason : reasons) {
      json.String(reason);
    }
    json.EndArray();
  }
  json.EndObject();
  return json.Take();
}

}  // namespace pinion::server
