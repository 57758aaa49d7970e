#include "delivery/message_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "storage/memory_store.h"

namespace pinion::delivery {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class MessageLogTest : public ::testing::Test {
 protected:
  // Made so long after noon; its id.
  base::MessageId Add(std::chrono::hours after_noon, MessageStatus status) {
    Message message;
    message.app = app_;
    message.record.id = MakeMessageId(noon_ + after_noon, 1, 1);
    message.record.endpoint_id = "Phone";
    message.record.user_id = "alicia";
    message.record.address = "alicia@example.com";
    message.record.source.campaign_id = "c1";
    message.record.source.trace_id = "alicia's";
    message.record.status = status;
    message.record.status_message = "550 alicia@example.com";
    message.record.history = {{.status = status, .at = noon_, .detail = "alicia"}};
    message.content.body = "Dear alicia";
    storage::WriteBatch batch;
    MessageLog::Add(message, batch);
    EXPECT_TRUE(store_.Apply(batch).ok());
    return message.record.id;
  }
  std::vector<std::string> Ids(const MessageFilter& filter = {}) {
    std::vector<std::string> ids;
    const auto page = log_.List(app_, filter, {.after = "", .limit = 100});
    EXPECT_TRUE(page.ok());
    for (const auto& item : page->items) {
      ids.push_back(item.message_id);
    }
    return ids;
  }
  static MessageFilter OfEndpoint(std::string id) {
    MessageFilter filter;
    filter.endpoint_id = std::move(id);
    return filter;
  }
  static MessageFilter OfCampaign(std::string id) {
    MessageFilter filter;
    filter.campaign_id = std::move(id);
    return filter;
  }
  size_t KeysLeft() {
    size_t keys = 0;
    EXPECT_TRUE(store_
                    .Scan({.prefix = ""},
                          [&keys](std::string_view, std::string_view) {
                            ++keys;
                            return true;
                          })
                    .ok());
    return keys;
  }

  const base::AppId app_{"app"};
  const base::Timestamp noon_ = *base::ParseInstant("2026-11-23T12:00:00Z");
  storage::MemoryStore store_;
  MessageLog log_{store_};
};

TEST_F(MessageLogTest, AnonymousMessageKeepsItsStatusAndCampaignAndNothingOfThePerson) {
  const base::MessageId id = Add(0h, MessageStatus::kBounced);
  storage::WriteBatch batch;

  MessageLog::Anonymise(app_,
                        **log_.FindRecord(app_, id),
                        {.endpoint_id = "erased-1", .user_id = "erased", .address = "erased"},
                        batch);
  ASSERT_TRUE(store_.Apply(batch).ok());

  const MessageRecord record = **log_.FindRecord(app_, id);
  EXPECT_EQ(record.status, MessageStatus::kBounced);
  EXPECT_EQ(record.address, "erased");
  EXPECT_EQ(record.status_message, "");
  EXPECT_EQ(record.history.at(0).detail, "");
  EXPECT_EQ(record.source.trace_id, "");
  EXPECT_FALSE(log_.FindContent(app_, id)->has_value());
  EXPECT_THAT(Ids(OfEndpoint("phone")), ElementsAre());
  EXPECT_THAT(Ids(OfEndpoint("erased-1")), ElementsAre(id.value()));
  EXPECT_THAT(Ids(OfCampaign("c1")), ElementsAre(id.value()));
}

TEST_F(MessageLogTest, RemovesOldFinalMessagesWithEverythingAboutThem) {
  Add(0h, MessageStatus::kDelivered);
  storage::WriteBatch batch;

  const auto removed = log_.Remove(app_, {.at = noon_ + 1h}, batch);
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_EQ(removed->messages, 1U);
  EXPECT_EQ(KeysLeft(), 0U);
}

TEST_F(MessageLogTest, KeepsYoungMessagesAndThoseThatHaveNotEnded) {
  const base::MessageId queued = Add(0h, MessageStatus::kQueued);
  const base::MessageId young = Add(1h, MessageStatus::kDelivered);
  storage::WriteBatch batch;

  ASSERT_TRUE(log_.Remove(app_, {.at = noon_ + 1h}, batch).ok());
  ASSERT_TRUE(log_.RemoveContent(app_, {.at = noon_ + 1h}, batch).ok());

  EXPECT_TRUE(batch.empty());
  EXPECT_THAT(Ids(), ElementsAre(queued.value(), young.value()));
}

TEST_F(MessageLogTest, ContentCanGoAlone) {
  const base::MessageId id = Add(0h, MessageStatus::kDelivered);
  storage::WriteBatch batch;

  ASSERT_TRUE(log_.RemoveContent(app_, {.at = noon_ + 1h}, batch).ok());
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_FALSE(log_.FindContent(app_, id)->has_value());
  EXPECT_THAT(Ids(), ElementsAre(id.value()));
}

TEST_F(MessageLogTest, RemovalGoesOnWhereItStopped) {
  Add(0h, MessageStatus::kQueued);
  Add(1h, MessageStatus::kDelivered);
  storage::WriteBatch batch;

  const auto first = log_.Remove(app_, {.at = noon_ + 2h, .examined_max = 1}, batch);
  EXPECT_EQ(first->messages, 0U);
  const auto second =
      log_.Remove(app_, {.at = noon_ + 2h, .after = first->next, .examined_max = 2}, batch);

  EXPECT_EQ(second->messages, 1U);
  EXPECT_EQ(second->next, "");
}

}  // namespace
}  // namespace pinion::delivery
