// A scripted SMTP server on loopback for the tests of this folder: polite unless told otherwise,
// and it remembers what it was sent. Scripts are set before Start(); results may be read from any
// thread at any time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace pinion::delivery::smtp {

// Replies with a meaning of their own.
inline constexpr const char* kHangUp = "(hang up)";
inline constexpr const char* kSaySilent = "(silent)";

class FakeSmtpServer {
 public:
  enum class Tls { kNone, kStartTls, kImplicit };

  FakeSmtpServer();
  ~FakeSmtpServer();

  // Keywords of the EHLO reply; STARTTLS is added by the mode.
  FakeSmtpServer& Offer(std::vector<std::string> keywords);
  // `names` are those of the certificate, which vouches for itself.
  FakeSmtpServer& UseTls(Tls mode, const std::string& names = "DNS:localhost,IP:127.0.0.1");
  FakeSmtpServer& Greet(std::string reply);
  // Every line that starts with `prefix` gets `reply` instead of the polite one. Of several the
  // newest counts; one that is limited to a number of `times` is gone after them.
  FakeSmtpServer& On(std::string prefix, std::string reply, int times = -1);
  // The reply to the final dot.
  FakeSmtpServer& OnContent(std::string reply, int times = -1);
  // After so many messages on one connection the server hangs up without a word.
  FakeSmtpServer& HangUpAfterMessages(int messages);
  FakeSmtpServer& Start();

  uint16_t port() const;
  // PEM file of the certificate; empty without TLS.
  const std::string& certificate_file() const;

  // All lines of all connections but those of contents, in the order of their arrival.
  std::vector<std::string> lines() const;
  // Contents as they stood on the wire, without the final dot.
  std::vector<std::string> contents() const;
  int connections() const;
  int open_connections_max() const;
  // Lines that were followed by another one in the same read.
  int pipelined_lines() const;
  // True if some line that starts with `prefix` came over TLS.
  bool SawEncrypted(const std::string& prefix) const;
  // Waits until a line that starts with `prefix` has come; false after ten seconds.
  bool WaitForLine(const std::string& prefix) const;

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace pinion::delivery::smtp
