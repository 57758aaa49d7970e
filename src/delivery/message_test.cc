#include "delivery/message.h"

#include <gtest/gtest.h>

namespace pinion::delivery {
namespace {

TEST(MessageTest, RecipientsThatAnEmailShowsAreStored) {
  MessageContent content;
  EmailContent& email = content.email.emplace();
  email.shown_to = {"Jo <jo@example.com>", "mo@example.com"};
  email.shown_cc = {"di@example.com"};
  email.raw = "raw";
  email.raw_shows_recipients = true;

  const auto read = DecodeContent(EncodeContent(content));

  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->email->shown_to, email.shown_to);
  EXPECT_EQ(read->email->shown_cc, email.shown_cc);
  EXPECT_TRUE(read->email->raw_shows_recipients);
}

TEST(MessageTest, TimeToLiveOfAnSmsIsStored) {
  MessageContent content;
  content.sms.emplace().template_id = "t";
  content.sms->time_to_live = std::chrono::hours(72);

  const auto read = DecodeContent(EncodeContent(content));

  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->sms->template_id, "t");
  EXPECT_EQ(read->sms->time_to_live, std::chrono::hours(72));
}

}  // namespace
}  // namespace pinion::delivery
