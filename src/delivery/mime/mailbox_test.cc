#include "delivery/mime/mailbox.h"

#include <gtest/gtest.h>

namespace pinion::delivery::mime {
namespace {

TEST(MailboxTest, BareAddressHasNoName) {
  const auto mailbox = ParseMailbox("jo.doe+tag@mail.example.com");
  ASSERT_TRUE(mailbox.ok());
  EXPECT_EQ(mailbox->display_name, "");
  EXPECT_EQ(mailbox->local_part, "jo.doe+tag");
  EXPECT_EQ(mailbox->domain, "mail.example.com");
}

TEST(MailboxTest, NameAndAddressAreSplit) {
  const auto mailbox = ParseMailbox("  Jo Doe <jo@example.com> ");
  ASSERT_TRUE(mailbox.ok());
  EXPECT_EQ(mailbox->display_name, "Jo Doe");
  EXPECT_EQ(mailbox->Address(), "jo@example.com");
}

TEST(MailboxTest, QuotedNameMayHoldAngleAndComma) {
  const auto mailbox = ParseMailbox(R"("Doe, \"Jo\" <x>" <jo@example.com>)");
  ASSERT_TRUE(mailbox.ok());
  EXPECT_EQ(mailbox->display_name, "Doe, \"Jo\" <x>");
  EXPECT_EQ(mailbox->domain, "example.com");
}

TEST(MailboxTest, QuotedLocalPartKeepsItsQuotesInTheAddress) {
  const auto mailbox = ParseMailbox(R"("odd @ \"one\""@example.com)");
  ASSERT_TRUE(mailbox.ok());
  EXPECT_EQ(mailbox->local_part, "odd @ \"one\"");
  EXPECT_EQ(mailbox->Address(), R"("odd @ \"one\""@example.com)");
}

TEST(MailboxTest, NeedlessQuotesOfTheLocalPartAreDropped) {
  EXPECT_EQ(ParseMailbox(R"("jo"@example.com)")->Address(), "jo@example.com");
}

TEST(MailboxTest, Utf8IsTakenInEveryPart) {
  const auto mailbox = ParseMailbox("山田 <用户@例え.jp>");
  ASSERT_TRUE(mailbox.ok());
  EXPECT_EQ(mailbox->display_name, "山田");
  EXPECT_EQ(mailbox->Address(), "用户@例え.jp");
}

TEST(MailboxTest, AddressLiteralAndSingleLabelAreDomains) {
  EXPECT_TRUE(ParseMailbox("jo@[127.0.0.1]").ok());
  EXPECT_TRUE(ParseMailbox("jo@[IPv6:::1]").ok());
  EXPECT_TRUE(ParseMailbox("jo@localhost").ok());
}

TEST(MailboxTest, MalformedTextIsRefused) {
  for (const char* text : {"",
                           "jo",
                           "@example.com",
                           "jo@",
                           "jo@-a.com",
                           "jo@a..com",
                           ".jo@a.com",
                           "jo.@a.com",
                           "jo doe@a.com",
                           "Jo <jo@a.com",
                           "Jo <jo@a.com> x",
                           "<>",
                           "jo@a.com, mo@a.com",
                           "\"jo@a.com",
                           "jo@a.com\r\nRCPT TO:<x@a.com>",
                           "jo\x80@a.com",
                           "jo@a b.com",
                           "jo@[1.2.3.4",
                           "\"a\\"}) {
    EXPECT_FALSE(ParseMailbox(text).ok()) << text;
  }
}

TEST(MailboxTest, PartsOverTheirLimitsAreRefused) {
  EXPECT_TRUE(ParseMailbox(std::string(64, 'a') + "@a.com").ok());
  EXPECT_FALSE(ParseMailbox(std::string(65, 'a') + "@a.com").ok());
  EXPECT_FALSE(ParseMailbox("a@" + std::string(64, 'a') + ".com").ok());
  EXPECT_FALSE(ParseMailbox(std::string(3000, ' ') + "a@a.com").ok());
}

TEST(MailboxTest, BareAddressTakesNoNameAndNoBrackets) {
  EXPECT_TRUE(ParseBareAddress("jo@example.com").ok());
  EXPECT_FALSE(ParseBareAddress("Jo <jo@example.com>").ok());
  EXPECT_FALSE(ParseBareAddress("<jo@example.com>").ok());
}

TEST(MailboxTest, ListIsSplitAtItsCommas) {
  const auto list = ParseMailboxList(R"( jo@example.com ,"Doe, \"Jo\"" <x@example.com>,, <y@z>)");
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(
      *list,
      (std::vector<std::string>{"jo@example.com", R"("Doe, \"Jo\"" <x@example.com>)", "<y@z>"}));
}

TEST(MailboxTest, ListWithAnythingElseIsRefused) {
  EXPECT_FALSE(ParseMailboxList("jo@example.com, nobody").ok());
  EXPECT_FALSE(ParseMailboxList(R"("jo@example.com, x@example.com)").ok());
  EXPECT_FALSE(ParseMailboxList(R"(jo@example.com "\)").ok());
}

TEST(MailboxTest, ListMayBeEmpty) {
  const auto list = ParseMailboxList(" , ");
  ASSERT_TRUE(list.ok());
  EXPECT_TRUE(list->empty());
}

}  // namespace
}  // namespace pinion::delivery::mime
