#include "delivery/mime/mime_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::delivery::mime {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

OutboundMessage AMessage() {
  OutboundMessage message;
  message.id = base::MessageId("m1");
  message.channel = "EMAIL";
  message.address = "jo@example.com";
  message.trace_id = "trace-7";
  message.created_at = base::TimestampFromMillis(1'795'442'700'000);
  message.email = EmailContent{};
  message.email->from = "Shop <news@shop.example>";
  message.email->envelope_from = "b+m1.0@shop.example";
  message.email->subject = "Hello";
  message.email->text = "Hi Jo";
  return message;
}

OutboundMessage ARawMessage(std::string raw) {
  OutboundMessage message = AMessage();
  message.email->raw = std::move(raw);
  return message;
}

std::string Built(const OutboundMessage& message) {
  const auto built = BuildMessage(message);
  EXPECT_TRUE(built.ok()) << (built.ok() ? "" : built.error().message);
  return built.ok() ? *built : std::string();
}

size_t Count(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(MimeBuilderTest, SingleTextPartHasTheFieldsOfTheMessage) {
  EXPECT_EQ(Built(AMessage()),
            "From: Shop <news@shop.example>\r\n"
            "To: jo@example.com\r\n"
            "Subject: Hello\r\n"
            "Date: Mon, 23 Nov 2026 14:05:00 +0000\r\n"
            "Message-ID: <m1@shop.example>\r\n"
            "X-Pinion-Message-Id: m1\r\n"
            "X-Pinion-Trace-Id: trace-7\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Hi Jo\r\n");
}

TEST(MimeBuilderTest, TextComesBeforeHtmlInAlternatives) {
  OutboundMessage message = AMessage();
  message.email->html = "<p>Hi</p>";

  const std::string built = Built(message);

  EXPECT_THAT(built, HasSubstr("Content-Type: multipart/alternative; boundary=\"=_pinion_"));
  EXPECT_LT(built.find("text/plain"), built.find("text/html"));
  EXPECT_EQ(built, Built(message));
}

TEST(MimeBuilderTest, ReplyToListsAllMailboxes) {
  OutboundMessage message = AMessage();
  message.email->reply_to = {"a@x.com", "B <b@x.com>"};
  EXPECT_THAT(Built(message), HasSubstr("Reply-To: a@x.com,\r\n B <b@x.com>\r\n"));
}

TEST(MimeBuilderTest, ShownRecipientsReplaceTheOneInTo) {
  OutboundMessage message = AMessage();
  message.email->shown_to = {"a@x.com"};
  message.email->shown_cc = {"c@x.com"};
  EXPECT_THAT(Built(message), HasSubstr("To: a@x.com\r\nCc: c@x.com\r\n"));
}

TEST(MimeBuilderTest, OwnHeadersAreAddedButCannotReplacePinionsFields) {
  OutboundMessage message = AMessage();
  message.email->headers = {
      {"X-Campaign", "spring"}, {"message-id", "<evil@x>"}, {"BCC", "e@x.com"}};

  const std::string built = Built(message);

  EXPECT_THAT(built, HasSubstr("X-Campaign: spring\r\n"));
  EXPECT_THAT(built, Not(HasSubstr("evil")));
  EXPECT_THAT(built, Not(HasSubstr("e@x.com")));
}

TEST(MimeBuilderTest, HeaderValueCannotInjectAHeaderOrABody) {
  OutboundMessage message = AMessage();
  message.email->headers = {{"X-A", "1\r\nBcc: e@x.com\r\n\r\nbody"}};
  message.email->subject = "s\nBcc: e@x.com";

  const std::string built = Built(message);

  EXPECT_EQ(Count(built, "\r\nBcc:"), 0U);
  EXPECT_EQ(Count(built, "\r\n\r\n"), 1U);
}

TEST(MimeBuilderTest, MalformedHeaderNameIsRefused) {
  OutboundMessage message = AMessage();
  message.email->headers = {{"X A:", "1"}};
  EXPECT_EQ(BuildMessage(message).error().code, base::Errc::kInvalidArgument);
}

TEST(MimeBuilderTest, TextIsConvertedToTheWantedCharset) {
  OutboundMessage message = AMessage();
  message.email->charset = "ISO-8859-1";
  message.email->text = "Grüße";

  const std::string built = Built(message);

  EXPECT_THAT(built, HasSubstr("charset=ISO-8859-1"));
  EXPECT_THAT(built, HasSubstr("Gr=FC=DFe"));
}

TEST(MimeBuilderTest, TextThatTheCharsetLacksStaysUtf8) {
  OutboundMessage message = AMessage();
  message.email->charset = "ISO-8859-1";
  message.email->text = "日本";
  EXPECT_THAT(Built(message), HasSubstr("charset=UTF-8"));
}

TEST(MimeBuilderTest, UnusableCharsetsBecomeUtf8) {
  for (const char* charset : {"UTF-16", "no-such", "x\r\nBcc: a@b", "../../x"}) {
    OutboundMessage message = AMessage();
    message.email->charset = charset;
    EXPECT_THAT(Built(message), HasSubstr("charset=UTF-8\r\n")) << charset;
  }
}

TEST(MimeBuilderTest, MalformedAddressIsRefused) {
  OutboundMessage message = AMessage();
  message.address = "jo@example.com>\r\nRCPT TO:<eve@example.com";
  EXPECT_EQ(BuildMessage(message).error().code, base::Errc::kInvalidArgument);
}

TEST(MimeBuilderTest, MessageOverTenMegabytesAfterEncodingIsRefused) {
  OutboundMessage message = AMessage();
  message.email->text = std::string(4 * 1024 * 1024, '\x01');
  EXPECT_EQ(BuildMessage(message).error().code, base::Errc::kPayloadTooLarge);
}

TEST(MimeBuilderTest, RawMessageKeepsItsContentAndGetsThisRecipient) {
  const std::string raw =
      "From: X <x@raw.example>\r\nTO: old@example.com,\r\n more@example.com\r\nBcc: "
      "b@example.com\r\n"
      "Subject: Raw\r\n folded\r\nMessage-Id: <old@raw.example>\r\n\r\nBody\r\n..\r\n";

  const std::string built = Built(ARawMessage(raw));

  EXPECT_THAT(built,
              StartsWith("From: X <x@raw.example>\r\nTo: jo@example.com\r\n"
                         "Subject: Raw\r\n folded\r\n"));
  EXPECT_THAT(built, HasSubstr("Message-ID: <m1@raw.example>\r\n"));
  EXPECT_THAT(built, Not(HasSubstr("old@")));
  EXPECT_THAT(built, Not(HasSubstr("b@example.com")));
  EXPECT_TRUE(built.ends_with("\r\n\r\nBody\r\n..\r\n"));
}

TEST(MimeBuilderTest, RawMessageWithoutFromGetsTheConfiguredOne) {
  const std::string built = Built(ARawMessage("Subject: Raw\n\nBody"));
  EXPECT_THAT(built, StartsWith("From: Shop <news@shop.example>\r\n"));
  EXPECT_THAT(built, HasSubstr("<m1@shop.example>"));
  EXPECT_THAT(built, HasSubstr("To: jo@example.com\r\n"));
}

TEST(MimeBuilderTest, RawMessageHasNoLoneLineEnds) {
  const std::string built = Built(ARawMessage("Subject: Raw\n\na\n.\nb\rc\r\n.\r\n"));
  EXPECT_TRUE(built.ends_with("\r\n\r\na\r\n.\r\nb\r\nc\r\n.\r\n"));
}

TEST(MimeBuilderTest, RawMessageWithoutSplitIsRefused) {
  for (const char* raw : {"",
                          "Subject: x",
                          "Subject: x\r\n",
                          "no field\r\n\r\nbody",
                          "\r\n\r\nbody",
                          " Subject: x\r\n\r\nbody"}) {
    EXPECT_EQ(BuildMessage(ARawMessage(raw)).error().code, base::Errc::kInvalidArgument) << raw;
  }
}

TEST(MimeBuilderTest, ConfigurationSetHeaderOfARawMessageIsRemoved) {
  const std::string built = Built(ARawMessage("X-Ses-Configuration-Set: a\r\nSubject: x\r\n\r\nb"));
  EXPECT_THAT(built, Not(HasSubstr("Configuration")));
}

TEST(MimeBuilderTest, RecipientsOfARawMessageMayStayAsTheyWereWritten) {
  OutboundMessage message = ARawMessage(
      "From: a@x.example\r\nTo: Jo <jo@example.com>, mo@example.com\r\n"
      "Cc: di@example.com\r\nBcc: secret@example.com\r\n\r\nHello\r\n");
  message.email->raw_shows_recipients = true;

  const std::string built = Built(message);

  EXPECT_THAT(built, HasSubstr("To: Jo <jo@example.com>, mo@example.com\r\n"));
  EXPECT_THAT(built, HasSubstr("Cc: di@example.com\r\n"));
  EXPECT_THAT(built, Not(HasSubstr("secret")));
  EXPECT_EQ(Count(built, "\r\nTo:"), 1u);
}

}  // namespace
}  // namespace pinion::delivery::mime
