// A plain HTTP/1.1 load: a number of kept connections to a loopback port, one request in flight on
// each, driven by one thread, so that the client costs little beside the server. One instance per
// run; not thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace pinion::bench {

struct LoadOptions {
  uint16_t port = 0;
  size_t connections = 1;
  double seconds_max = 0;  // no request is begun after it
};

struct LoadResult {
  uint64_t calls = 0;
  uint64_t failures = 0;  // answers other than 2xx
  double seconds = 0;
  double client_cpu_seconds = 0;
  std::vector<float> milliseconds;  // of every call, sorted
  std::string last_answer;          // the body of one answer; of a failure, if there was one
};

// Appends the next whole request (head and body) to the empty string, or leaves it empty: no more
// requests.
using NextRequest = std::function<void(std::string&)>;

// A request of JSON to 127.0.0.1.
void AppendRequest(const char* method,
                   const std::string& path,
                   const std::string& body,
                   std::string& out);

// Ends the program with a message if the server cannot be reached or breaks the connection.
LoadResult RunLoad(const LoadOptions& options, const NextRequest& next);

}  // namespace pinion::bench
