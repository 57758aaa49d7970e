// One definition of an import file, whatever the file's form. A plain value.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "model/endpoints.h"

namespace pinion::jobs {

struct ImportRow {
  std::string id;  // "" if the row has none
  model::EndpointRequest request;
  std::optional<base::Timestamp> creation_date;  // JOB-35
};

}  // namespace pinion::jobs
