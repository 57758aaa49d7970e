// HTTPS listeners (API-96), with a certificate made for the test.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "http/raw_client.h"

namespace pinion::http {
namespace {

// A fresh self-signed certificate in two PEM files of a folder of its own.
class Certificate {
 public:
  explicit Certificate(std::string_view common_name) {
    std::string pattern = ::testing::TempDir() + "http_tls_XXXXXX";
    folder_ = mkdtemp(pattern.data());
    Write(common_name);
  }
  ~Certificate() { std::filesystem::remove_all(folder_); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  TlsFiles files() const { return TlsFiles{folder_ + "/cert.pem", folder_ + "/key.pem"}; }

  void Write(std::string_view common_name) const {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    const std::string text(common_name);
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    std::FILE* cert_file = std::fopen(files().certificate_chain.c_str(), "w");
    PEM_write_X509(cert_file, certificate);
    std::fclose(cert_file);
    std::FILE* key_file = std::fopen(files().private_key.c_str(), "w");
    PEM_write_PrivateKey(key_file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(key_file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

 private:
  std::string folder_;
};

// Speaks TLS with the server and trusts anyone.
class TlsClient {
 public:
  explicit TlsClient(uint16_t port)
      : raw_(port), context_(SSL_CTX_new(TLS_client_method())), tls_(SSL_new(context_)) {
    SSL_set_fd(tls_, raw_.socket());
    connected_ = SSL_connect(tls_) == 1;
  }
  ~TlsClient() {
    SSL_free(tls_);
    SSL_CTX_free(context_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  bool connected() const { return connected_; }

  // Sends, and reads to the orderly end of the connection; empty without one.
  std::string Exchange(std::string_view request) {
    SSL_write(tls_, request.data(), static_cast<int>(request.size()));
    std::string answer;
    char buffer[1024];
    int got = 0;
    while ((got = SSL_read(tls_, buffer, sizeof(buffer))) > 0) {
      answer.append(buffer, static_cast<size_t>(got));
    }
    return SSL_get_error(tls_, got) == SSL_ERROR_ZERO_RETURN ? answer : std::string();
  }

  std::string ServerName() const {
    X509* certificate = SSL_get1_peer_certificate(tls_);
    char name[64] = "";
    X509_NAME_get_text_by_NID(
        X509_get_subject_name(certificate), NID_commonName, name, sizeof(name));
    X509_free(certificate);
    return name;
  }

 private:
  RawClient raw_;
  SSL_CTX* context_;
  SSL* tls_;
  bool connected_ = false;
};

ServerOptions TlsOptions(const Certificate& certificate) {
  ServerOptions options;
  options.io_threads = 1;
  options.listen.front().security = Security::kTls;
  options.tls = certificate.files();
  return options;
}

TEST(ServerTlsTest, AnswersOverTlsAndEndsInOrder) {
  const Certificate certificate("first");
  ScriptedHandler handler;
  handler.handle = [](Request request, Responder responder) {
    responder.Send(ScriptedHandler::Text(request.tls ? "secure" : "open"));
  };
  const base::SystemClock clock;
  Server server(TlsOptions(certificate), handler, clock);
  ASSERT_TRUE(server.Start().ok());
  TlsClient client(server.port());

  const std::string answer =
      client.Exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

  EXPECT_TRUE(answer.ends_with("\r\n\r\nsecure")) << answer;
}

TEST(ServerTlsTest, LargeAnswerArrivesWhole) {
  const Certificate certificate("first");
  ScriptedHandler handler;
  handler.handle = [](Request, Responder responder) {
    responder.Send(ScriptedHandler::Text(std::string(1'000'000, 'x')));
  };
  const base::SystemClock clock;
  Server server(TlsOptions(certificate), handler, clock);
  ASSERT_TRUE(server.Start().ok());
  TlsClient client(server.port());

  const std::string answer =
      client.Exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

  EXPECT_TRUE(answer.ends_with("\r\n\r\n" + std::string(1'000'000, 'x')));
}

TEST(ServerTlsTest, ReloadedCertificateIsShownToNewConnections) {
  const Certificate certificate("first");
  ScriptedHandler handler;
  const base::SystemClock clock;
  Server server(TlsOptions(certificate), handler, clock);
  ASSERT_TRUE(server.Start().ok());
  TlsClient before(server.port());

  certificate.Write("second");
  ASSERT_TRUE(server.ReloadTls().ok());
  TlsClient after(server.port());

  EXPECT_EQ(before.ServerName(), "first");
  EXPECT_EQ(after.ServerName(), "second");
}

TEST(ServerTlsTest, BrokenFileLeavesTheOldCertificateInUse) {
  const Certificate certificate("first");
  ScriptedHandler handler;
  const base::SystemClock clock;
  Server server(TlsOptions(certificate), handler, clock);
  ASSERT_TRUE(server.Start().ok());

  std::ofstream(certificate.files().certificate_chain) << "not a certificate";
  EXPECT_EQ(server.ReloadTls().error().code, base::Errc::kInvalidArgument);

  EXPECT_EQ(TlsClient(server.port()).ServerName(), "first");
}

TEST(ServerTlsTest, MissingCertificateStopsTheStart) {
  ScriptedHandler handler;
  ServerOptions options;
  options.listen.front().security = Security::kTls;
  options.tls = TlsFiles{::testing::TempDir() + "absent.pem", ::testing::TempDir() + "absent.key"};
  const base::SystemClock clock;
  Server server(options, handler, clock);

  EXPECT_NE(server.Start().error().message.find("absent.pem"), std::string::npos);
}

TEST(ServerTlsTest, ClientThatSpeaksPlainHttpIsDropped) {
  const Certificate certificate("first");
  ScriptedHandler handler;
  const base::SystemClock clock;
  Server server(TlsOptions(certificate), handler, clock);
  ASSERT_TRUE(server.Start().ok());
  RawClient client(server.port());

  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(client.Read().status, 0);
}

}  // namespace
}  // namespace pinion::http
