#include "server/local_client.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <memory>
#include <string_view>

#include <netdb.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
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

template <auto free_it>
struct FreedBy {
  template <class T>
  void operator()(T* object) const {
    free_it(object);
  }
};
using Certificate = std::unique_ptr<X509, FreedBy<X509_free>>;
using TlsContext = std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>>;
using TlsSession = std::unique_ptr<SSL, FreedBy<SSL_free>>;
using Bio = std::unique_ptr<BIO, FreedBy<BIO_free>>;

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

// The first certificate of a PEM file, which is the server's own.
base::Result<Certificate> ReadCertificate(const std::string& path) {
  const Bio file(BIO_new_file(path.c_str(), "r"));
  Certificate certificate(
      file == nullptr ? nullptr : PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) {
    return base::InvalidArgument("The certificate in '" + path + "' cannot be read.");
  }
  return certificate;
}

// Neither issuer nor name nor date count: it must be the very certificate that is configured. The
// handshake then proves that who answers has its key.
int IsConfigured(X509_STORE_CTX* presented, void* configured) {
  const X509* leaf = X509_STORE_CTX_get0_cert(presented);
  const bool same = leaf != nullptr && X509_cmp(leaf, static_cast<X509*>(configured)) == 0;
  X509_STORE_CTX_set_error(presented, same ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
  return same ? 1 : 0;
}

// One connection, in clear or over TLS.
class Connection {
 public:
  explicit Connection(const ListenAddress& address) : socket_(Connect(address)) {}

  base::Status Secure(const std::string& certificate_path) {
    PINION_TRY(certificate_, ReadCertificate(certificate_path));
    context_.reset(SSL_CTX_new(TLS_client_method()));
    // The end of the connection is the end of the answer, said politely or not.
    SSL_CTX_set_options(context_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context_.get(), IsConfigured, certificate_.get());
    session_.reset(SSL_new(context_.get()));
    if (session_ == nullptr || SSL_set_fd(session_.get(), socket_.get()) != 1) {
      return base::Unavailable("TLS cannot be set up.");
    }
    // OpenSSL writes without MSG_NOSIGNAL.
    std::signal(SIGPIPE, SIG_IGN);
    if (SSL_connect(session_.get()) == 1) {
      return {};
    }
    return base::Unavailable(SSL_get_verify_result(session_.get()) == X509_V_ERR_CERT_REJECTED
                                 ? "What answers there has another certificate than the one in '" +
                                       certificate_path + "'."
                                 : "What answers there does not speak TLS as it should.");
  }

  bool connected() const { return socket_.get() >= 0; }

  bool Send(std::string_view text) {
    if (session_ != nullptr) {
      return SSL_write(session_.get(), text.data(), static_cast<int>(text.size())) > 0;
    }
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent < 0) {
        return false;
      }
      text.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // As recv: 0 at the end, below 0 on a failure.
  ssize_t Receive(char* buffer, size_t size) {
    if (session_ == nullptr) {
      return ::recv(socket_.get(), buffer, size, 0);
    }
    const int got = SSL_read(session_.get(), buffer, static_cast<int>(size));
    if (got > 0) {
      return got;
    }
    return SSL_get_error(session_.get(), got) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
  }

 private:
  const Socket socket_;
  Certificate certificate_;
  TlsContext context_;
  TlsSession session_;
};

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

base::Result<LocalAnswer> AskServer(const Config& config, const LocalRequest& request) {
  Connection connection(config.tls() ? config.tls_listen.value_or(config.listen) : config.listen);
  if (!connection.connected()) {
    return NoAnswer();
  }
  if (config.tls()) {
    PINION_CHECK(connection.Secure(config.tls_certificate));
  }
  const std::string text =
      request.method + " " + request.path + (request.query.empty() ? "" : "?") + request.query +
      " HTTP/1.1\r\nHost: " + kLocalHost +
      "\r\nConnection: close\r\nContent-Length: " + std::to_string(request.body.size()) + "\r\n" +
      std::string(request.headers.wire_text()) + "\r\n" + request.body;
  if (!connection.Send(text)) {
    return NoAnswer();
  }
  std::string answer;
  char buffer[4096];
  ssize_t got = 0;
  while (answer.size() < kAnswerBytesMax &&
         (got = connection.Receive(buffer, sizeof(buffer))) > 0) {
    answer.append(buffer, static_cast<size_t>(got));
  }
  if (got < 0) {
    return NoAnswer();
  }
  return Parse(answer);
}

}  // namespace pinion::server
