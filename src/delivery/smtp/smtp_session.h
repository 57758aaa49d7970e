// One conversation with an SMTP server: opening (greeting, EHLO, STARTTLS, AUTH), then message
// after message. Used by SmtpTransport's pool only, on the thread of its executor, one step at a
// time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include "delivery/smtp/smtp_capabilities.h"
#include "delivery/smtp/smtp_outcome.h"
#include "delivery/smtp/smtp_settings.h"
#include "delivery/smtp/smtp_stream.h"
#include "delivery/smtp/submission.h"

namespace pinion::delivery::smtp {

class SmtpSession {
 public:
  // The collaborators must outlive the session.
  SmtpSession(boost::asio::io_context& io,
              boost::asio::ssl::context& tls,
              const SmtpSettings& settings);

  // Nothing when the session is ready for messages, else what that means for a message that waits
  // for it.
  boost::asio::awaitable<std::optional<Outcome>> Open();

  struct Delivery {
    Outcome outcome;
    // The connection turned out to be gone before any of the content was written: another one may
    // try.
    bool lost_before_content = false;
  };
  boost::asio::awaitable<Delivery> Deliver(std::shared_ptr<const Submission> submission);

  // Says goodbye and closes.
  boost::asio::awaitable<void> Quit();
  // Ends the step under way; what it returns then tells how far it had come.
  void Abort();

  // False once the connection is closed or its dialogue is out of step.
  bool usable() const { return usable_; }

 private:
  using Failure = std::optional<Outcome>;

  // Reads one reply; a lost connection is an Outcome.
  struct Answer {
    Reply reply;
    Failure failure;
  };
  boost::asio::awaitable<Answer> Read(Handover handover, SmtpStream::Duration limit);
  boost::asio::awaitable<Answer> Ask(std::string line);
  boost::asio::awaitable<Failure> Hello();
  boost::asio::awaitable<Failure> Encrypt();
  boost::asio::awaitable<Failure> StartTls();
  boost::asio::awaitable<Failure> Authenticate();

  struct Command {
    Stage stage = Stage::kMail;
    std::string line;
  };
  struct EnvelopeResult {
    std::vector<Reply> replies;  // one per command, fewer if a failure ended the dialogue
    Failure lost;
  };
  std::optional<Outcome> RefuseBeforehand(const Submission& submission) const;
  std::vector<Command> EnvelopeCommands(const Submission& submission) const;
  boost::asio::awaitable<EnvelopeResult> SendEnvelope(std::vector<Command> commands);
  boost::asio::awaitable<Delivery> SendContent(std::shared_ptr<const Submission> submission);
  boost::asio::awaitable<Delivery> EndRefused(Outcome outcome, bool content_awaited);
  Outcome Broken(Outcome outcome);
  Outcome WithServer(Outcome outcome) const;

  const SmtpSettings& settings_;
  std::shared_ptr<SmtpStream> stream_;
  Capabilities capabilities_;
  std::string output_;
  bool usable_ = false;
  bool needs_reset_ = false;
};

}  // namespace pinion::delivery::smtp
