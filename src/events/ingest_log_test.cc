#include "events/ingest_log.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "events/limits.h"
#include "storage/memory_store.h"

namespace pinion::events {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const base::AppId kShop("shop");

class IngestLogTest : public testing::Test {
 protected:
  void Add(const base::AppId& app, const std::string& endpoint, const std::string& event) {
    model::IngestRefusal refusal;
    refusal.endpoint_id = endpoint;
    refusal.event_id = event;
    storage::WriteBatch batch;
    ASSERT_TRUE(log_.Add(app, std::vector{refusal}, batch).ok());
    ASSERT_TRUE(store_.Apply(batch).ok());
  }
  std::vector<std::string> Events(const base::AppId& app, std::string_view endpoint = "") {
    std::vector<std::string> events;
    const auto refusals = log_.List(app, endpoint);
    EXPECT_TRUE(refusals.ok());
    for (const model::IngestRefusal& refusal : *refusals) {
      events.push_back(*refusal.event_id);
    }
    return events;
  }

  storage::MemoryStore store_;
  IngestLog log_{store_};
};

TEST_F(IngestLogTest, Evt53RefusalsAreListedNewestFirst) {
  Add(kShop, "p", "1");
  Add(kShop, "p", "2");
  Add(base::AppId("game"), "p", "other");

  EXPECT_THAT(Events(kShop), ElementsAre("2", "1"));
}

TEST_F(IngestLogTest, Evt53RefusalsOfOneEndpointCanBeListed) {
  Add(kShop, "Phone", "1");
  Add(kShop, "other", "2");

  EXPECT_THAT(Events(kShop, "phone"), ElementsAre("1"));
}

TEST_F(IngestLogTest, Evt53TheLast1000RefusalsAreKept) {
  for (size_t i = 1; i <= kIngestRefusalsKeptMax + 5; ++i) {
    Add(kShop, "p", std::to_string(i));
  }
  const std::vector<std::string> events = Events(kShop);
  EXPECT_EQ(events.size(), 1000U);
  EXPECT_EQ(events.front(), "1005");
  EXPECT_EQ(events.back(), "6");
}

TEST_F(IngestLogTest, RefusalsOfADeletedApplicationGo) {
  Add(kShop, "p", "1");
  storage::WriteBatch batch;
  IngestLog::DeleteApp(kShop, batch);
  ASSERT_TRUE(store_.Apply(batch).ok());
  EXPECT_THAT(Events(kShop), IsEmpty());
}

TEST_F(IngestLogTest, RewritesTheRefusalsThatAreChanged) {
  Add(kShop, "hers", "1");
  Add(kShop, "his", "2");
  storage::WriteBatch batch;

  const auto count = log_.Rewrite(
      kShop,
      [](model::IngestRefusal& refusal) {
        const bool hers = refusal.endpoint_id == "hers";
        refusal.endpoint_id = hers ? "erased" : refusal.endpoint_id;
        return hers;
      },
      batch);
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_EQ(*count, 1U);
  EXPECT_THAT(Events(kShop, "erased"), ElementsAre("1"));
  EXPECT_THAT(Events(kShop, "his"), ElementsAre("2"));
}

}  // namespace
}  // namespace pinion::events
