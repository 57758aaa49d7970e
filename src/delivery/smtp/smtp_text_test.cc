// The parts of the SMTP client that work without a connection.
#include <gtest/gtest.h>

#include "base/base64.h"
#include "delivery/smtp/send_rate.h"
#include "delivery/smtp/smtp_auth.h"
#include "delivery/smtp/smtp_capabilities.h"
#include "delivery/smtp/smtp_outcome.h"
#include "delivery/smtp/smtp_reply.h"
#include "delivery/smtp/submission.h"

namespace pinion::delivery::smtp {
namespace {

using Kind = Outcome::Kind;

Reply Parsed(std::string_view text) {
  ReplyParser parser;
  parser.Feed(text);
  auto next = parser.Next();
  EXPECT_TRUE(next.ok() && next->has_value()) << text;
  return next.ok() && next->has_value() ? **next : Reply{};
}

TEST(ReplyParserTest, MultiLineReplyIsOneReply) {
  const Reply reply = Parsed("550-5.1.1 No such\r\n550 5.1.1 user here\r\n");
  EXPECT_EQ(reply.code, 550);
  EXPECT_EQ(reply.enhanced_status, "5.1.1");
  EXPECT_EQ(reply.OneLine(), "550 5.1.1 No such user here");
}

TEST(ReplyParserTest, ReplyMayComeInPieces) {
  ReplyParser parser;
  parser.Feed("250-a\r\n25");
  EXPECT_FALSE(parser.Next()->has_value());
  EXPECT_TRUE(parser.HasPending());
  parser.Feed("0 b\r");
  EXPECT_FALSE(parser.Next()->has_value());
  parser.Feed("\n354 go\r\n");
  EXPECT_EQ((*parser.Next())->lines.size(), 2U);
  EXPECT_EQ((*parser.Next())->code, 354);
  EXPECT_FALSE(parser.HasPending());
}

TEST(ReplyParserTest, BareCodeAndBareLineFeedAreTaken) {
  EXPECT_EQ(Parsed("250\r\n").code, 250);
  EXPECT_EQ(Parsed("250 ok\n").OneLine(), "250 ok");
}

TEST(ReplyParserTest, EnhancedStatusMustFitTheCode) {
  EXPECT_EQ(Parsed("550 2.1.1 odd\r\n").enhanced_status, "");
  EXPECT_EQ(Parsed("451 4.7.500 slow\r\n").enhanced_status, "4.7.500");
  EXPECT_EQ(Parsed("550 5.1 odd\r\n").enhanced_status, "");
  EXPECT_EQ(Parsed("550 5.1.1234 odd\r\n").enhanced_status, "");
}

TEST(ReplyParserTest, MalformedRepliesAreErrors) {
  for (const std::string& text : {std::string("hello\r\n"),
                                  std::string("99 x\r\n"),
                                  std::string("650 x\r\n"),
                                  std::string("250_x\r\n"),
                                  std::string("250-a\r\n251 b\r\n"),
                                  std::string(5000, 'x')}) {
    ReplyParser parser;
    parser.Feed(text);
    EXPECT_FALSE(parser.Next().ok()) << text.substr(0, 20);
  }
}

TEST(ReplyParserTest, EndlessReplyIsAnError) {
  ReplyParser parser;
  for (int i = 0; i < 300; ++i) {
    parser.Feed("250-more\r\n");
  }
  EXPECT_FALSE(parser.Next().ok());
}

TEST(ReplyParserTest, OneLineHasNoControlCharacters) {
  EXPECT_EQ(Parsed("550 a\tb\x01"
                   "c\xFF\r\n")
                .OneLine(),
            "550 a b c?");
}

TEST(CapabilitiesTest, KeywordsAreReadInAnyCase) {
  const Capabilities offered = ParseCapabilities(
      Parsed("250-mx.example hello\r\n250-pipelining\r\n250-SIZE 1000\r\n250-8BITMIME\r\n"
             "250-AUTH PLAIN cram-md5\r\n250-AUTH=LOGIN\r\n250-SMTPUTF8\r\n250 STARTTLS\r\n"));
  EXPECT_EQ(offered.server_name, "mx.example");
  EXPECT_TRUE(offered.pipelining && offered.eight_bit_mime && offered.smtp_utf8 &&
              offered.start_tls);
  EXPECT_EQ(offered.size_max, 1000U);
  EXPECT_EQ(offered.auth_mechanisms, (std::vector<std::string>{"PLAIN", "CRAM-MD5", "LOGIN"}));
}

TEST(CapabilitiesTest, ServerNameIsNoKeyword) {
  EXPECT_FALSE(ParseCapabilities(Parsed("250 STARTTLS\r\n")).start_tls);
}

TEST(SmtpAuthTest, AutomaticChoiceDependsOnTls) {
  const std::vector<std::string> offered = {"CRAM-MD5", "LOGIN", "PLAIN", "XOAUTH2"};
  EXPECT_EQ(ChooseMechanism(AuthMechanism::kAuto, offered, Channel::kEncrypted),
            AuthMechanism::kPlain);
  EXPECT_EQ(ChooseMechanism(AuthMechanism::kAuto, offered, Channel::kPlaintext),
            AuthMechanism::kCramMd5);
  EXPECT_EQ(ChooseMechanism(AuthMechanism::kAuto, {"XOAUTH2"}, Channel::kEncrypted), std::nullopt);
}

TEST(SmtpAuthTest, WantedMechanismMustBeOffered) {
  EXPECT_EQ(ChooseMechanism(AuthMechanism::kXoauth2, {"PLAIN"}, Channel::kEncrypted), std::nullopt);
  EXPECT_EQ(ChooseMechanism(AuthMechanism::kLogin, {"LOGIN"}, Channel::kEncrypted),
            AuthMechanism::kLogin);
}

// The example of RFC 2195.
TEST(SmtpAuthTest, CramMd5AnswersTheChallengeOfTheStandard) {
  AuthExchange exchange(AuthMechanism::kCramMd5, {"tim", "tanstaaftanstaaf"});
  EXPECT_EQ(exchange.Command(), "AUTH CRAM-MD5");
  const auto response =
      exchange.Respond("PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+");
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(base::Base64Decode(*response), "tim b913a602c7eda7a495b4e6e7334d3890");
}

TEST(SmtpAuthTest, PlainAndXoauth2GoInTheCommand) {
  EXPECT_EQ(AuthExchange(AuthMechanism::kPlain, {"jo", "secret"}).Command(),
            "AUTH PLAIN AGpvAHNlY3JldA==");
  EXPECT_EQ(AuthExchange(AuthMechanism::kXoauth2, {"jo", "tok"}).Command(),
            "AUTH XOAUTH2 " + base::Base64Encode("user=jo\x01"
                                                 "auth=Bearer tok\x01\x01"));
}

TEST(SmtpAuthTest, SurplusChallengeIsAnError) {
  AuthExchange exchange(AuthMechanism::kLogin, {"jo", "secret"});
  EXPECT_EQ(*exchange.Respond("VXNlcm5hbWU6"), "am8=");
  EXPECT_EQ(*exchange.Respond("UGFzc3dvcmQ6"), "c2VjcmV0");
  EXPECT_FALSE(exchange.Respond("").ok());
}

TEST(SmtpOutcomeTest, PermanentFailureBlamesTheRecipientOnlyFromRcptOn) {
  const Reply reply = Parsed("550 5.7.1 no\r\n");
  for (const Stage stage : {Stage::kGreeting, Stage::kHello, Stage::kAuth, Stage::kMail}) {
    EXPECT_EQ(OutcomeOfReply(stage, reply).kind, Kind::kFailed);
  }
  for (const Stage stage : {Stage::kRecipient, Stage::kData, Stage::kContent}) {
    EXPECT_EQ(OutcomeOfReply(stage, reply).kind, Kind::kHardBounce);
  }
}

TEST(SmtpOutcomeTest, TransientFailureIsTemporaryEverywhere) {
  const Reply reply = Parsed("451 4.3.0 later\r\n");
  for (const Stage stage : {Stage::kGreeting, Stage::kAuth, Stage::kMail, Stage::kContent}) {
    EXPECT_EQ(OutcomeOfReply(stage, reply).kind, Kind::kTemporary);
  }
}

TEST(SmtpOutcomeTest, QueueIdIsKept) {
  const Outcome outcome =
      OutcomeOfReply(Stage::kContent, Parsed("250 2.0.0 Ok: queued as 4F2A1\r\n"));
  EXPECT_EQ(outcome.kind, Kind::kSent);
  EXPECT_EQ(outcome.provider_message_id, "4F2A1");
}

TEST(DotStuffedTest, DotsAtLineStartsAreDoubledAndTheEndIsMarked) {
  EXPECT_EQ(DotStuffed("a\r\nb\r\n"), "a\r\nb\r\n.\r\n");
  EXPECT_EQ(DotStuffed(".\r\n..x\r\na.b\r\n.\r\n"), "..\r\n...x\r\na.b\r\n..\r\n.\r\n");
}

TEST(SendRateTest, OneSecondsWorthGoesAtOnceAndTheRestIsSpaced) {
  SendRate rate(10);
  const SendRate::Clock::time_point start(std::chrono::hours(1));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(rate.Reserve(start), start);
  }
  EXPECT_EQ(rate.Reserve(start), start + std::chrono::milliseconds(100));
  EXPECT_EQ(rate.Reserve(start), start + std::chrono::milliseconds(200));
}

TEST(SendRateTest, IdleTimeSavesNoMoreThanOneSecond) {
  SendRate rate(2);
  const SendRate::Clock::time_point later(std::chrono::hours(9));
  rate.Reserve(SendRate::Clock::time_point(std::chrono::hours(1)));
  EXPECT_EQ(rate.Reserve(later), later);
  EXPECT_EQ(rate.Reserve(later), later);
  EXPECT_GT(rate.Reserve(later), later);
}

TEST(SendRateTest, SlowRateLetsTheFirstOneGo) {
  SendRate rate(0.5);
  const SendRate::Clock::time_point start(std::chrono::hours(1));
  EXPECT_EQ(rate.Reserve(start), start);
  EXPECT_EQ(rate.Reserve(start), start + std::chrono::seconds(2));
}

}  // namespace
}  // namespace pinion::delivery::smtp
