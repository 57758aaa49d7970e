// OperationDescriptor: what is known of an operation at run time: route, status, types. The
// generated `ops::` structs say the same at compile time; kAllOperations in the generated
// model/operations.h lists all of them.
#pragma once

#include <string_view>

#include "model/type_descriptor.h"

namespace pinion::model {

struct OperationDescriptor {
  std::string_view name;
  std::string_view method;
  std::string_view path;  // "/v1/apps/{application-id}/campaigns"; parameters in braces
  int success_status = 200;
  bool native = false;  // Pinion's own, below /pinion/
  // The request structure: its fields tell by `location` what comes from path, query and body.
  const TypeDescriptor* request = nullptr;
  const TypeDescriptor* response = nullptr;  // Empty if the operation answers nothing
};

}  // namespace pinion::model
