#include "api/operation_table.h"

#include <algorithm>
#include <map>

namespace pinion::api {

namespace {

constexpr std::string_view kBelowApplication = "/v1/apps/{";

}  // namespace

base::Status OperationTable::RequireApplication(const model::OperationDescriptor& descriptor,
                                                const RawRequest& raw,
                                                Call& call) {
  // Both /v1/apps/{…} and /pinion/v1/apps/{…}.
  if (descriptor.path.find(kBelowApplication) == std::string_view::npos) {
    return {};
  }
  return call.services.applications.RequireExists(base::AppId(raw.path_parameters[0].value));
}

base::Status OperationTable::Check(std::span<const model::OperationDescriptor* const> all,
                                   std::span<const std::string_view> not_built) const {
  std::map<std::string_view, int> mentions;
  for (const Row& row : rows_) {
    ++mentions[row.descriptor->name];
  }
  for (const std::string_view name : not_built) {
    ++mentions[name];
  }
  std::string problems;
  for (const model::OperationDescriptor* operation : all) {
    const auto found = mentions.find(operation->name);
    if (found == mentions.end()) {
      problems += " " + std::string(operation->name) +
                  " has neither a row nor a place in the list of those not built.";
    } else if (found->second > 1) {
      problems += " " + std::string(operation->name) + " is there more than once.";
    }
    if (found != mentions.end()) {
      mentions.erase(found);
    }
  }
  for (const auto& [name, count] : mentions) {
    problems += " " + std::string(name) + " is not in the model.";
  }
  return problems.empty() ? base::Status() : base::Internal("Operation table:" + problems);
}

}  // namespace pinion::api
