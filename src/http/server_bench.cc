// Requests per second of the HTTP server with a handler that answers at once.
//   server_bench                    clients in this process over loopback, keep-alive
//   server_bench serve PORT THREADS serves until the input ends, for wrk and the like; port 0 is
//                                   any free one, and the port is printed
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/server.h"

namespace pinion::http {
namespace {

constexpr std::string_view kRequest =
    "GET /v1/apps/0123456789abcdef0123456789abcdef/endpoints/e1 HTTP/1.1\r\n"
    "Host: 127.0.0.1:8080\r\n"
    "User-Agent: bench/1.0\r\n"
    "X-Amz-Date: 20261123T111500Z\r\n"
    "Accept: */*\r\n\r\n";

class EchoHandler final : public Handler {
 public:
  void Handle(Request request, Responder responder) override {
    Response response;
    response.headers.Add("Content-Type", "application/json");
    response.body = R"({"Id":")" + request.path + "\"}";
    responder.Send(std::move(response));
  }
};

int Connect(uint16_t port) {
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  const int on = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return client;
}

// Sends `depth` requests on every connection, then reads the answers, again and again.
uint64_t RunClient(uint16_t port, size_t connections, size_t depth, std::atomic<bool>& stop) {
  std::vector<int> clients;
  std::string requests;
  for (size_t i = 0; i < connections; ++i) {
    clients.push_back(Connect(port));
  }
  for (size_t i = 0; i < depth; ++i) {
    requests += kRequest;
  }
  std::array<char, 16384> buffer{};
  uint64_t answers = 0;
  while (!stop.load()) {
    for (const int client : clients) {
      if (write(client, requests.data(), requests.size()) < 0) {
        std::perror("write");
        std::exit(1);
      }
    }
    for (const int client : clients) {
      // Every answer has the one brace that closes its body.
      for (size_t outstanding = depth; outstanding > 0;) {
        const ssize_t got = read(client, buffer.data(), buffer.size());
        if (got <= 0) {
          std::perror("read");
          std::exit(1);
        }
        for (const char c : std::string_view(buffer.data(), static_cast<size_t>(got))) {
          outstanding -= c == '}' ? 1 : 0;
        }
      }
      answers += depth;
    }
  }
  for (const int client : clients) {
    close(client);
  }
  return answers;
}

void Measure(size_t io_threads, size_t connections, size_t depth) {
  constexpr std::chrono::seconds kDuration{2};
  EchoHandler handler;
  const base::SystemClock clock;
  ServerOptions options;
  options.io_threads = io_threads;
  Server server(options, handler, clock);
  if (!server.Start().ok()) {
    std::fprintf(stderr, "cannot start\n");
    std::exit(1);
  }
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> answers{0};
  const auto begin = std::chrono::steady_clock::now();
  std::thread client([&] { answers = RunClient(server.port(), connections, depth, stop); });
  std::this_thread::sleep_for(kDuration);
  stop = true;
  client.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("io_threads=%zu connections=%zu pipelined=%zu  %.0f requests/s\n",
              io_threads,
              connections,
              depth,
              static_cast<double>(answers.load()) / took.count());
}

int Serve(uint16_t port, size_t io_threads) {
  EchoHandler handler;
  const base::SystemClock clock;
  ServerOptions options;
  options.io_threads = io_threads;
  options.listen.front().port = port;
  Server server(options, handler, clock);
  const base::Result<void> started = server.Start();
  if (!started.ok()) {
    std::fprintf(stderr, "%s\n", started.error().message.c_str());
    return 1;
  }
  std::printf("%u\n", static_cast<unsigned>(server.port()));
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}

}  // namespace
}  // namespace pinion::http

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "serve") {
    return pinion::http::Serve(static_cast<uint16_t>(std::atoi(argv[2])),
                               static_cast<size_t>(std::atoi(argv[3])));
  }
  pinion::http::Measure(1, 64, 1);
  pinion::http::Measure(1, 64, 16);
  pinion::http::Measure(2, 64, 1);
  return 0;
}
