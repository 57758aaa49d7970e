#include "delivery/smtp/fake_smtp_server.h"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pinion::delivery::smtp {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using boost::system::error_code;

struct Rule {
  std::string prefix;
  std::string reply;
  int times = -1;
};

struct PemPair {
  std::string certificate;
  std::string key;
};

std::string BioText(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

// A certificate that vouches for itself.
PemPair MakeCertificate(const std::string& alternative_names) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(
      name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_names.c_str());
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate, key, EVP_sha256());

  BIO* certificate_bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(certificate_bio, certificate);
  BIO* key_bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(key_bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  PemPair pair{BioText(certificate_bio), BioText(key_bio)};
  BIO_free(certificate_bio);
  BIO_free(key_bio);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return pair;
}

std::string WriteTempFile(const std::string& content) {
  std::string path = ::testing::TempDir() + "pinion_smtp_cert_XXXXXX";
  const int file = mkstemp(path.data());
  FILE* stream = fdopen(file, "w");
  std::fwrite(content.data(), 1, content.size(), stream);
  std::fclose(stream);
  return path;
}

}  // namespace

struct FakeSmtpServer::State {
  State() : tls(asio::ssl::context::tls_server), acceptor(io) {}

  std::vector<std::string> keywords = {"PIPELINING", "8BITMIME"};
  Tls mode = Tls::kNone;
  std::string greeting = "220 fake.example ESMTP";
  int hang_up_after = -1;
  std::string certificate_file;

  asio::io_context io;
  asio::ssl::context tls;
  Tcp::acceptor acceptor;
  std::thread accept_thread;

  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::vector<Rule> rules;
  std::vector<Rule> content_rules;
  std::vector<std::string> lines;
  std::vector<std::string> encrypted_lines;
  std::vector<std::string> contents;
  std::vector<std::thread> threads;
  std::vector<int> sockets;
  int connections = 0;
  int open_connections = 0;
  int open_connections_max = 0;
  int pipelined_lines = 0;

  static std::optional<std::string> Apply(std::vector<Rule>& rules, const std::string& line) {
    for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
      if (rule->times != 0 && line.starts_with(rule->prefix)) {
        rule->times -= rule->times > 0 ? 1 : 0;
        return rule->reply;
      }
    }
    return std::nullopt;
  }
};

namespace {

// One connection, served on a thread of its own with blocking reads.
class Conversation {
 public:
  Conversation(FakeSmtpServer::State& state, Tcp::socket socket)
      : state_(state), stream_(std::move(socket), state.tls) {}

  void Run() {
    if (state_.mode == FakeSmtpServer::Tls::kImplicit && !Handshake()) {
      return;
    }
    if (!Say(state_.greeting)) {
      return;
    }
    std::string line;
    while (ReadLine(line)) {
      if (!Answer(line)) {
        break;
      }
    }
    error_code ignored;
    stream_.next_layer().shutdown(Tcp::socket::shutdown_both, ignored);
  }

 private:
  bool Handshake() {
    error_code error;
    stream_.handshake(asio::ssl::stream_base::server, error);
    encrypted_ = !error;
    return encrypted_;
  }

  bool ReadLine(std::string& line) {
    while (buffer_.find("\r\n") == std::string::npos) {
      char bytes[4096];
      error_code error;
      const size_t count = encrypted_ ? stream_.read_some(asio::buffer(bytes), error)
                                      : stream_.next_layer().read_some(asio::buffer(bytes), error);
      if (error) {
        return false;
      }
      buffer_.append(bytes, count);
    }
    const size_t end = buffer_.find("\r\n");
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return true;
  }

  bool Say(const std::string& reply) {
    if (reply == kHangUp) {
      return false;
    }
    if (reply == kSaySilent) {
      return true;
    }
    const std::string bytes = reply + "\r\n";
    error_code error;
    if (encrypted_) {
      asio::write(stream_, asio::buffer(bytes), error);
    } else {
      asio::write(stream_.next_layer(), asio::buffer(bytes), error);
    }
    return !error;
  }

  std::string PoliteReply(const std::string& line) const {
    if (line.starts_with("EHLO")) {
      std::string reply = "250";
      std::vector<std::string> keywords = {"fake.example"};
      keywords.insert(keywords.end(), state_.keywords.begin(), state_.keywords.end());
      if (state_.mode == FakeSmtpServer::Tls::kStartTls && !encrypted_) {
        keywords.push_back("STARTTLS");
      }
      for (size_t i = 0; i < keywords.size(); ++i) {
        reply += (i == 0 ? "" : "\r\n250") + std::string(i + 1 < keywords.size() ? "-" : " ") +
                 keywords[i];
      }
      return reply;
    }
    if (line.starts_with("DATA")) {
      return "354 go ahead";
    }
    if (line.starts_with("AUTH")) {
      return "235 2.7.0 welcome";
    }
    return line.starts_with("QUIT") ? "221 bye" : "250 2.0.0 ok";
  }

  bool Answer(const std::string& line) {
    std::optional<std::string> scripted;
    {
      const std::scoped_lock lock(state_.mutex);
      state_.lines.push_back(line);
      if (encrypted_) {
        state_.encrypted_lines.push_back(line);
      }
      state_.pipelined_lines += buffer_.empty() ? 0 : 1;
      scripted = FakeSmtpServer::State::Apply(state_.rules, line);
    }
    state_.changed.notify_all();
    const std::string reply = scripted.value_or(PoliteReply(line));
    if (!Say(reply)) {
      return false;
    }
    if (line == "STARTTLS" && reply.starts_with("2")) {
      buffer_.clear();
      return Handshake();
    }
    if (line == "DATA" && reply.starts_with("354")) {
      return TakeContent();
    }
    return line != "QUIT";
  }

  bool TakeContent() {
    std::string content;
    std::string line;
    while (true) {
      if (!ReadLine(line)) {
        return false;
      }
      if (line == ".") {
        break;
      }
      content += line + "\r\n";
    }
    std::string reply;
    {
      const std::scoped_lock lock(state_.mutex);
      state_.contents.push_back(content);
      reply = FakeSmtpServer::State::Apply(state_.content_rules, content)
                  .value_or("250 2.0.0 Ok: queued as Q" + std::to_string(state_.contents.size()));
    }
    state_.changed.notify_all();
    return Say(reply) && ++messages_ != state_.hang_up_after;
  }

  FakeSmtpServer::State& state_;
  asio::ssl::stream<Tcp::socket> stream_;
  std::string buffer_;
  bool encrypted_ = false;
  int messages_ = 0;
};

void Serve(FakeSmtpServer::State& state, Tcp::socket socket) {
  Conversation(state, std::move(socket)).Run();
  const std::scoped_lock lock(state.mutex);
  --state.open_connections;
}

void AcceptLoop(FakeSmtpServer::State& state) {
  while (true) {
    error_code error;
    Tcp::socket socket(state.io);
    state.acceptor.accept(socket, error);
    if (error) {
      return;
    }
    socket.set_option(Tcp::no_delay(true), error);
    const std::scoped_lock lock(state.mutex);
    ++state.connections;
    ++state.open_connections;
    state.open_connections_max = std::max(state.open_connections_max, state.open_connections);
    state.sockets.push_back(dup(socket.native_handle()));
    state.threads.emplace_back(
        [&state, moved = std::move(socket)]() mutable { Serve(state, std::move(moved)); });
  }
}

}  // namespace

FakeSmtpServer::FakeSmtpServer() : state_(std::make_shared<State>()) {
  state_->acceptor.open(Tcp::v4());
  state_->acceptor.bind(Tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  state_->acceptor.listen();
}

FakeSmtpServer::~FakeSmtpServer() {
  // Wakes the blocking accept and the blocking reads.
  shutdown(state_->acceptor.native_handle(), SHUT_RDWR);
  if (state_->accept_thread.joinable()) {
    state_->accept_thread.join();
  }
  for (const int socket : state_->sockets) {
    shutdown(socket, SHUT_RDWR);
  }
  for (std::thread& thread : state_->threads) {
    thread.join();
  }
  for (const int socket : state_->sockets) {
    close(socket);
  }
  if (!state_->certificate_file.empty()) {
    std::remove(state_->certificate_file.c_str());
  }
}

FakeSmtpServer& FakeSmtpServer::Offer(std::vector<std::string> keywords) {
  state_->keywords = std::move(keywords);
  return *this;
}

FakeSmtpServer& FakeSmtpServer::UseTls(Tls mode, const std::string& names) {
  state_->mode = mode;
  const PemPair pair = MakeCertificate(names);
  state_->tls.use_certificate(asio::buffer(pair.certificate), asio::ssl::context::pem);
  state_->tls.use_private_key(asio::buffer(pair.key), asio::ssl::context::pem);
  state_->certificate_file = WriteTempFile(pair.certificate);
  return *this;
}

FakeSmtpServer& FakeSmtpServer::Greet(std::string reply) {
  state_->greeting = std::move(reply);
  return *this;
}

FakeSmtpServer& FakeSmtpServer::On(std::string prefix, std::string reply, int times) {
  state_->rules.push_back({std::move(prefix), std::move(reply), times});
  return *this;
}

FakeSmtpServer& FakeSmtpServer::OnContent(std::string reply, int times) {
  state_->content_rules.push_back({"", std::move(reply), times});
  return *this;
}

FakeSmtpServer& FakeSmtpServer::HangUpAfterMessages(int messages) {
  state_->hang_up_after = messages;
  return *this;
}

FakeSmtpServer& FakeSmtpServer::Start() {
  state_->accept_thread = std::thread([state = state_.get()] { AcceptLoop(*state); });
  return *this;
}

uint16_t FakeSmtpServer::port() const {
  return state_->acceptor.local_endpoint().port();
}

const std::string& FakeSmtpServer::certificate_file() const {
  return state_->certificate_file;
}

std::vector<std::string> FakeSmtpServer::lines() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->lines;
}

std::vector<std::string> FakeSmtpServer::contents() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->contents;
}

int FakeSmtpServer::connections() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->connections;
}

int FakeSmtpServer::open_connections_max() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->open_connections_max;
}

int FakeSmtpServer::pipelined_lines() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->pipelined_lines;
}

bool FakeSmtpServer::SawEncrypted(const std::string& prefix) const {
  const std::scoped_lock lock(state_->mutex);
  return std::any_of(state_->encrypted_lines.begin(),
                     state_->encrypted_lines.end(),
                     [&](const std::string& line) { return line.starts_with(prefix); });
}

bool FakeSmtpServer::WaitForLine(const std::string& prefix) const {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, std::chrono::seconds(10), [&] {
    return std::any_of(state_->lines.begin(), state_->lines.end(), [&](const std::string& line) {
      return line.starts_with(prefix);
    });
  });
}

}  // namespace pinion::delivery::smtp
