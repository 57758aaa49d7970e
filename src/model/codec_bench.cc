// What decoding and encoding cost, beside simdjson's own full parse of the same text.
#include <string>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "model/codec.h"
#include "model/endpoints.h"
#include "model/events.h"

namespace pinion::model {
namespace {

// An endpoint of about 1 KB, as mobile SDKs send it.
std::string EndpointJson() {
  std::string attributes;
  for (int i = 0; i < 12; ++i) {
    attributes += (i > 0 ? ",\"" : "\"") + std::string("attribute_") + std::to_string(i) +
                  "\":[\"value " + std::to_string(i * 7919) + "\"]";
  }
  return R"({"Address":"d3b07384d113edec49eaa6238ad5ff00c3b07384d113edec49eaa6238ad5ff00","Attributes":{)" +
         attributes +
         R"(},"ChannelType":"APNS","Demographic":{"AppVersion":"4.12.1","Locale":"en_GB","Make":"Apple",)"
         R"("Model":"iPhone14,2","Platform":"ios","PlatformVersion":"17.2","Timezone":"Europe/Oslo"},)"
         R"("EffectiveDate":"2026-11-23T11:15:00.000Z","Location":{"City":"Oslo","Country":"NO",)"
         R"("Latitude":59.9139,"Longitude":10.7522,"PostalCode":"0150"},"Metrics":{"visits":42,"score":7.25},)"
         R"("OptOut":"NONE","User":{"UserId":"user-8812345","UserAttributes":{"plan":["gold"],"langs":["en","no"]}}})";
}

std::string EventsJson() {
  std::string events;
  for (int i = 0; i < 100; ++i) {
    events += (i > 0 ? ",\"e" : "\"e") + std::to_string(i) +
              R"(":{"EventType":"product.viewed","Timestamp":"2026-11-23T11:15:00.000Z",)"
              R"("Attributes":{"sku":"A-17","category":"shoes"},"Metrics":{"price":99.9}})";
  }
  return R"({"BatchItem":{"endpoint-1":{"Endpoint":{},"Events":{)" + events + "}}}}";
}

template <class T>
void DecodeText(benchmark::State& state, const std::string& json) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(Decode<T>(json).ok());
  }
  state.SetBytesProcessed(static_cast<int64_t>(json.size()) * state.iterations());
}

void DecodeEndpoint(benchmark::State& state) {
  DecodeText<EndpointRequest>(state, EndpointJson());
}
BENCHMARK(DecodeEndpoint);

void DecodeHundredEvents(benchmark::State& state) {
  DecodeText<EventsRequest>(state, EventsJson());
}
BENCHMARK(DecodeHundredEvents);

void ParseEndpointWithSimdjson(benchmark::State& state) {
  const std::string json = EndpointJson();
  simdjson::dom::parser parser;
  for (auto _ : state) {
    benchmark::DoNotOptimize(parser.parse(json).error());
  }
  state.SetBytesProcessed(static_cast<int64_t>(json.size()) * state.iterations());
}
BENCHMARK(ParseEndpointWithSimdjson);

void EncodeEndpoint(benchmark::State& state) {
  const EndpointRequest endpoint = *Decode<EndpointRequest>(EndpointJson());
  std::string out;
  for (auto _ : state) {
    out.clear();
    Encode(endpoint, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(static_cast<int64_t>(out.size()) * state.iterations());
}
BENCHMARK(EncodeEndpoint);

}  // namespace
}  // namespace pinion::model

BENCHMARK_MAIN();
