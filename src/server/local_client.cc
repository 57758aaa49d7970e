#include "server/local_client.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace pinion::server {

namespace {

constexpr time_t kTimeoutSeconds = 5;
constexpr size_t kAnswerBytesMax = size_t{16} * 1024 * 1024;

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

base::Error NoAnswer() {
  return base::Unavailable(std::string("The server does not answer: ") + std::strerror(errno) +
                           ".");
}

// A server that listens everywhere is asked on this machine.
std::string HostToAsk(const ListenAddress& address) {
  if (address.host == "0.0.0.0") {
    return "127.0.0.1";
  }
  return address.host == "::" ? "::1" : address.host;
}

int Connect(const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(
          HostToAsk(address).c_str(), std::to_string(address.port).c_str(), &hints, &found) != 0) {
    errno = EADDRNOTAVAIL;
    return -1;
  }
  const int descriptor = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval timeout{kTimeoutSeconds, 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  const bool connected = ::connect(descriptor, found->ai_addr, found->ai_addrlen) == 0;
  ::freeaddrinfo(found);
  if (!connected) {
    ::close(descriptor);
    return -1;
  }
  return descriptor;
}

base::Result<LocalAnswer> Parse(std::string_view text) {
  constexpr std::string_view kStart = "HTTP/1.1 ";
  const size_t body = text.find("\r\n\r\n");
  LocalAnswer answer;
  if (!text.starts_with(kStart) || body == std::string_view::npos ||
      std::from_chars(text.data() + kStart.size(), text.data() + text.size(), answer.status).ec !=
          std::errc()) {
    return base::Unavailable("What answers there is no Pinion server.");
  }
  answer.body = text.substr(body + 4);
  return answer;
}

}  // namespace

base::Result<LocalAnswer> AskServer(const ListenAddress& address, const LocalRequest& request) {
  const Socket socket(Connect(address));
  if (socket.get() < 0) {
    return NoAnswer();
  }
  const std::string text =
      request.method + " " + request.path + (request.query.empty() ? "" : "?") + request.query +
      " HTTP/1.1\r\nHost: " + kLocalHost +
      "\r\nConnection: close\r\nContent-Length: " + std::to_string(request.body.size()) + "\r\n" +
      std::string(request.headers.wire_text()) + "\r\n" + request.body;
  if (::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) {
    return NoAnswer();
  }
  std::string answer;
  char buffer[4096];
  ssize_t got = 0;
  while (answer.size() < kAnswerBytesMax &&
         (got = ::recv(socket.get(), buffer, sizeof(buffer), 0)) > 0) {
    answer.append(buffer, static_cast<size_t>(got));
  }
  if (got < 0) {
    return NoAnswer();
  }
  return Parse(answer);
}

}  // namespace pinion::server
