#include "api/operation_table.h"

#include <algorithm>

#include "model/apps.h"

namespace pinion::api {

namespace {

constexpr std::string_view kBelowApplication = "/v1/apps/{";

// Sentences about names that are there twice or are no operation.
std::string Wrong(std::vector<std::string_view> names,
                  std::span<const model::OperationDescriptor* const> all) {
  std::string problems;
  std::sort(names.begin(), names.end());
  for (size_t i = 0; i < names.size(); ++i) {
    const bool known = std::any_of(
        all.begin(), all.end(), [&](const auto* operation) { return operation->name == names[i]; });
    if (!known) {
      problems += " " + std::string(names[i]) + " is not in the model.";
    }
    if (i > 0 && names[i] == names[i - 1]) {
      problems += " " + std::string(names[i]) + " is there more than once.";
    }
  }
  return problems;
}

base::Status Report(const std::string& problems) {
  return problems.empty() ? base::Status() : base::Internal("Operation table:" + problems);
}

}  // namespace

base::Result<OperationTable::Use> OperationTable::UseApplication(
    const model::OperationDescriptor& descriptor, const RawRequest& raw, Call& call) {
  // Both /v1/apps/{…} and /pinion/v1/apps/{…}. A deletion waits for all other uses, so it is none
  // itself.
  if (descriptor.path.find(kBelowApplication) == std::string_view::npos ||
      descriptor.name == model::ops::DeleteApp::kName) {
    return Use();
  }
  PINION_TRY(auto use,
             call.services.applications.UseForCall(base::AppId(raw.path_parameters[0].value)));
  return Use(std::move(use));
}

base::Status OperationTable::Check(std::span<const model::OperationDescriptor* const> all) const {
  std::vector<std::string_view> names;
  for (const Row& row : rows_) {
    names.push_back(row.descriptor->name);
  }
  return Report(Wrong(names, all));
}

base::Status OperationTable::CheckComplete(std::span<const model::OperationDescriptor* const> all,
                                           std::span<const std::string_view> not_built) const {
  std::vector<std::string_view> names(not_built.begin(), not_built.end());
  for (const Row& row : rows_) {
    names.push_back(row.descriptor->name);
  }
  std::string problems = Wrong(names, all);
  for (const model::OperationDescriptor* operation : all) {
    if (std::find(names.begin(), names.end(), operation->name) == names.end()) {
      problems += " " + std::string(operation->name) +
                  " has neither a row nor a place in the list of those not built.";
    }
  }
  return Report(problems);
}

}  // namespace pinion::api
