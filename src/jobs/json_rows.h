// Rows of a JSON import: one object a line, in the form of an EndpointRequest plus `Id` (JOB-50,
// JOB-51). Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "jobs/import_row.h"

namespace pinion::jobs {

// kInvalidArgument with the reason, as it goes into the job's failures.
base::Result<ImportRow> ReadJsonRow(std::string_view line);

}  // namespace pinion::jobs
