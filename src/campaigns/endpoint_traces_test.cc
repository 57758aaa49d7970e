#include "campaigns/endpoint_traces.h"

#include <gtest/gtest.h>

#include "campaigns/event_triggers.h"
#include "campaigns/in_app_marks.h"
#include "storage/memory_store.h"

namespace pinion::campaigns {
namespace {

TEST(EndpointTracesTest, ForgetsMarksAndTriggersOfTheEndpointOnly) {
  storage::MemoryStore store;
  const CampaignStore campaigns(store);
  const base::AppId app("app");
  const RunKey activity{app, base::ActivityId("activity")};
  model::CampaignRecord campaign;
  campaign.id = "c1";
  storage::WriteBatch batch;
  CampaignStore::Put(app, campaign, batch);
  for (const char* endpoint : {"Phone", "other"}) {
    batch.Put(InAppMarks::KeyOf(app, "c1", InAppMarks::Kind::kGiven, endpoint), "");
  }
  TriggerQueue::Put(
      activity, {.position = 1, .version = 1, .endpoint_id = "PHONE", .arrived_at = {}}, batch);
  TriggerQueue::Put(
      activity, {.position = 2, .version = 1, .endpoint_id = "other", .arrived_at = {}}, batch);
  ASSERT_TRUE(store.Apply(batch).ok());

  storage::WriteBatch forget;
  const auto traces = ForgetEndpoints(campaigns, store, app, {"phone"}, forget);
  ASSERT_TRUE(traces.ok());
  ASSERT_TRUE(store.Apply(forget).ok());

  EXPECT_EQ(*traces, 2U);
  EXPECT_FALSE(
      store.Get(InAppMarks::KeyOf(app, "c1", InAppMarks::Kind::kGiven, "phone"))->has_value());
  EXPECT_TRUE(
      store.Get(InAppMarks::KeyOf(app, "c1", InAppMarks::Kind::kGiven, "other"))->has_value());
  const auto left = TriggerQueue::Read(store, activity, 10);
  ASSERT_EQ(left->size(), 1U);
  EXPECT_EQ(left->at(0).endpoint_id, "other");
}

}  // namespace
}  // namespace pinion::campaigns
