#include "events/event_reader.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "eventlog/stream_record.h"
#include "storage/memory_store.h"

namespace pinion::events {
namespace {

using eventlog::Event;
using eventlog::Origin;
using testing::ElementsAre;
using testing::IsEmpty;

const base::AppId kShop("shop");
const base::Timestamp kNow = *base::ParseInstant("2026-11-23T11:15:00Z");

class EventReaderTest : public testing::Test {
 protected:
  EventReaderTest() { EXPECT_TRUE(log_.Open().ok()); }

  void Append(std::vector<Event> events, const base::AppId& app = kShop) {
    storage::WriteBatch batch;
    const eventlog::EventLog::Append append = log_.Add(app, events, batch);
    ASSERT_TRUE(store_.Apply(batch).ok());
  }
  static Event Named(std::string id) {
    Event event;
    event.event_id = std::move(id);
    event.event_type = "T";
    event.endpoint_id = "p";
    event.reported_at = kNow;
    event.arrived_at = kNow;
    return event;
  }
  std::vector<std::string> Ids(const EventFilter& filter, const base::PageRequest& page = {}) {
    return IdsOf(*reader_.List(kShop, filter, page));
  }
  static std::vector<std::string> IdsOf(const base::Page<model::LoggedEventItem>& page) {
    std::vector<std::string> ids;
    for (const model::LoggedEventItem& item : page.items) {
      ids.push_back(item.event_id.value_or("-"));
    }
    return ids;
  }

  storage::MemoryStore store_;
  base::WorkTracker work_;
  eventlog::EventLog log_{store_, work_};
  EventReader reader_{log_, "123456789012"};
};

TEST_F(EventReaderTest, Evt70AnItemHasTheStreamRecord) {
  Event event = Named("e1");
  event.user_id = "ann";
  Append({event});

  const auto page = reader_.List(kShop, {}, {});

  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items[0].event_id, "e1");
  EXPECT_EQ(page->items[0].origin, "APP");
  EXPECT_EQ(page->items[0].endpoint_id, "p");
  EXPECT_EQ(page->items[0].user_id, "ann");
  EXPECT_EQ(page->items[0].arrived_at, kNow);
  EXPECT_EQ(page->items[0].record.text, eventlog::StreamRecord(kShop, event, "123456789012"));
  EXPECT_EQ(page->next, "");
}

TEST_F(EventReaderTest, Evt70AbsentUserAndEventIdAreLeftOut) {
  Event event = Named("");
  event.origin = Origin::kSystem;
  Append({event});

  const auto page = reader_.List(kShop, {}, {});

  EXPECT_EQ(page->items[0].origin, "SYSTEM");
  EXPECT_EQ(page->items[0].event_id, std::nullopt);
  EXPECT_EQ(page->items[0].user_id, std::nullopt);
}

TEST_F(EventReaderTest, Evt70OrderIsThatOfTheLogOldestFirst) {
  Append({Named("1"), Named("2")});
  Append({Named("other")}, base::AppId("game"));
  Append({Named("3")});

  EXPECT_THAT(Ids({}), ElementsAre("1", "2", "3"));
  EXPECT_THAT(Ids({.direction = storage::Direction::kBackward}), ElementsAre("3", "2", "1"));
}

TEST_F(EventReaderTest, Api63PagesShowEachEventOnce) {
  Append({Named("1"), Named("2"), Named("3"), Named("4"), Named("5")});
  for (const auto direction : {storage::Direction::kForward, storage::Direction::kBackward}) {
    std::vector<std::string> ids;
    base::PageRequest request{.after = "", .limit = 2};
    int pages = 0;
    do {
      const auto page = reader_.List(kShop, {.direction = direction}, request);
      ASSERT_TRUE(page.ok());
      const std::vector<std::string> some = IdsOf(*page);
      ids.insert(ids.end(), some.begin(), some.end());
      request.after = page->next;
      ++pages;
    } while (!request.after.empty());
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(ids.size(), 5U);
  }
}

TEST_F(EventReaderTest, Api60TheLastPageHasNoNextToken) {
  Append({Named("1"), Named("2")});
  EXPECT_EQ(reader_.List(kShop, {}, {.after = "", .limit = 2})->next, "");
}

TEST_F(EventReaderTest, APageThatPassesOverTooManyEventsTellsWhereToGoOn) {
  std::vector<Event> events(kEventsPerPageVisitedMax, Named("no"));
  events.push_back(Named("yes"));
  events.back().user_id = "ann";
  Append(std::move(events));

  const auto first = reader_.List(kShop, {.user_id = "ann"}, {});
  ASSERT_TRUE(first.ok());
  EXPECT_THAT(first->items, IsEmpty());
  const auto second = reader_.List(kShop, {.user_id = "ann"}, {.after = first->next});
  ASSERT_TRUE(second.ok());
  EXPECT_THAT(IdsOf(*second), ElementsAre("yes"));
}

TEST_F(EventReaderTest, AForeignResumeKeyIsRefused) {
  for (const std::string key : {"x", "0", "1x", "-1"}) {
    const auto page = reader_.List(kShop, {}, {.after = key});
    ASSERT_FALSE(page.ok()) << key;
    EXPECT_EQ(page.error().code, base::Errc::kInvalidArgument);
  }
}

TEST_F(EventReaderTest, Evt70FiltersByTypeEndpointUserAndOrigin) {
  Event typed = Named("typed");
  typed.event_type = "Purchase";
  Event other_endpoint = Named("endpoint");
  other_endpoint.endpoint_id = "Phone-1";
  Event of_user = Named("user");
  of_user.user_id = "ann";
  Event system = Named("system");
  system.origin = Origin::kSystem;
  Append({typed, other_endpoint, of_user, system});

  EXPECT_THAT(Ids({.event_types = {"Purchase", "Nothing"}}), ElementsAre("typed"));
  EXPECT_THAT(Ids({.endpoint_id = "phone-1"}), ElementsAre("endpoint"));
  EXPECT_THAT(Ids({.user_id = "ann"}), ElementsAre("user"));
  EXPECT_THAT(Ids({.origin = Origin::kSystem}), ElementsAre("system"));
}

TEST_F(EventReaderTest, Evt70FiltersByCampaignJourneyAndMessage) {
  Event campaign = Named("campaign");
  campaign.attributes = {{"campaign_id", "c1"}};
  Event journey = Named("journey");
  journey.attributes = {{"journey_id", "j1"}};
  Event sms = Named("sms");
  sms.attributes = {{"message_id", "m1"}};
  Event email = Named("email");
  email.facets_json = R"({"email_channel":{"mail_event":{"mail":{"message_id":"m1"}}}})";
  Append({campaign, journey, sms, email});

  EXPECT_THAT(Ids({.campaign_id = "c1"}), ElementsAre("campaign"));
  EXPECT_THAT(Ids({.journey_id = "j1"}), ElementsAre("journey"));
  EXPECT_THAT(Ids({.message_id = "m1"}), ElementsAre("sms", "email"));
}

TEST_F(EventReaderTest, Evt70FromAndToAreArrivalTimesBothInclusive) {
  std::vector<Event> events;
  for (int second = 0; second < 4; ++second) {
    events.push_back(Named(std::to_string(second)));
    events.back().arrived_at = kNow + std::chrono::seconds{second};
  }
  Append(std::move(events));

  EXPECT_THAT(Ids({.from = kNow + std::chrono::seconds{1}, .to = kNow + std::chrono::seconds{2}}),
              ElementsAre("1", "2"));
}

TEST(EventFilterTest, ReadsTheQuery) {
  model::ListEventsRequest request;
  request.event_type = {"a", "b"};
  request.origin = "SYSTEM";
  request.from = "2026-11-23T11:15:00Z";
  request.order = "desc";

  const auto filter = ReadEventFilter(request);

  ASSERT_TRUE(filter.ok());
  EXPECT_THAT(filter->event_types, ElementsAre("a", "b"));
  EXPECT_EQ(filter->origin, Origin::kSystem);
  EXPECT_EQ(filter->from, kNow);
  EXPECT_EQ(filter->to, std::nullopt);
  EXPECT_EQ(filter->direction, storage::Direction::kBackward);
}

TEST(EventFilterTest, RefusesWhatIsNoOriginTimeOrOrder) {
  model::ListEventsRequest request;
  request.origin = "app";
  EXPECT_FALSE(ReadEventFilter(request).ok());
  request = {};
  request.to = "now";
  EXPECT_FALSE(ReadEventFilter(request).ok());
  request = {};
  request.order = "up";
  EXPECT_FALSE(ReadEventFilter(request).ok());
}

}  // namespace
}  // namespace pinion::events
