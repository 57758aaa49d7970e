// Any bytes as a template, compiled and rendered under tight limits, must end without harm.
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
  const auto escaping = static_cast<Escaping>(data[0] % 5);
  const std::string_view source(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto compiled = CompiledTemplate::Compile(source, {"Body", escaping});
  if (!compiled.ok()) {
    return 0;
  }
  pinion::base::SeededRandom random(1);
  RenderOptions options;
  options.limits.nodes_max = 10'000;
  options.limits.loop_passes_max = 500;
  options.limits.output_bytes_max = 16 * 1024;
  options.random = &random;
  std::string out;
  RenderReport report;
  const auto status = Render(*compiled, RecipientVariables(recipient.view), options, out, &report);
  PINION_ASSERT(status.ok() || out.empty());
  return 0;
}
