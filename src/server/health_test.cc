#include "server/health.h"

#include <gtest/gtest.h>

namespace pinion::server {
namespace {

TEST(HealthTest, ReadyWhenServingAndNothingIsWrong) {
  Health health;
  EXPECT_EQ(health.Judge().ToJson(), R"({"Status":"starting","Reasons":[]})");
  health.SetPhase(Health::Phase::kServing);
  EXPECT_EQ(health.Judge().ToJson(), R"({"Status":"ready"})");
}

TEST(HealthTest, DegradedNamesTheReasons) {
  Health health;
  health.SetPhase(Health::Phase::kServing);
  health.AddCheck([] { return std::optional<std::string>(); });
  health.AddCheck([] { return std::optional<std::string>("disk full"); });

  EXPECT_FALSE(health.Judge().ready());
  EXPECT_EQ(health.Judge().ToJson(), R"({"Status":"degraded","Reasons":["disk full"]})");
}

}  // namespace
}  // namespace pinion::server
