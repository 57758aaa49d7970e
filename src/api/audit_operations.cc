#include "api/register_operations.h"
#include "base/time_text.h"
#include "model/audit.h"

namespace pinion::api {

namespace {

base::Result<std::optional<base::Timestamp>> ReadInstant(std::string_view name,
                                                         const std::optional<std::string>& text) {
  if (!text || text->empty()) {
    return std::optional<base::Timestamp>();
  }
  const auto instant = base::ParseInstant(*text);
  if (!instant) {
    return base::InvalidArgument("Query parameter '" + std::string(name) +
                                 "': expected a time in ISO 8601.");
  }
  return instant;
}

// KPI-130.
base::Result<model::ListAuditRecordsResponse> ListAuditRecords(
    Call& call, const model::ListAuditRecordsRequest& request) {
  audit::AuditFilter filter;
  PINION_TRY(filter.from, ReadInstant("from", request.from));
  PINION_TRY(filter.to, ReadInstant("to", request.to));
  filter.principal = request.principal.value_or("");
  filter.operation = request.operation.value_or("");
  filter.resource = request.resource.value_or("");
  const std::vector<std::string> filters = {request.from.value_or(""),
                                            request.to.value_or(""),
                                            filter.principal,
                                            filter.operation,
                                            filter.resource};
  PINION_TRY(const auto page, call.Page(request.page_size, request.token, filters));
  PINION_TRY(auto listed, call.services.audit.List(filter, page));
  model::ListAuditRecordsResponse response;
  for (std::string& item : listed.items) {
    response.items.push_back({std::move(item)});
  }
  response.next_token = call.NextToken(listed.next, filters);
  return response;
}

}  // namespace

void RegisterAuditOperations(OperationTable& table) {
  table.Add<model::ops::ListAuditRecords>(Run::kWorker, ListAuditRecords);
}

}  // namespace pinion::api
