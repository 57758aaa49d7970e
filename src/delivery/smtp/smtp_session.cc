#include "delivery/smtp/smtp_session.h"

#include <utility>

#include <boost/asio/ip/host_name.hpp>

#include "delivery/smtp/smtp_auth.h"

namespace pinion::delivery::smtp {
namespace {

namespace asio = boost::asio;

// Service not available, closing transmission channel: may come instead of any reply.
constexpr int kClosing = 421;
constexpr int kContinue = 354;
constexpr int kChallenge = 334;
constexpr int kChallengesMax = 4;
constexpr int kMessageTooLarge = 552;
constexpr int kAddressNotPossible = 553;

std::string HelloName(const SmtpSettings& settings) {
  if (!settings.helo_name.empty()) {
    return settings.helo_name;
  }
  boost::system::error_code error;
  std::string name = asio::ip::host_name(error);
  return error || name.empty() ? "localhost" : name;
}

bool Expected(Stage stage, const Reply& reply) {
  return stage == Stage::kData ? reply.code == kContinue : reply.IsSuccess();
}

Outcome LocalRefusal(Outcome::Kind kind, int code, std::string_view enhanced, std::string text) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.status_code = code;
  outcome.enhanced_status = enhanced;
  outcome.status_message = std::move(text);
  return outcome;
}

}  // namespace

SmtpSession::SmtpSession(asio::io_context& io,
                         asio::ssl::context& tls,
                         const SmtpSettings& settings)
    : settings_(settings), stream_(std::make_shared<SmtpStream>(io, tls)) {}

void SmtpSession::Abort() {
  usable_ = false;
  stream_->Close();
}

Outcome SmtpSession::Broken(Outcome outcome) {
  Abort();
  return WithServer(std::move(outcome));
}

Outcome SmtpSession::WithServer(Outcome outcome) const {
  outcome.reporting_mta =
      capabilities_.server_name.empty() ? settings_.host : capabilities_.server_name;
  return outcome;
}

asio::awaitable<SmtpSession::Answer> SmtpSession::Read(Handover handover,
                                                       SmtpStream::Duration limit) {
  SmtpStream::ReadResult result = co_await stream_->ReadReply(limit);
  Answer answer;
  if (!result.reply.has_value()) {
    answer.failure = Broken(OutcomeOfLostConnection(handover, result.failure));
  } else {
    answer.reply = *std::move(result.reply);
    if (answer.reply.code == kClosing) {
      usable_ = false;
    }
  }
  co_return answer;
}

asio::awaitable<SmtpSession::Answer> SmtpSession::Ask(std::string line) {
  line.append("\r\n");
  const SmtpStream::Failure failure = co_await stream_->Write(line, settings_.timeouts.command);
  if (failure.has_value()) {
    Answer answer;
    answer.failure = Broken(OutcomeOfLostConnection(Handover::kNotDone, *failure));
    co_return answer;
  }
  Answer answer = co_await Read(Handover::kNotDone, settings_.timeouts.command);
  co_return answer;
}

asio::awaitable<std::optional<Outcome>> SmtpSession::Open() {
  const SmtpStream::Failure unreachable =
      co_await stream_->Connect(settings_.host, settings_.port, settings_.timeouts.connect);
  if (unreachable.has_value()) {
    co_return Broken(OutcomeOfLostConnection(Handover::kNotDone, *unreachable));
  }
  if (settings_.security == Security::kTls) {
    Failure failure = co_await Encrypt();
    if (failure.has_value()) {
      co_return failure;
    }
  }
  const Answer greeting = co_await Read(Handover::kNotDone, settings_.timeouts.command);
  if (greeting.failure.has_value()) {
    co_return greeting.failure;
  }
  if (!greeting.reply.IsSuccess()) {
    co_return Broken(OutcomeOfReply(Stage::kGreeting, greeting.reply));
  }
  Failure failure = co_await Hello();
  if (failure.has_value()) {
    co_return failure;
  }
  failure = co_await StartTls();
  if (failure.has_value()) {
    co_return failure;
  }
  failure = co_await Authenticate();
  if (failure.has_value()) {
    co_return failure;
  }
  usable_ = true;
  co_return std::nullopt;
}

asio::awaitable<SmtpSession::Failure> SmtpSession::Hello() {
  const Answer answer = co_await Ask("EHLO " + HelloName(settings_));
  if (answer.failure.has_value()) {
    co_return answer.failure;
  }
  if (!answer.reply.IsSuccess()) {
    co_return Broken(OutcomeOfReply(Stage::kHello, answer.reply));
  }
  capabilities_ = ParseCapabilities(answer.reply);
  co_return std::nullopt;
}

asio::awaitable<SmtpSession::Failure> SmtpSession::Encrypt() {
  const SmtpStream::Failure failure =
      co_await stream_->Handshake(settings_.host, settings_.timeouts.connect);
  if (failure.has_value()) {
    co_return Broken(OutcomeOfLostConnection(Handover::kNotDone, *failure));
  }
  co_return std::nullopt;
}

asio::awaitable<SmtpSession::Failure> SmtpSession::StartTls() {
  const bool wanted = settings_.security == Security::kStartTls ||
                      settings_.security == Security::kStartTlsOptional;
  if (!wanted) {
    co_return std::nullopt;
  }
  if (!capabilities_.start_tls) {
    if (settings_.security == Security::kStartTlsOptional) {
      co_return std::nullopt;
    }
    co_return Broken(ConfigurationFailure("The mail server does not offer STARTTLS."));
  }
  const Answer answer = co_await Ask("STARTTLS");
  if (answer.failure.has_value()) {
    co_return answer.failure;
  }
  if (!answer.reply.IsSuccess()) {
    co_return Broken(OutcomeOfReply(Stage::kStartTls, answer.reply));
  }
  if (stream_->HasPendingReply()) {
    // Whatever was sent in the clear must not be taken for a reply inside TLS.
    co_return Broken(OutcomeOfLostConnection(
        Handover::kNotDone, "The mail server sent data before the TLS handshake."));
  }
  Failure failure = co_await Encrypt();
  if (failure.has_value()) {
    co_return failure;
  }
  failure = co_await Hello();
  co_return failure;
}

asio::awaitable<SmtpSession::Failure> SmtpSession::Authenticate() {
  if (settings_.username.empty()) {
    co_return std::nullopt;
  }
  if (!stream_->encrypted() && settings_.security != Security::kNone) {
    co_return Broken(ConfigurationFailure(
        "The password is not sent, since the mail server does not offer STARTTLS."));
  }
  const std::optional<AuthMechanism> mechanism =
      ChooseMechanism(settings_.auth_mechanism,
                      capabilities_.auth_mechanisms,
                      stream_->encrypted() ? Channel::kEncrypted : Channel::kPlaintext);
  if (!mechanism.has_value()) {
    co_return Broken(ConfigurationFailure(
        "The mail server does not offer the AUTH mechanism that is configured."));
  }
  AuthExchange exchange(*mechanism, {settings_.username, settings_.password});
  std::string line = exchange.Command();
  for (int step = 0; step <= kChallengesMax; ++step) {
    const Answer answer = co_await Ask(line);
    if (answer.failure.has_value()) {
      co_return answer.failure;
    }
    if (answer.reply.IsSuccess()) {
      co_return std::nullopt;
    }
    if (answer.reply.code != kChallenge) {
      co_return Broken(OutcomeOfReply(Stage::kAuth, answer.reply));
    }
    base::Result<std::string> response = exchange.Respond(answer.reply.lines[0]);
    // A lone star ends the exchange; the server then answers 501.
    line = response.ok() ? *std::move(response) : "*";
  }
  co_return Broken(ConfigurationFailure("The mail server asks for too many AUTH steps."));
}

// What this server would refuse anyway, known without asking it.
std::optional<Outcome> SmtpSession::RefuseBeforehand(const Submission& submission) const {
  if (capabilities_.size_max != 0 && submission.message_bytes > capabilities_.size_max) {
    return LocalRefusal(Outcome::Kind::kRejected,
                        kMessageTooLarge,
                        "5.3.4",
                        "552 5.3.4 The mail server takes messages of at most " +
                            std::to_string(capabilities_.size_max) + " bytes");
  }
  if (submission.address_8bit && !capabilities_.smtp_utf8) {
    return LocalRefusal(Outcome::Kind::kHardBounce,
                        kAddressNotPossible,
                        "5.6.7",
                        "553 5.6.7 The mail server takes ASCII addresses only");
  }
  return std::nullopt;
}

std::vector<SmtpSession::Command> SmtpSession::EnvelopeCommands(
    const Submission& submission) const {
  std::vector<Command> commands;
  if (needs_reset_) {
    commands.push_back({Stage::kHello, "RSET\r\n"});
  }
  std::string mail = "MAIL FROM:<" + submission.mail_from + ">";
  if (capabilities_.size) {
    mail += " SIZE=" + std::to_string(submission.message_bytes);
  }
  if (capabilities_.eight_bit_mime && submission.has_8bit) {
    mail += " BODY=8BITMIME";
  }
  if (capabilities_.smtp_utf8 && (submission.address_8bit || submission.header_8bit)) {
    mail += " SMTPUTF8";
  }
  commands.push_back({Stage::kMail, mail + "\r\n"});
  commands.push_back({Stage::kRecipient, "RCPT TO:<" + submission.rcpt_to + ">\r\n"});
  commands.push_back({Stage::kData, "DATA\r\n"});
  return commands;
}

// In one write if the server takes it, else command by command up to the first refusal.
asio::awaitable<SmtpSession::EnvelopeResult> SmtpSession::SendEnvelope(
    std::vector<Command> commands) {
  EnvelopeResult result;
  if (capabilities_.pipelining) {
    output_.clear();
    for (const Command& command : commands) {
      output_.append(command.line);
    }
  }
  for (size_t i = 0; i < commands.size(); ++i) {
    if (!capabilities_.pipelining) {
      output_ = commands[i].line;
    }
    if (!capabilities_.pipelining || i == 0) {
      const SmtpStream::Failure failure =
          co_await stream_->Write(output_, settings_.timeouts.command);
      if (failure.has_value()) {
        result.lost = Broken(OutcomeOfLostConnection(Handover::kNotDone, *failure));
        co_return result;
      }
    }
    Answer answer = co_await Read(Handover::kNotDone, settings_.timeouts.command);
    if (answer.failure.has_value()) {
      result.lost = std::move(answer.failure);
      co_return result;
    }
    result.replies.push_back(std::move(answer.reply));
    const Reply& reply = result.replies.back();
    if (reply.code == kClosing ||
        (!capabilities_.pipelining && !Expected(commands[i].stage, reply))) {
      co_return result;
    }
  }
  co_return result;
}

asio::awaitable<SmtpSession::Delivery> SmtpSession::Deliver(
    std::shared_ptr<const Submission> submission) {
  std::optional<Outcome> refusal = RefuseBeforehand(*submission);
  if (refusal.has_value()) {
    co_return Delivery{WithServer(*std::move(refusal))};
  }
  const std::vector<Command> commands = EnvelopeCommands(*submission);
  const EnvelopeResult envelope = co_await SendEnvelope(commands);
  // A refusal that came before the connection was lost still counts.
  for (size_t i = 0; i < envelope.replies.size(); ++i) {
    const Reply& reply = envelope.replies[i];
    if (reply.code == kClosing || (commands[i].line == "RSET\r\n" && !reply.IsSuccess())) {
      Abort();
      co_return Delivery{WithServer(OutcomeOfReply(commands[i].stage, reply)), true};
    }
    if (!Expected(commands[i].stage, reply)) {
      if (reply.code < 400) {
        Abort();  // Neither yes nor no: client and server are out of step.
      }
      const bool content_awaited =
          envelope.replies.size() == commands.size() && envelope.replies.back().code == kContinue;
      Delivery delivery = co_await EndRefused(WithServer(OutcomeOfReply(commands[i].stage, reply)),
                                              content_awaited);
      co_return delivery;
    }
  }
  if (envelope.lost.has_value()) {
    co_return Delivery{WithServer(*envelope.lost), true};
  }
  Delivery delivery = co_await SendContent(std::move(submission));
  co_return delivery;
}

// The message was refused; the dialogue is brought back to where the next one can start.
asio::awaitable<SmtpSession::Delivery> SmtpSession::EndRefused(Outcome outcome,
                                                               bool content_awaited) {
  needs_reset_ = true;
  if (content_awaited && usable_) {
    // The server wants content although it has no recipient (RFC 2920): an empty one, whose fate is
    // of no interest.
    const Answer answer = co_await Ask(".");
    if (answer.failure.has_value()) {
      Abort();
    }
  }
  co_return Delivery{std::move(outcome)};
}

asio::awaitable<SmtpSession::Delivery> SmtpSession::SendContent(
    std::shared_ptr<const Submission> submission) {
  needs_reset_ = true;
  const SmtpStream::Failure failure =
      co_await stream_->Write(submission->wire, settings_.timeouts.content);
  if (failure.has_value()) {
    // The final dot is the last thing written, so the server cannot have it.
    co_return Delivery{WithServer(Broken(OutcomeOfLostConnection(Handover::kNotDone, *failure)))};
  }
  Answer answer = co_await Read(Handover::kDone, settings_.timeouts.final_reply);
  if (answer.failure.has_value()) {
    co_return Delivery{WithServer(*std::move(answer.failure))};
  }
  Outcome outcome = WithServer(OutcomeOfReply(Stage::kContent, answer.reply));
  if (outcome.kind == Outcome::Kind::kSent) {
    needs_reset_ = false;
    if (settings_.accept_means_delivered) {
      outcome.kind = Outcome::Kind::kDelivered;
    }
  }
  co_return Delivery{std::move(outcome)};
}

asio::awaitable<void> SmtpSession::Quit() {
  const SmtpStream::Failure failure = co_await stream_->Write("QUIT\r\n", settings_.timeouts.quit);
  if (!failure.has_value()) {
    const SmtpStream::ReadResult goodbye = co_await stream_->ReadReply(settings_.timeouts.quit);
    static_cast<void>(goodbye);
  }
  Abort();
}

}  // namespace pinion::delivery::smtp
