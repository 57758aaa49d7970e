#include "http_load.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pinion::bench {

namespace {

using Moment = std::chrono::steady_clock::time_point;

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "load client: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

double SecondsSince(Moment start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

int Connect(uint16_t port) {
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (socket_fd < 0 ||
      connect(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    Fail("cannot connect");
  }
  const int on = 1;
  setsockopt(socket_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return socket_fd;
}

// What is known of an answer whose head is complete.
struct Answer {
  int status = 0;
  size_t head_size = 0;
  size_t body_size = 0;
};

// False while the head or the body is not complete. Only answers with Content-Length are
// understood.
bool ReadAnswer(std::string_view bytes, Answer& answer) {
  const size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return false;
  }
  answer.head_size = end + 4;
  answer.status = std::atoi(std::string(bytes.substr(9, 3)).c_str());
  constexpr std::string_view kName = "\r\ncontent-length:";
  answer.body_size = 0;
  for (size_t i = 0; i + kName.size() < end; ++i) {
    if (bytes[i] == '\r' && strncasecmp(bytes.data() + i, kName.data(), kName.size()) == 0) {
      answer.body_size = std::strtoul(bytes.data() + i + kName.size(), nullptr, 10);
      break;
    }
  }
  return bytes.size() >= answer.head_size + answer.body_size;
}

struct Connection {
  int fd = -1;
  std::string out;
  std::string in;
  Moment begun;
};

class Load {
 public:
  Load(const LoadOptions& options, const NextRequest& next)
      : next_(next), seconds_max_(options.seconds_max), connections_(options.connections) {
    poll_ = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < connections_.size(); ++i) {
      connections_[i].fd = Connect(options.port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      epoll_ctl(poll_, EPOLL_CTL_ADD, connections_[i].fd, &event);
    }
  }
  ~Load() {
    for (const Connection& connection : connections_) {
      close(connection.fd);
    }
    close(poll_);
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  LoadResult Run() {
    start_ = std::chrono::steady_clock::now();
    const double cpu_before = CpuSeconds();
    for (Connection& connection : connections_) {
      Begin(connection);
    }
    std::array<epoll_event, 64> events{};
    while (in_flight_ > 0) {
      const int count = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        Read(connections_[events[static_cast<size_t>(i)].data.u64]);
      }
    }
    result_.seconds = SecondsSince(start_);
    result_.client_cpu_seconds = CpuSeconds() - cpu_before;
    std::sort(result_.milliseconds.begin(), result_.milliseconds.end());
    return std::move(result_);
  }

 private:
  // The sockets block: a request is far smaller than what the server takes up at once.
  void Begin(Connection& connection) {
    connection.out.clear();
    if (SecondsSince(start_) < seconds_max_) {
      next_(connection.out);
    }
    if (connection.out.empty()) {
      return;
    }
    connection.begun = std::chrono::steady_clock::now();
    ++in_flight_;
    size_t written = 0;
    while (written < connection.out.size()) {
      const ssize_t size =
          write(connection.fd, connection.out.data() + written, connection.out.size() - written);
      if (size <= 0) {
        Fail("cannot write");
      }
      written += static_cast<size_t>(size);
    }
  }

  void Read(Connection& connection) {
    std::array<char, 65536> bytes;
    const ssize_t size = read(connection.fd, bytes.data(), bytes.size());
    if (size <= 0) {
      Fail("the server closed the connection");
    }
    connection.in.append(bytes.data(), static_cast<size_t>(size));
    Answer answer;
    if (!ReadAnswer(connection.in, answer)) {
      return;
    }
    result_.milliseconds.push_back(static_cast<float>(SecondsSince(connection.begun) * 1e3));
    ++result_.calls;
    const bool failed = answer.status < 200 || answer.status > 299;
    if (failed || result_.failures == 0) {
      result_.last_answer.assign(connection.in, answer.head_size, answer.body_size);
    }
    result_.failures += failed ? 1 : 0;
    connection.in.erase(0, answer.head_size + answer.body_size);
    --in_flight_;
    Begin(connection);
  }

  const NextRequest& next_;
  double seconds_max_;
  std::vector<Connection> connections_;
  int poll_ = -1;
  Moment start_;
  size_t in_flight_ = 0;
  LoadResult result_;
};

}  // namespace

void AppendRequest(const char* method,
                   const std::string& path,
                   const std::string& body,
                   std::string& out) {
  out += method;
  out += ' ';
  out += path;
  out += " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ";
  out += std::to_string(body.size());
  out += "\r\n\r\n";
  out += body;
}

LoadResult RunLoad(const LoadOptions& options, const NextRequest& next) {
  return Load(options, next).Run();
}

}  // namespace pinion::bench
