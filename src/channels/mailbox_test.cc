#include "channels/mailbox.h"

#include <gtest/gtest.h>

namespace pinion::channels {
namespace {

TEST(MailboxTest, BareAddress) {
  const auto mailbox = ParseMailbox(" ann.o'neil+x@mail.example.com ");
  ASSERT_TRUE(mailbox);
  EXPECT_EQ(mailbox->name, "");
  EXPECT_EQ(mailbox->address, "ann.o'neil+x@mail.example.com");
}

TEST(MailboxTest, NameAndAddress) {
  const auto mailbox = ParseMailbox("Grüße aus Oslo <a@b.no>");
  ASSERT_TRUE(mailbox);
  EXPECT_EQ(mailbox->name, "Grüße aus Oslo");
  EXPECT_EQ(mailbox->address, "a@b.no");
}

TEST(MailboxTest, QuotedNameMayHaveCommasAndEscapes) {
  const auto mailbox = ParseMailbox(R"("Shop, \"The\"" <a@b.no>)");
  ASSERT_TRUE(mailbox);
  EXPECT_EQ(mailbox->name, R"(Shop, "The")");
}

TEST(MailboxTest, OtherTextsAreNone) {
  for (const char* text : {"",
                           "a",
                           "a@",
                           "@b",
                           "a@b@c",
                           "a..b@c.d",
                           ".a@c.d",
                           "a@-c.d",
                           "a@c..d",
                           "Shop, The <a@b.no>",
                           "a@b.no <",
                           "<a@b.no",
                           "a@b.no, c@d.no",
                           "a@b.no\r\nBcc: c@d.no"}) {
    EXPECT_FALSE(ParseMailbox(text)) << text;
  }
}

TEST(MailboxTest, LengthsAreLimited) {
  EXPECT_TRUE(ParseMailbox(std::string(64, 'a') + "@b.no"));
  EXPECT_FALSE(ParseMailbox(std::string(65, 'a') + "@b.no"));
  EXPECT_FALSE(ParseMailbox("a@" + std::string(64, 'b') + ".no"));
}

}  // namespace
}  // namespace pinion::channels
