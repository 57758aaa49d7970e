// For tests only: a blocking client that sends bytes as given, so that a test can say what no
// proper client would say, and a handler whose behaviour a test scripts.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/locked.h"
#include "http/server.h"

namespace pinion::http {

struct Reply {
  int status = 0;  // 0: the connection ended before a complete head
  std::string head;
  std::string body;

  // The value of a header line, or an empty text.
  std::string Header(std::string_view name) const {
    const std::string key = "\r\n" + std::string(name) + ": ";
    const size_t at = head.find(key);
    return at == std::string::npos
               ? std::string()
               : head.substr(at + key.size(), head.find('\r', at + 2) - at - key.size());
  }
};

class RawClient {
 public:
  explicit RawClient(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    // A broken server fails a test instead of hanging it.
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~RawClient() { close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  int socket() const { return socket_; }

  // False when the connection is gone.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  void EndOfSending() { shutdown(socket_, SHUT_WR); }

  // The next response; `kHead` for one without body whatever Content-Length says.
  enum class Expect { kBody, kHead };
  Reply Read(Expect expect = Expect::kBody) {
    Reply reply;
    size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!ReadSome()) {
        return reply;
      }
    }
    reply.head = received_.substr(0, end + 2);
    reply.status = std::atoi(reply.head.c_str() + std::string_view("HTTP/1.1 ").size());
    received_.erase(0, end + 4);
    const std::string length = reply.Header("Content-Length");
    const size_t size = expect == Expect::kHead || length.empty() ? 0 : std::stoul(length);
    while (received_.size() < size && ReadSome()) {
    }
    reply.body = received_.substr(0, size);
    received_.erase(0, size);
    return reply;
  }

  // True when the server ends the connection without another byte.
  bool AtEnd() { return received_.empty() && !ReadSome() && ended_; }

 private:
  bool ReadSome() {
    char buffer[4096];
    const ssize_t got = recv(socket_, buffer, sizeof(buffer), 0);
    ended_ = got == 0;
    if (got > 0) {
      received_.append(buffer, static_cast<size_t>(got));
    }
    return got > 0;
  }

  int socket_;
  bool connected_ = false;
  bool ended_ = false;
  std::string received_;
};

// Answers 200 with method, path and body, unless the test gives it something else to do.
class ScriptedHandler : public Handler {
 public:
  std::function<HeaderVerdict(const Request&)> on_headers;
  std::function<void(Request, Responder)> handle;

  HeaderVerdict OnHeaders(const Request& head) override {
    return on_headers ? on_headers(head) : HeaderVerdict{};
  }
  void Handle(Request request, Responder responder) override {
    if (handle) {
      handle(std::move(request), std::move(responder));
    } else {
      responder.Send(Text(request.method + " " + request.path + " " + request.body));
    }
  }

  static Response Text(std::string body, int status = 200) {
    Response response;
    response.status = status;
    response.headers.Add("Content-Type", "text/plain");
    response.body = std::move(body);
    return response;
  }
};

// Keeps requests until the test answers them.
class HeldRequests {
 public:
  struct Held {
    Request request;
    Responder responder;
  };

  void Add(Request request, Responder responder) {
    held_.Lock()->push_back(Held{std::move(request), std::move(responder)});
    wake_.notify_all();
  }
  // Waits for that many, and takes all of them.
  std::vector<Held> Take(size_t count) {
    auto held = held_.Lock();
    while (held->size() < count) {
      wake_.wait(held.lock());
    }
    std::vector<Held> taken;
    std::swap(taken, *held);
    return taken;
  }
  size_t size() { return held_.Lock()->size(); }

 private:
  base::Locked<std::vector<Held>> held_;
  std::condition_variable wake_;
};

// A started server on a free port of the loopback, with one io thread.
struct TestServer {
  explicit TestServer(Handler& handler, ConnectionLimits limits = {}, size_t connections_max = 100)
      : server(OptionsOf(limits, connections_max), handler, clock) {
    started = server.Start();
  }
  static ServerOptions OptionsOf(const ConnectionLimits& limits, size_t connections_max) {
    ServerOptions options;
    options.io_threads = 1;
    options.connections_max = connections_max;
    options.limits = limits;
    return options;
  }

  base::SystemClock clock;
  Server server;
  base::Result<void> started;
};

}  // namespace pinion::http
