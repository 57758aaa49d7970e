// Rendering: a compiled template and a source of variables → text. Thread-safe: a call shares
// nothing with another.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "templates/engine/compiled_template.h"
#include "templates/engine/helper.h"
#include "templates/engine/variable_source.h"

namespace pinion::templates {

// What becomes of a message that prints a variable for which nothing is found (TPL-79).
enum class MissingPolicy { kOmit, kFail };

struct RenderOptions {
  base::Timestamp now;
  RenderLimits limits;
  MissingPolicy missing = MissingPolicy::kOmit;
  // For `uuid`; without it a template that calls it fails.
  base::RandomSource* random = nullptr;
};

// Which variables a rendering met, as written, in order of appearance (TPL-101). The views belong
// to the template.
struct RenderReport {
  std::vector<std::string_view> variables;
  std::vector<std::string_view> missing;
  std::vector<std::string_view> defaulted;
  // What of RenderLimits::nodes_max was used.
  size_t nodes = 0;
};

// Appends the rendered part to `out`, which keeps its capacity when it is cleared and used again.
// kInvalidArgument with `Rendering failed: …` where TPL-93 says so; `out` is then as it was.
// `report` may be null.
base::Status Render(const CompiledTemplate& compiled,
                    const VariableSource& source,
                    const RenderOptions& options,
                    std::string& out,
                    RenderReport* report = nullptr);

}  // namespace pinion::templates
