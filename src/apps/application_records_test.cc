#include "apps/application_records.h"

#include <gtest/gtest.h>

#include "apps/application_key.h"
#include "model/codec.h"
#include "storage/memory_store.h"

namespace pinion::apps {
namespace {

class ApplicationRecordsTest : public ::testing::Test {
 protected:
  void Store(const std::string& name) {
    model::ApplicationRecord record;
    record.id = app_.value();
    record.name = name;
    storage::WriteBatch batch;
    batch.Put(ApplicationKey(app_), model::ToJson(record));
    ASSERT_TRUE(store_.Apply(batch).ok());
  }

  const base::AppId app_{"app1"};
  storage::MemoryStore store_;
  ApplicationRecords records_{store_};
};

TEST_F(ApplicationRecordsTest, AnApplicationThatAppearsIsFoundAfterItWasMissed) {
  EXPECT_EQ(records_.Get(app_).error().code, base::Errc::kNotFound);

  Store("shop");

  EXPECT_EQ((*records_.Get(app_))->name, "shop");
}

TEST_F(ApplicationRecordsTest, AChangeIsSeenByTheNextGet) {
  Store("shop");
  const auto before = records_.Get(app_);

  Store("store");
  records_.Changed(app_);

  EXPECT_EQ((*records_.Get(app_))->name, "store");
  EXPECT_EQ((*before)->name, "shop");  // whoever holds the old one keeps it
}

TEST_F(ApplicationRecordsTest, AKeptRecordIsNotReadAgain) {
  Store("shop");
  const auto first = records_.Get(app_);

  EXPECT_EQ(*records_.Get(app_), *first);
}

}  // namespace
}  // namespace pinion::apps
