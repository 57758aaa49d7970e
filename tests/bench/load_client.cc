// pinion_bench_client: makes the rows of the benchmarks and drives the load against a server on
// loopback that lets everybody in. run.py calls it and reads the one line of JSON that a load
// prints.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "endpoint_rows.h"
#include "http_load.h"

namespace pinion::bench {

namespace {

constexpr const char* kUsage =
    "usage: pinion_bench_client document\n"
    "       pinion_bench_client columns|documents --endpoints N --file PATH\n"
    "       pinion_bench_client load --port P --app ID --endpoints N --connections C --batch B "
    "--seconds S\n"
    "       pinion_bench_client update --port P --app ID --endpoints N --connections C --seconds "
    "S\n"
    "       pinion_bench_client repeat --port P --path PATH --file BODY --calls N --seconds S\n";

// The options after the command: --name value.
class Options {
 public:
  Options(int argc, char** argv) {
    for (int i = 2; i + 1 < argc; i += 2) {
      values_[argv[i]] = argv[i + 1];
    }
  }
  std::string Text(const char* name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) {
      std::fprintf(stderr, "load client: option %s is missing\n%s", name, kUsage);
      std::exit(2);
    }
    return found->second;
  }
  uint64_t Number(const char* name) const { return std::strtoull(Text(name).c_str(), nullptr, 10); }

 private:
  std::map<std::string, std::string> values_;
};

LoadOptions ToLoad(const Options& options, size_t connections) {
  return {.port = static_cast<uint16_t>(options.Number("--port")),
          .connections = connections,
          .seconds_max = static_cast<double>(options.Number("--seconds"))};
}

float Percentile(const LoadResult& result, size_t percent) {
  const size_t size = result.milliseconds.size();
  return size == 0 ? 0 : result.milliseconds[(size - 1) * percent / 100];
}

int Print(const LoadResult& result, uint64_t rows) {
  std::printf(
      R"({"calls":%llu,"failures":%llu,"rows":%llu,"seconds":%.4f,"client_cpu_seconds":%.4f,)",
      static_cast<unsigned long long>(result.calls),
      static_cast<unsigned long long>(result.failures),
      static_cast<unsigned long long>(rows),
      result.seconds,
      result.client_cpu_seconds);
  std::printf(R"("p10_ms":%.4f,"p50_ms":%.4f,"p99_ms":%.4f,"max_ms":%.4f,"answer":)",
              static_cast<double>(Percentile(result, 10)),
              static_cast<double>(Percentile(result, 50)),
              static_cast<double>(Percentile(result, 99)),
              static_cast<double>(Percentile(result, 100)));
  std::printf("%s}\n", result.last_answer.empty() ? "null" : result.last_answer.c_str());
  return result.failures == 0 ? 0 : 1;
}

int PrintDocument() {
  std::string document;
  AppendDocument(1, 0, false, document);
  std::printf("%s\n", document.c_str());
  return 0;
}

// Documents are lines that PostgreSQL's COPY takes as they are: application, id and document,
// separated by tabs.
int WriteRows(const Options& options, bool columns) {
  std::ofstream file(options.Text("--file"), std::ios::binary);
  std::string line = columns ? ColumnNames() : "";
  const uint64_t count = options.Number("--endpoints");
  for (uint64_t number = 0; number < count; ++number) {
    if (columns) {
      AppendColumns(number, line);
    } else {
      line += "bench\t" + EndpointId(number) + '\t';
      AppendDocument(number, 0, false, line);
      line += '\n';
    }
    if (line.size() > 1U << 20U) {
      file << line;
      line.clear();
    }
  }
  file << line << std::flush;
  return file.good() ? 0 : 1;
}

int LoadByBatch(const Options& options) {
  const uint64_t count = options.Number("--endpoints");
  const uint64_t batch = options.Number("--batch");
  const std::string path = "/v1/apps/" + options.Text("--app") + "/endpoints";
  uint64_t number = 0;
  std::string body;
  const LoadResult result =
      RunLoad(ToLoad(options, options.Number("--connections")), [&](std::string& out) {
        if (number == count) {
          return;
        }
        body = R"({"Item":[)";
        for (uint64_t i = 0; i < batch && number < count; ++i, ++number) {
          body += i == 0 ? "" : ",";
          AppendDocument(number, 0, true, body);
        }
        body += "]}";
        AppendRequest("PUT", path, body, out);
      });
  return Print(result, number);
}

// Every call updates another endpoint of those that are there, spread over all of them, with other
// attributes.
int UpdateOneByOne(const Options& options) {
  const uint64_t count = options.Number("--endpoints");
  const std::string path = "/v1/apps/" + options.Text("--app") + "/endpoints/";
  constexpr uint64_t kStride = 7'368'787;  // a prime: no endpoint twice before all were there
  uint64_t calls = 0;
  std::string body;
  const LoadResult result =
      RunLoad(ToLoad(options, options.Number("--connections")), [&](std::string& out) {
        const uint64_t number = calls * kStride % count;
        body.clear();
        AppendDocument(number, calls / count + 1, false, body);
        AppendRequest("PUT", path + EndpointId(number), body, out);
        ++calls;
      });
  return Print(result, result.calls);
}

int Repeat(const Options& options) {
  std::ifstream file(options.Text("--file"), std::ios::binary);
  const std::string body{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::string request;
  AppendRequest("POST", options.Text("--path"), body, request);
  uint64_t left = options.Number("--calls");
  const LoadResult result = RunLoad(ToLoad(options, 1), [&](std::string& out) {
    if (left > 0) {
      --left;
      out = request;
    }
  });
  return Print(result, 0);
}

}  // namespace

int RunClient(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  const Options options(argc, argv);
  if (command == "document") {
    return PrintDocument();
  }
  if (command == "documents" || command == "columns") {
    return WriteRows(options, command == "columns");
  }
  if (command == "load") {
    return LoadByBatch(options);
  }
  if (command == "update") {
    return UpdateOneByOne(options);
  }
  if (command == "repeat") {
    return Repeat(options);
  }
  std::fputs(kUsage, stderr);
  return 2;
}

}  // namespace pinion::bench

int main(int argc, char** argv) {
  return pinion::bench::RunClient(argc, argv);
}
