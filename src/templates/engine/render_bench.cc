// How fast a small personalised email renders: a few variables, one if, one each (the case of
// DESIGN: five times handlebars.js). Items per second are renderings.
#include <benchmark/benchmark.h>

#include "templates/engine/sample_recipient.h"

namespace pinion::templates {
namespace {

constexpr std::string_view kEmail =
    "<html><body><p>Dear {{User.UserAttributes.FirstName}},</p>\n"
    "<p>your order from {{Location.City}} has been sent to {{Address}}.</p>\n"
    "{{#if Attributes.Name}}<p>Thank you, {{Attributes.Name}}!</p>{{else}}<p>Thank "
    "you!</p>{{/if}}\n"
    "<ul>{{#each Attributes.Color}}<li>{{this}}</li>{{/each}}</ul>\n"
    "<p>Yours, {{Offer}}</p></body></html>";

void RenderInto(benchmark::State& state, std::string_view source, Escaping escaping) {
  const SampleRecipient recipient;
  const auto compiled = CompiledTemplate::Compile(source, {"HtmlPart", escaping});
  const RecipientVariables variables(recipient.view);
  RenderOptions options;
  options.now = base::TimestampFromMillis(1'600'554'645'678);
  std::string out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(Render(*compiled, variables, options, out).ok());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(out.size()));
}

void BM_PersonalisedEmail(benchmark::State& state) {
  RenderInto(state, kEmail, Escaping::kHtml);
}
BENCHMARK(BM_PersonalisedEmail);

void BM_ShortSms(benchmark::State& state) {
  RenderInto(state, "Hi {{FirstName}}, your code is {{Visits}}.", Escaping::kNone);
}
BENCHMARK(BM_ShortSms);

void BM_Helpers(benchmark::State& state) {
  RenderInto(state,
             "{{upper Name}} {{add Visits 1}} {{#if (gt Visits 2)}}{{join Color \", \"}}{{/if}} "
             "{{dateFormat Joined \"long\" tz=\"Asia/Tokyo\"}}",
             Escaping::kNone);
}
BENCHMARK(BM_Helpers);

void BM_CompileEmail(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(CompiledTemplate::Compile(kEmail, {"HtmlPart", Escaping::kHtml}).ok());
  }
}
BENCHMARK(BM_CompileEmail);

}  // namespace
}  // namespace pinion::templates

BENCHMARK_MAIN();
