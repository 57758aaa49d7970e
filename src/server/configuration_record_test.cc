#include "server/configuration_record.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "storage/memory_store.h"

namespace pinion::server {
namespace {

class ConfigurationRecordTest : public ::testing::Test {
 protected:
  ConfigurationRecordTest() { EXPECT_TRUE(log_.Open().ok()); }

  void Start(const std::vector<ConfigEntry>& entries) {
    EXPECT_TRUE(
        RecordConfiguration({store_, log_, ids_, clock_, "us-east-1", "123456789012"}, entries)
            .ok());
  }
  std::vector<std::string> Records() const { return log_.List({}, {})->items; }

  storage::MemoryStore store_;
  audit::AuditLog log_{store_};
  base::SeededRandom random_{1};
  base::IdGenerator ids_{random_};
  base::ManualClock clock_{base::TimestampFromMillis(1'795'432'500'000)};
};

TEST_F(ConfigurationRecordTest, StartWithDefaultsRecordsNothing) {
  Start({{"log.level", "info", "default"}});

  EXPECT_TRUE(Records().empty());
}

TEST_F(ConfigurationRecordTest, ChangeIsRecordedOnceWithOldAndNewValue) {
  Start({{"log.level", "debug", "flag --set"}});
  Start({{"log.level", "error", "flag --set"}});
  Start({{"log.level", "error", "file pinion.toml:1"}});

  ASSERT_EQ(Records().size(), 2u);
  EXPECT_NE(Records()[0].find(R"("log.level":{"from":"debug","to":"error"})"), std::string::npos);
}

TEST_F(ConfigurationRecordTest, ReturnToTheDefaultIsAChange) {
  Start({{"log.level", "debug", "flag --set"}});
  Start({{"log.level", "info", "default"}});

  ASSERT_EQ(Records().size(), 2u);
  EXPECT_NE(Records()[0].find(R"("from":"debug")"), std::string::npos);
}

}  // namespace
}  // namespace pinion::server
