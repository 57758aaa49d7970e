#include "delivery/smtp/smtp_transport.h"

#include <algorithm>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "delivery/smtp/fake_smtp_server.h"

namespace pinion::delivery::smtp {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Kind = Outcome::Kind;
using Tls = FakeSmtpServer::Tls;

OutboundMessage AMessage(const std::string& id = "m1", const std::string& to = "jo@example.com") {
  OutboundMessage message;
  message.id = base::MessageId(id);
  message.channel = "EMAIL";
  message.address = to;
  message.email = EmailContent{};
  message.email->from = "news@shop.example";
  message.email->envelope_from = "b+" + id + "@shop.example";
  message.email->subject = "Hello";
  message.email->text = "Hi";
  return message;
}

SmtpSettings SettingsFor(const FakeSmtpServer& server) {
  SmtpSettings settings;
  settings.host = "127.0.0.1";
  settings.port = server.port();
  settings.security = Security::kNone;
  settings.helo_name = "pinion.example";
  settings.max_connections = 1;
  settings.ca_file = server.certificate_file();
  return settings;
}

class SmtpTransportTest : public ::testing::Test {
 protected:
  std::unique_ptr<SmtpTransport> Open(const SmtpSettings& settings) {
    auto transport = SmtpTransport::Create(settings, io_);
    EXPECT_TRUE(transport.ok());
    return *std::move(transport);
  }
  std::unique_ptr<SmtpTransport> Open() { return Open(SettingsFor(server_)); }

  static std::future<Outcome> Start(SmtpTransport& transport, OutboundMessage message) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    std::future<Outcome> future = promise->get_future();
    transport.Send(std::move(message),
                   [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
    return future;
  }
  static Outcome Send(SmtpTransport& transport, OutboundMessage message = AMessage()) {
    return Start(transport, std::move(message)).get();
  }
  // The outcome of one message on a transport of its own.
  Outcome SendOnce(const SmtpSettings& settings) { return Send(*Open(settings)); }

  FakeSmtpServer server_;
  IoThread io_;
};

TEST_F(SmtpTransportTest, DialogueIsPipelinedWhenOffered) {
  server_.Start();

  const Outcome outcome = Send(*Open());

  EXPECT_EQ(outcome.kind, Kind::kDelivered);
  EXPECT_EQ(outcome.status_code, 250);
  EXPECT_EQ(outcome.status_message, "250 2.0.0 Ok: queued as Q1");
  EXPECT_EQ(outcome.provider_message_id, "Q1");
  EXPECT_EQ(outcome.reporting_mta, "fake.example");
  EXPECT_THAT(server_.lines(),
              ElementsAre("EHLO pinion.example",
                          "MAIL FROM:<b+m1@shop.example>",
                          "RCPT TO:<jo@example.com>",
                          "DATA"));
  EXPECT_EQ(server_.pipelined_lines(), 2);
}

TEST_F(SmtpTransportTest, DialogueGoesStepByStepWithoutPipelining) {
  server_.Offer({}).Start();

  const Outcome outcome = Send(*Open());

  EXPECT_EQ(outcome.kind, Kind::kDelivered);
  EXPECT_EQ(server_.pipelined_lines(), 0);
  EXPECT_EQ(server_.contents().size(), 1U);
}

TEST_F(SmtpTransportTest, AcceptedIsOnlySentWhenDeliveryIsReportedLater) {
  server_.Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.accept_means_delivered = false;
  EXPECT_EQ(SendOnce(settings).kind, Kind::kSent);
}

TEST_F(SmtpTransportTest, RefusedRecipientIsAHardBounceAndTheConnectionGoesOn) {
  server_.On("RCPT TO:<gone@", "550 5.1.1 no such user").Start();
  const auto transport = Open();

  const Outcome refused = Send(*transport, AMessage("m1", "gone@example.com"));
  const Outcome taken = Send(*transport, AMessage("m2"));

  EXPECT_EQ(refused.kind, Kind::kHardBounce);
  EXPECT_EQ(refused.status_code, 550);
  EXPECT_EQ(refused.enhanced_status, "5.1.1");
  EXPECT_EQ(refused.status_message, "550 5.1.1 no such user");
  EXPECT_EQ(taken.kind, Kind::kDelivered);
  EXPECT_EQ(server_.connections(), 1);
  EXPECT_THAT(server_.lines(), Contains("RSET"));
  // The fake server answered 354 to the pipelined DATA, so it got an empty content for the refused
  // message.
  EXPECT_THAT(server_.contents(), ElementsAre("", HasSubstr("<m2@")));
}

TEST_F(SmtpTransportTest, RefusedRecipientEndsTheDialogueWithoutPipelining) {
  server_.Offer({}).On("RCPT TO:<gone@", "550 5.1.1 no such user").Start();
  const auto transport = Open();

  EXPECT_EQ(Send(*transport, AMessage("m1", "gone@example.com")).kind, Kind::kHardBounce);
  EXPECT_EQ(Send(*transport, AMessage("m2")).kind, Kind::kDelivered);

  EXPECT_EQ(server_.contents().size(), 1U);
  EXPECT_EQ(server_.connections(), 1);
}

TEST_F(SmtpTransportTest, ResetIsSentOnlyAfterErrors) {
  server_.Start();
  const auto transport = Open();
  Send(*transport, AMessage("m1"));
  Send(*transport, AMessage("m2"));
  EXPECT_THAT(server_.lines(), Not(Contains("RSET")));
}

TEST_F(SmtpTransportTest, TransientRefusalIsTemporary) {
  server_.On("RCPT", "451 4.3.0 later").Start();
  const Outcome outcome = Send(*Open());
  EXPECT_EQ(outcome.kind, Kind::kTemporary);
  EXPECT_EQ(outcome.enhanced_status, "4.3.0");
}

TEST_F(SmtpTransportTest, RefusedSenderIsAFailureOfTheConfiguration) {
  server_.On("MAIL", "550 5.7.1 sender not allowed")
      .On("RCPT", "503 need MAIL")
      .On("DATA", "503 need RCPT")
      .Start();
  const Outcome outcome = Send(*Open());
  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_EQ(outcome.enhanced_status, "5.7.1");
}

TEST_F(SmtpTransportTest, RefusedContentIsAHardBounce) {
  server_.OnContent("554 5.7.1 spam").Start();
  EXPECT_EQ(Send(*Open()).kind, Kind::kHardBounce);
}

TEST_F(SmtpTransportTest, RefusedDataIsAHardBounce) {
  server_.On("DATA", "554 5.7.1 no").Start();
  EXPECT_EQ(Send(*Open()).kind, Kind::kHardBounce);
}

TEST_F(SmtpTransportTest, UnfriendlyGreetingAndHelloAreFailures) {
  server_.On("EHLO", "502 what").Start();
  EXPECT_EQ(Send(*Open()).kind, Kind::kFailed);
}

TEST_F(SmtpTransportTest, BusyServerIsTemporary) {
  server_.Greet("421 4.3.2 too many connections").Start();
  EXPECT_EQ(Send(*Open()).kind, Kind::kTemporary);
}

TEST_F(SmtpTransportTest, ContentIsDotStuffed) {
  server_.Start();
  OutboundMessage message = AMessage();
  message.email->text = ".\n..two\na.b";

  Send(*Open(), message);

  EXPECT_THAT(server_.contents()[0], HasSubstr("\r\n\r\n..\r\n...two\r\na.b\r\n"));
}

TEST_F(SmtpTransportTest, ConnectionIsReusedUpToItsLimit) {
  server_.Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.messages_per_connection = 2;
  const auto transport = Open(settings);

  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Send(*transport, AMessage("m" + std::to_string(i))).kind, Kind::kDelivered);
  }

  EXPECT_EQ(server_.connections(), 3);
  EXPECT_TRUE(server_.WaitForLine("QUIT"));
}

TEST_F(SmtpTransportTest, PoolOpensNoMoreConnectionsThanAllowed) {
  server_.Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.max_connections = 3;
  const auto transport = Open(settings);

  std::vector<std::future<Outcome>> outcomes;
  for (int i = 0; i < 100; ++i) {
    outcomes.push_back(Start(*transport, AMessage("m" + std::to_string(i))));
  }

  for (std::future<Outcome>& outcome : outcomes) {
    EXPECT_EQ(outcome.get().kind, Kind::kDelivered);
  }
  EXPECT_LE(server_.open_connections_max(), 3);
  EXPECT_EQ(server_.contents().size(), 100U);
}

TEST_F(SmtpTransportTest, IdleConnectionSaysGoodbye) {
  server_.Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.idle_timeout = std::chrono::milliseconds(1);
  const auto transport = Open(settings);

  Send(*transport);

  EXPECT_TRUE(server_.WaitForLine("QUIT"));
}

TEST_F(SmtpTransportTest, ConnectionClosedBetweenMessagesIsReplacedUnnoticed) {
  server_.HangUpAfterMessages(1).Start();
  const auto transport = Open();

  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Send(*transport, AMessage("m" + std::to_string(i))).kind, Kind::kDelivered);
  }

  EXPECT_EQ(server_.connections(), 3);
  EXPECT_EQ(server_.contents().size(), 3U);
}

TEST_F(SmtpTransportTest, ServiceClosingOnAReusedConnectionIsRetriedOnANewOne) {
  server_.On("MAIL FROM:<b+m2@", "421 4.4.2 idle too long", 1).Start();
  const auto transport = Open();

  Send(*transport, AMessage("m1"));

  EXPECT_EQ(Send(*transport, AMessage("m2")).kind, Kind::kDelivered);
  EXPECT_EQ(server_.connections(), 2);
}

TEST_F(SmtpTransportTest, FreshConnectionThatBreaksIsTemporary) {
  server_.On("MAIL", kHangUp).Start();
  EXPECT_EQ(Send(*Open()).kind, Kind::kTemporary);
  EXPECT_EQ(server_.connections(), 1);
}

TEST_F(SmtpTransportTest, ConnectionLostAfterTheFinalDotIsUncertainAndNotRetried) {
  server_.OnContent(kHangUp).Start();
  const Outcome outcome = Send(*Open());
  EXPECT_EQ(outcome.kind, Kind::kUncertain);
  EXPECT_EQ(server_.contents().size(), 1U);
}

TEST_F(SmtpTransportTest, SilenceAfterTheFinalDotIsUncertain) {
  server_.OnContent(kSaySilent).Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.timeouts.final_reply = std::chrono::milliseconds(20);
  const Outcome outcome = SendOnce(settings);
  EXPECT_EQ(outcome.kind, Kind::kUncertain);
  EXPECT_THAT(outcome.status_message, HasSubstr("Timeout"));
}

TEST_F(SmtpTransportTest, SilentServerIsTemporary) {
  server_.Greet(kSaySilent).Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.timeouts.command = std::chrono::milliseconds(20);
  EXPECT_EQ(SendOnce(settings).kind, Kind::kTemporary);
}

TEST_F(SmtpTransportTest, NobodyListeningIsTemporary) {
  SmtpSettings settings;
  {
    FakeSmtpServer gone;
    settings = SettingsFor(gone);
  }
  const Outcome outcome = SendOnce(settings);
  EXPECT_EQ(outcome.kind, Kind::kTemporary);
  EXPECT_THAT(outcome.status_message, HasSubstr("connecting"));
}

TEST_F(SmtpTransportTest, MalformedReplyIsTemporary) {
  server_.On("MAIL", "nonsense").Start();
  EXPECT_EQ(Send(*Open()).kind, Kind::kTemporary);
}

TEST_F(SmtpTransportTest, StartTlsComesBeforeEverythingElse) {
  server_.UseTls(Tls::kStartTls).Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.security = Security::kStartTls;

  EXPECT_EQ(SendOnce(settings).kind, Kind::kDelivered);

  EXPECT_TRUE(server_.SawEncrypted("EHLO"));
  EXPECT_TRUE(server_.SawEncrypted("MAIL"));
}

TEST_F(SmtpTransportTest, ImplicitTlsWorks) {
  server_.UseTls(Tls::kImplicit).Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.security = Security::kTls;
  EXPECT_EQ(SendOnce(settings).kind, Kind::kDelivered);
}

TEST_F(SmtpTransportTest, MissingStartTlsIsAFailureWhenItIsMandatory) {
  server_.Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.security = Security::kStartTls;

  EXPECT_EQ(SendOnce(settings).kind, Kind::kFailed);

  EXPECT_THAT(server_.lines(), ElementsAre("EHLO pinion.example"));
}

TEST_F(SmtpTransportTest, OptionalStartTlsDoesWithoutAndTakesWhatIsOffered) {
  server_.Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.security = Security::kStartTlsOptional;
  EXPECT_EQ(SendOnce(settings).kind, Kind::kDelivered);

  FakeSmtpServer with_tls;
  with_tls.UseTls(Tls::kStartTls).Start();
  settings.port = with_tls.port();
  settings.ca_file = with_tls.certificate_file();
  EXPECT_EQ(SendOnce(settings).kind, Kind::kDelivered);
  EXPECT_TRUE(with_tls.SawEncrypted("MAIL"));
}

TEST_F(SmtpTransportTest, UnknownCertificateIsRefusedUnlessVerificationIsOff) {
  server_.UseTls(Tls::kStartTls).Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.security = Security::kStartTls;
  settings.ca_file.clear();
  EXPECT_EQ(SendOnce(settings).kind, Kind::kTemporary);
  EXPECT_FALSE(server_.SawEncrypted("EHLO"));

  settings.verify_certificate = false;
  EXPECT_EQ(SendOnce(settings).kind, Kind::kDelivered);
}

TEST_F(SmtpTransportTest, CertificateOfAnotherHostIsRefused) {
  server_.UseTls(Tls::kStartTls, "DNS:other.example").Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.security = Security::kStartTls;
  const Outcome outcome = SendOnce(settings);
  EXPECT_EQ(outcome.kind, Kind::kTemporary);
  EXPECT_THAT(outcome.status_message, HasSubstr("certificate"));
}

TEST_F(SmtpTransportTest, BytesBeforeTheHandshakeAreNotTakenForReplies) {
  server_.UseTls(Tls::kStartTls).On("STARTTLS", "220 go\r\n250 injected").Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.security = Security::kStartTls;
  EXPECT_EQ(SendOnce(settings).kind, Kind::kTemporary);
}

TEST_F(SmtpTransportTest, PlainAuthIsUsedInsideTls) {
  server_.Offer({"AUTH LOGIN PLAIN"}).UseTls(Tls::kStartTls).Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.security = Security::kStartTls;
  settings.username = "jo";
  settings.password = "secret";

  EXPECT_EQ(SendOnce(settings).kind, Kind::kDelivered);

  EXPECT_TRUE(server_.SawEncrypted("AUTH PLAIN AGpvAHNlY3JldA=="));
}

TEST_F(SmtpTransportTest, LoginAuthAnswersBothQuestions) {
  server_.Offer({"AUTH LOGIN"})
      .On("AUTH LOGIN", "334 VXNlcm5hbWU6")
      .On(base::Base64Encode("jo"), "334 UGFzc3dvcmQ6")
      .On(base::Base64Encode("secret"), "235 2.7.0 welcome")
      .Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.username = "jo";
  settings.password = "secret";
  EXPECT_EQ(SendOnce(settings).kind, Kind::kDelivered);
}

TEST_F(SmtpTransportTest, FailedXoauth2IsAcknowledgedAndFails) {
  server_.Offer({"AUTH XOAUTH2"})
      .On("", "535 5.7.8 bad token", 1)
      .On("AUTH XOAUTH2", "334 eyJzdGF0dXMiOiI0MDEifQ==")
      .On("EHLO", "250-fake.example\r\n250 AUTH XOAUTH2")
      .Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.username = "jo";
  settings.password = "token";
  settings.auth_mechanism = AuthMechanism::kXoauth2;

  const Outcome outcome = SendOnce(settings);

  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_EQ(outcome.enhanced_status, "5.7.8");
}

TEST_F(SmtpTransportTest, WrongPasswordIsAFailureOfTheConfiguration) {
  server_.Offer({"AUTH PLAIN"}).On("AUTH", "535 5.7.8 wrong").Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.username = "jo";
  EXPECT_EQ(SendOnce(settings).kind, Kind::kFailed);
}

TEST_F(SmtpTransportTest, PasswordNeverGoesOutInTheClearUnlessTlsIsTurnedOff) {
  server_.Offer({"AUTH PLAIN CRAM-MD5"}).Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.security = Security::kStartTlsOptional;
  settings.username = "jo";

  EXPECT_EQ(SendOnce(settings).kind, Kind::kFailed);

  EXPECT_THAT(server_.lines(), ElementsAre("EHLO pinion.example"));
}

TEST_F(SmtpTransportTest, MessageOverTheServersSizeIsRejectedWithoutSendingIt) {
  server_.Offer({"SIZE 300"}).Start();
  OutboundMessage message = AMessage();
  message.email->text = std::string(1000, 'x');

  EXPECT_EQ(Send(*Open(), message).kind, Kind::kRejected);

  EXPECT_THAT(server_.lines(), ElementsAre("EHLO pinion.example"));
}

TEST_F(SmtpTransportTest, SizeIsAnnounced) {
  server_.Offer({"PIPELINING", "SIZE"}).Start();
  Send(*Open());
  EXPECT_THAT(server_.lines()[1],
              "MAIL FROM:<b+m1@shop.example> SIZE=" + std::to_string(server_.contents()[0].size()));
}

TEST_F(SmtpTransportTest, NonAsciiAddressNeedsSmtpUtf8) {
  server_.Offer({"PIPELINING"}).Start();
  EXPECT_EQ(Send(*Open(), AMessage("m1", "用户@example.com")).kind, Kind::kHardBounce);

  FakeSmtpServer international;
  international.Offer({"8BITMIME", "SMTPUTF8"}).Start();
  const Outcome outcome =
      Send(*Open(SettingsFor(international)), AMessage("m1", "用户@example.com"));
  EXPECT_EQ(outcome.kind, Kind::kDelivered);
  EXPECT_THAT(international.lines(),
              Contains("MAIL FROM:<b+m1@shop.example> BODY=8BITMIME SMTPUTF8"));
}

TEST_F(SmtpTransportTest, RawEightBitMessageIsAnnounced) {
  server_.Start();
  OutboundMessage message = AMessage();
  message.email->raw = "From: a@b.c\r\n\r\nGrüße\r\n";
  Send(*Open(), message);
  EXPECT_THAT(server_.lines(), Contains("MAIL FROM:<b+m1@shop.example> BODY=8BITMIME"));
}

TEST_F(SmtpTransportTest, MessageThatCannotBeBuiltIsRejectedAtOnce) {
  server_.Start();
  const Outcome outcome = Send(*Open(), AMessage("m1", "no address"));
  EXPECT_EQ(outcome.kind, Kind::kRejected);
  EXPECT_EQ(outcome.status_code, 400);
  EXPECT_EQ(server_.connections(), 0);
}

TEST_F(SmtpTransportTest, SettingsThatCannotWorkAreRefused) {
  SmtpSettings settings;
  EXPECT_FALSE(SmtpTransport::Create(settings, io_).ok());
  settings.host = "127.0.0.1";
  settings.helo_name = "a\r\nb";
  EXPECT_FALSE(SmtpTransport::Create(settings, io_).ok());
  settings.helo_name = "";
  settings.security = Security::kTls;
  settings.ca_file = "/nowhere/ca.pem";
  EXPECT_FALSE(SmtpTransport::Create(settings, io_).ok());
}

TEST_F(SmtpTransportTest, DestructorAnswersForEveryMessage) {
  server_.OnContent(kSaySilent).Start();
  auto transport = Open();
  std::vector<std::future<Outcome>> outcomes;
  outcomes.push_back(Start(*transport, AMessage("m0")));
  ASSERT_TRUE(server_.WaitForLine("DATA"));
  for (int i = 1; i < 10; ++i) {
    outcomes.push_back(Start(*transport, AMessage("m" + std::to_string(i))));
  }

  transport.reset();

  // The first one may be written wholly or not at all by now.
  const Kind first = outcomes[0].get().kind;
  EXPECT_TRUE(first == Kind::kUncertain || first == Kind::kTemporary);
  for (size_t i = 1; i < outcomes.size(); ++i) {
    EXPECT_EQ(outcomes[i].get().kind, Kind::kTemporary);
  }
}

TEST_F(SmtpTransportTest, CallbackMayLetGoOfTheTransport) {
  server_.Start();
  std::shared_ptr<SmtpTransport> transport = Open();
  std::promise<Outcome> done;
  SmtpTransport& reference = *transport;

  reference.Send(AMessage(), [&done, held = std::move(transport)](Outcome outcome) mutable {
    held.reset();
    done.set_value(std::move(outcome));
  });

  EXPECT_EQ(done.get_future().get().kind, Kind::kDelivered);
}

TEST_F(SmtpTransportTest, RefusedConnectionLeavesItsMessagesToTheOthers) {
  // Only the first connection gets a friendly greeting, since EHLO fails from the second one on.
  server_.On("EHLO", "421 4.7.0 too many connections").On("EHLO", "250 fake.example", 1).Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.max_connections = 4;
  const auto transport = Open(settings);

  std::vector<std::future<Outcome>> outcomes;
  for (int i = 0; i < 20; ++i) {
    outcomes.push_back(Start(*transport, AMessage("m" + std::to_string(i))));
  }

  for (std::future<Outcome>& outcome : outcomes) {
    EXPECT_EQ(outcome.get().kind, Kind::kDelivered);
  }
}

TEST_F(SmtpTransportTest, MoreMessagesThanTheTransportHoldsAreTurnedAway) {
  server_.Greet(kSaySilent).Start();
  auto transport = Open();
  const size_t held = transport->parallel_max() * 4;
  std::vector<std::future<Outcome>> outcomes;
  for (size_t i = 0; i <= held; ++i) {
    outcomes.push_back(Start(*transport, AMessage("m" + std::to_string(i))));
  }

  EXPECT_EQ(outcomes.back().get().kind, Kind::kTemporary);

  transport.reset();
  EXPECT_EQ(outcomes.front().get().kind, Kind::kTemporary);
}

TEST_F(SmtpTransportTest, RateLimitStillDeliversEverything) {
  server_.Start();
  SmtpSettings settings = SettingsFor(server_);
  settings.messages_per_second = 100;
  const auto transport = Open(settings);
  std::vector<std::future<Outcome>> outcomes;
  for (int i = 0; i < 110; ++i) {
    outcomes.push_back(Start(*transport, AMessage("m" + std::to_string(i))));
    outcomes.back().wait();
  }
  EXPECT_EQ(server_.contents().size(), 110U);
}

}  // namespace
}  // namespace pinion::delivery::smtp
