#include "jobs/job_store.h"

#include <gtest/gtest.h>

#include "storage/memory_store.h"

namespace pinion::jobs {
namespace {

TEST(JobStoreTest, RewritesTheFailuresThatAreChanged) {
  storage::MemoryStore store;
  JobStore jobs(store);
  model::ImportJobRecord job;
  job.id = "j1";
  job.application_id = "app";
  storage::WriteBatch batch;
  for (uint64_t number = 1; number <= 2; ++number) {
    model::ImportFailure failure;
    failure.key = "rows.csv";
    failure.reason = number == 1 ? "alicia" : "bob";
    JobStore::PutFailure(job, number, failure, batch);
  }
  ASSERT_TRUE(store.Apply(batch).ok());

  storage::WriteBatch rewritten;
  const auto count = jobs.RewriteFailures(
      base::AppId("app"),
      [](model::ImportFailure& failure) {
        const bool hers = failure.reason == "alicia";
        failure.reason = hers ? "erased" : failure.reason;
        return hers;
      },
      rewritten);
  ASSERT_TRUE(store.Apply(rewritten).ok());

  EXPECT_EQ(*count, 1U);
  const auto page = jobs.Failures(base::AppId("app"), base::JobId("j1"), {});
  ASSERT_EQ(page->items.size(), 2U);
  EXPECT_EQ(page->items[0].reason, "erased");
  EXPECT_EQ(page->items[1].reason, "bob");
}

}  // namespace
}  // namespace pinion::jobs
