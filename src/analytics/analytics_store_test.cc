#include "analytics/analytics_store.h"

#include <gtest/gtest.h>

#include "analytics/analytics_fixture.h"
#include "analytics/tables.h"

namespace pinion::analytics {
namespace {

class AnalyticsStoreTest : public TablesTest {};

TEST_F(AnalyticsStoreTest, EveryEventIsARow) {
  Add({AMessage("m", "2026-11-23T11:15").Event("_email.send"), eventlog::Event{}});

  EXPECT_EQ(Number("SELECT count(*) FROM events"), 2);
  EXPECT_EQ(tables_.position(), 2U);
}

TEST_F(AnalyticsStoreTest, AMessageIsOneRowHoweverItsEventsCome) {
  const AMessage message("m", "2026-11-23T11:15");
  Add({message.Event("_email.send"), message.Event("_email.delivered")});
  Add({message.EventAt("2026-12-01T10:00", "_email.open")});
  Add({message.EventAt("2026-12-01T11:00", "_email.open"),
       message.EventAt("2026-12-01T11:01", "_email.hardbounce")});

  EXPECT_EQ(Number("SELECT count(*) FROM messages"), 1);
  EXPECT_EQ(Number("SELECT open_hours FROM messages"), 2);
  EXPECT_EQ(Number("SELECT delivered FROM messages"), 0);
}

TEST_F(AnalyticsStoreTest, MoreMessagesThanOneStatementTakesAreFoundAgain) {
  std::vector<eventlog::Event> sends;
  std::vector<eventlog::Event> opens;
  for (int i = 0; i < 2500; ++i) {
    const AMessage message("m" + std::to_string(i), "2026-11-23T11:15");
    sends.push_back(message.Event("_email.send"));
    opens.push_back(message.Event("_email.open"));
  }
  Add(sends);
  Add(opens);

  EXPECT_EQ(Number("SELECT count(*) FROM messages"), 2500);
  EXPECT_EQ(Number("SELECT sum(open_hours) FROM messages"), 2500);
}

TEST_F(AnalyticsStoreTest, EventsThatComeTwiceCountOnce) {
  const AMessage message("m", "2026-11-23T11:15");
  const std::vector<eventlog::LoggedEvent> events = {{1, kShop, message.Event("_email.send")},
                                                     {2, kShop, message.Event("_email.open")}};
  ASSERT_TRUE(tables_.Add(std::span(events).first(1)).ok());
  ASSERT_TRUE(tables_.Add(events).ok());
  ASSERT_TRUE(tables_.Add(events).ok());

  EXPECT_EQ(Number("SELECT count(*) FROM events"), 2);
  EXPECT_EQ(Number("SELECT sum(open_hours) FROM messages"), 1);
}

TEST_F(AnalyticsStoreTest, TheSameMessageIdInTwoApplicationsIsTwoMessages) {
  const AMessage message("m", "2026-11-23T11:15");
  Add({message.Event("_email.send")}, kShop);
  Add({message.Event("_email.send")}, kOther);
  Add({message.Event("_email.open")}, kOther);

  EXPECT_EQ(Number("SELECT count(*) FROM messages"), 2);
  EXPECT_EQ(Number("SELECT open_hours FROM messages WHERE app_id = 'shop'"), 0);
}

TEST_F(AnalyticsStoreTest, ADeletedApplicationTakesItsRowsAlong) {
  const AMessage message("m", "2026-11-23T11:15");
  Add({message.Event("_email.send")}, kShop);
  Add({message.Event("_email.send")}, kOther);

  ASSERT_TRUE(tables_.DeleteApp(kShop, end_).ok());

  EXPECT_EQ(Number("SELECT count(*) FROM messages WHERE app_id = 'other'"), 1);
  EXPECT_EQ(Number("SELECT count(*) FROM messages"), 1);
  EXPECT_EQ(Number("SELECT count(*) FROM events"), 1);
}

TEST_F(AnalyticsStoreTest, EventsFromBeforeADeletionThatComeAfterItAreLeftOut) {
  ASSERT_TRUE(tables_.DeleteApp(kShop, 1).ok());
  const AMessage message("m", "2026-11-23T11:15");

  Add({message.Event("_email.send")});
  EXPECT_EQ(Number("SELECT count(*) FROM events"), 0);

  Add({message.Event("_email.send")});
  EXPECT_EQ(Number("SELECT count(*) FROM events"), 1);
}

TEST_F(AnalyticsStoreTest, ClearedTablesBeginAtTheLogsBeginning) {
  Add({AMessage("m", "2026-11-23T11:15").Event("_email.send")});

  ASSERT_TRUE(tables_.Clear().ok());

  EXPECT_EQ(tables_.position(), 0U);
  EXPECT_EQ(Number("SELECT count(*) FROM messages"), 0);
  EXPECT_EQ(Number("SELECT count(*) FROM events"), 0);
}

TEST(TablesRowTest, ARowComesBackAsItWentIn) {
  MessageRow row;
  Fold(AMessage("m", "2026-11-23T11:15").To("e", "u").OfCampaign("c", "a").Event("_email.open"),
       row);
  row.price = 0.5;

  const auto back = MessageFromSql(ToSql(row));

  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, row);
}

TEST(TablesRowTest, ValuesOfAnotherTableAreNoRow) {
  EXPECT_FALSE(MessageFromSql({SqlValue(int64_t{1})}).ok());
}

TEST_F(AnalyticsStoreTest, ReplacedEventsCountAsBeforeUnderTheirNewName) {
  const AMessage message = AMessage("m", "2026-11-23T11:15").To("phone", "alice");
  const AMessage renamed = AMessage("m", "2026-11-23T11:15").To("erased-1", "erased");
  Add({message.Event("_email.send"), message.Event("_email.open")});

  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(
        tables_
            .Replace(std::vector<eventlog::LoggedEvent>{{1, kShop, renamed.Event("_email.send")},
                                                        {2, kShop, renamed.Event("_email.open")}})
            .ok());
  }

  EXPECT_EQ(Number("SELECT count(*) FROM events WHERE endpoint_id = 'erased-1'"), 2);
  EXPECT_EQ(Number("SELECT count(*) FROM events"), 2);
  EXPECT_EQ(Number("SELECT sum(open_hours) FROM messages WHERE client_id = 'erased-1' AND "
                   "user_id = 'erased'"),
            1);
  EXPECT_EQ(Number("SELECT count(*) FROM messages"), 1);
}

TEST_F(AnalyticsStoreTest, ReplacingLeavesEventsAloneThatAreStillToCome) {
  ASSERT_TRUE(
      tables_.Replace(std::vector<eventlog::LoggedEvent>{{1, kShop, eventlog::Event{}}}).ok());

  EXPECT_EQ(Number("SELECT count(*) FROM events"), 0);
}

TEST_F(AnalyticsStoreTest, RemovesWhatIsOlderOfOneApplication) {
  const AMessage old("old", "2026-11-20T11:15");
  const AMessage young("young", "2026-11-23T11:15");
  Add({old.Event("_email.send"), young.Event("_email.send")});
  Add({old.Event("_email.send")}, kOther);

  ASSERT_TRUE(tables_.RemoveBefore(kShop, At("2026-11-23T00:00")).ok());

  EXPECT_EQ(Number("SELECT count(*) FROM messages WHERE app_id = 'shop'"), 1);
  EXPECT_EQ(Number("SELECT count(*) FROM events WHERE app_id = 'shop'"), 1);
  EXPECT_EQ(Number("SELECT count(*) FROM messages WHERE app_id = 'other'"), 1);
}

}  // namespace
}  // namespace pinion::analytics
