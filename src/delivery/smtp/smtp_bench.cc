// Emails a second into Postfix's smtp-sink on loopback: this transport, building of the message
// included, beside Postfix's own smtp-source with as many sessions. Both programs come with
// Postfix; without them the benchmarks are skipped.
#include <csignal>
#include <cstdlib>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "delivery/smtp/smtp_transport.h"

namespace pinion::delivery::smtp {
namespace {

constexpr const char* kSinkProgram = "/usr/sbin/smtp-sink";
constexpr const char* kSourceProgram = "/usr/sbin/smtp-source";
constexpr int kSourceMessages = 20'000;
constexpr size_t kContentBytes = 2048;
constexpr int kInHandMax = 256;

// A program that runs as long as this object lives.
class Program {
 public:
  explicit Program(std::vector<std::string> command) {
    std::vector<char*> arguments;
    for (std::string& word : command) {
      arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    started_ = posix_spawn(&pid_, arguments[0], nullptr, nullptr, arguments.data(), environ) == 0;
  }
  ~Program() {
    if (started_) {
      kill(pid_, SIGTERM);
      Wait();
    }
  }
  bool Wait() {
    int status = 0;
    const bool ended = started_ && waitpid(pid_, &status, 0) == pid_;
    started_ = false;
    return ended && status == 0;
  }

 private:
  pid_t pid_ = 0;
  bool started_ = false;
};

// A loopback socket on a port of the system's choice, or one that tries to connect to `port`.
class LoopbackSocket {
 public:
  LoopbackSocket() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  ~LoopbackSocket() { close(socket_); }
  uint16_t FreePort() {
    socklen_t size = sizeof(address_);
    bind(socket_, reinterpret_cast<const sockaddr*>(&address_), size);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &size);
    return ntohs(address_.sin_port);
  }
  bool Connects(uint16_t port) {
    address_.sin_port = htons(port);
    return connect(socket_, reinterpret_cast<const sockaddr*>(&address_), sizeof(address_)) == 0;
  }

 private:
  int socket_;
  sockaddr_in address_{};
};

class Sink {
 public:
  Sink()
      : port_(LoopbackSocket().FreePort()),
        address_("127.0.0.1:" + std::to_string(port_)),
        program_({kSinkProgram, "-u", "nobody", address_, "1000"}) {}
  // False when the sink does not come up within five seconds.
  bool WaitUntilUp() const {
    for (int attempt = 0; attempt < 500; ++attempt) {
      if (LoopbackSocket().Connects(port_)) {
        return true;
      }
      usleep(10'000);
    }
    return false;
  }
  uint16_t port() const { return port_; }
  const std::string& address() const { return address_; }

 private:
  uint16_t port_;
  std::string address_;
  Program program_;
};

OutboundMessage AMessage(size_t number) {
  OutboundMessage message;
  message.id = base::MessageId("m" + std::to_string(number));
  message.channel = "EMAIL";
  message.address = "jo@example.com";
  message.created_at = base::TimestampFromMillis(1'795'442'700'000);
  message.email = EmailContent{};
  message.email->from = "Shop <news@shop.example>";
  message.email->envelope_from = "b+m1@shop.example";
  message.email->subject = "Your order is on its way";
  message.email->text = std::string(kContentBytes / 4, 'x');
  message.email->html = "<p>" + std::string(kContentBytes / 2, 'y') + "</p>";
  return message;
}

void SmtpTransportIntoSink(benchmark::State& state) {
  Sink sink;
  if (!sink.WaitUntilUp()) {
    state.SkipWithError("smtp-sink does not run");
    return;
  }
  IoThread io;
  SmtpSettings settings;
  settings.host = "127.0.0.1";
  settings.port = sink.port();
  settings.security = Security::kNone;
  settings.max_connections = static_cast<size_t>(state.range(0));
  auto transport = SmtpTransport::Create(settings, io);
  const auto in_hand = static_cast<int>((*transport)->parallel_max());
  std::counting_semaphore<kInHandMax> places(in_hand);
  std::atomic<int64_t> failures = 0;

  size_t number = 0;
  for (auto _ : state) {
    places.acquire();
    (*transport)->Send(AMessage(++number), [&](const Outcome& outcome) {
      failures += outcome.kind == Outcome::Kind::kDelivered ? 0 : 1;
      places.release();
    });
  }
  for (int place = 0; place < in_hand; ++place) {
    places.acquire();
  }
  transport->reset();
  if (failures != 0) {
    state.SkipWithError("some messages were not taken");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(SmtpTransportIntoSink)->Arg(1)->Arg(4)->Arg(8)->UseRealTime();

// The reference: one iteration is a whole run of smtp-source.
void SmtpSourceIntoSink(benchmark::State& state) {
  Sink sink;
  if (!sink.WaitUntilUp()) {
    state.SkipWithError("smtp-sink does not run");
    return;
  }
  for (auto _ : state) {
    Program source({kSourceProgram,
                    "-d",
                    "-s",
                    std::to_string(state.range(0)),
                    "-m",
                    std::to_string(kSourceMessages),
                    "-l",
                    std::to_string(kContentBytes),
                    "-f",
                    "b+m1@shop.example",
                    "-t",
                    "jo@example.com",
                    sink.address()});
    if (!source.Wait()) {
      state.SkipWithError("smtp-source failed");
      return;
    }
  }
  state.SetItemsProcessed(state.iterations() * kSourceMessages);
}
BENCHMARK(SmtpSourceIntoSink)->Arg(1)->Arg(4)->Arg(8)->UseRealTime();

}  // namespace
}  // namespace pinion::delivery::smtp

BENCHMARK_MAIN();
