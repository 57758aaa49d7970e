// Any bytes as a template, compiled and rendered under tight limits, must end without harm and
// within its limits. The first byte chooses the escaping and whether missing variables fail. Seeds:
// tests/templates/fuzz_corpus.js.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "templates/engine/sample_recipient.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pinion::templates;
  if (size == 0) {
    return 0;
  }
  static const SampleRecipient recipient;
  constexpr uint8_t kEscapings = 5;
  const auto escaping = static_cast<Escaping>(data[0] % kEscapings);
  const std::string_view source(reinterpret_cast<const char*>(data) + 1, size - 1);
  TemplateError error;
  const auto compiled = CompiledTemplate::Compile(source, {"Body", escaping}, &error);
  if (!compiled.ok()) {
    PINION_ASSERT(error.line >= 1 && error.column >= 1 && !error.reason.empty());
    return 0;
  }
  pinion::base::SeededRandom random(1);
  RenderOptions options;
  options.limits.nodes_max = 10'000;
  options.limits.loop_passes_max = 500;
  options.limits.output_bytes_max = 16 * 1024;
  options.missing = data[0] >= 128 ? MissingPolicy::kFail : MissingPolicy::kOmit;
  options.random = &random;
  std::string out;
  RenderReport report;
  const auto status = Render(*compiled, RecipientVariables(recipient.view), options, out, &report);
  if (status.ok()) {
    PINION_ASSERT(out.size() <= options.limits.output_bytes_max);
    PINION_ASSERT(report.nodes <= options.limits.nodes_max);
  } else {
    PINION_ASSERT(out.empty());
  }
  return 0;
}
