#include "apps/settings_service.h"

#include <gtest/gtest.h>

#include "base/time_text.h"
#include "model/codec.h"
#include "storage/memory_store.h"

namespace pinion::apps {
namespace {

class SettingsServiceTest : public ::testing::Test {
 protected:
  SettingsServiceTest() {
    model::CreateApplicationRequest request;
    request.name = "shop";
    app_ = base::AppId(applications_.Create({request, "us-east-1", {}})->id);
  }

  base::Result<model::ApplicationSettingsResource> Update(const std::string& json) {
    const auto request = model::Decode<model::WriteApplicationSettingsRequest>(json);
    PINION_ASSERT(request.ok());
    return settings_.Update(app_, *request);
  }

  storage::MemoryStore store_;
  base::ManualClock clock_{base::TimestampFromMillis(1'000'000'000)};
  base::SeededRandom random_{1};
  base::IdGenerator ids_{random_};
  ApplicationService applications_{store_, clock_, ids_, "123456789012"};
  SettingsService settings_{store_, clock_, applications_};
  base::AppId app_;
};

TEST_F(SettingsServiceTest, FreshSettingsHaveFourEmptyObjectsAndTheDateOfTheApplication) {
  clock_.Advance(std::chrono::hours(1));

  const auto settings = settings_.Get(app_);

  ASSERT_TRUE(settings.ok());
  EXPECT_TRUE(settings->campaign_hook && settings->limits && settings->quiet_time &&
              settings->journey_limits);
  EXPECT_EQ(settings->last_modified_date,
            base::FormatIso8601(base::TimestampFromMillis(1'000'000'000)));
}

TEST_F(SettingsServiceTest, AbsentMembersStayAndEmptyOnesClear) {
  ASSERT_TRUE(Update(R"({"Limits":{"Daily":3},"QuietTime":{"Start":"22:00","End":"07:00"}})").ok());

  const auto settings = Update(R"({"QuietTime":{}})");

  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->limits->daily, 3);
  EXPECT_EQ(settings->quiet_time, model::QuietTime{});
}

TEST_F(SettingsServiceTest, EmptyTextsAndZeroesAreUnsetAndNoLimit) {
  const auto settings = Update(
      R"({"CampaignHook":{"LambdaFunctionName":"","Mode":"","WebUrl":""},"QuietTime":{"Start":"","End":""},)"
      R"("Limits":{"Daily":0,"MaximumDuration":0,"MessagesPerSecond":0,"Total":0}})");

  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_EQ(settings->campaign_hook, model::CampaignHook{});
  EXPECT_EQ(settings->limits->maximum_duration, 0);
}

TEST_F(SettingsServiceTest, BrokenRulesAreRefusedAndChangeNothing) {
  for (const char* json : {R"({"Limits":{"Daily":-1}})",
                           R"({"Limits":{"MaximumDuration":59}})",
                           R"({"QuietTime":{"Start":"22:00"}})",
                           R"({"QuietTime":{"Start":"24:00","End":"07:00"}})",
                           R"({"QuietTime":{"Start":"22:60","End":"07:00"}})",
                           R"({"CampaignHook":{"Mode":"FILTER"}})",
                           R"({"CampaignHook":{"WebUrl":"http://example.com/"}})",
                           R"({"JourneyLimits":{"TimeframeCap":{"Cap":1,"Days":366}}})"}) {
    EXPECT_FALSE(Update(json).ok()) << json;
  }
  EXPECT_EQ(settings_.Get(app_)->limits, model::CampaignLimits{});
}

TEST_F(SettingsServiceTest, HookMayBeHttpOnLoopback) {
  EXPECT_TRUE(Update(R"({"CampaignHook":{"WebUrl":"http://127.0.0.1:9000/x"}})").ok());
  EXPECT_TRUE(Update(R"({"CampaignHook":{"WebUrl":"https://example.com/x"}})").ok());
  EXPECT_FALSE(Update(R"({"CampaignHook":{"WebUrl":"http://127.0.0.1@example.com/"}})").ok());
  EXPECT_FALSE(Update(R"({"CampaignHook":{"WebUrl":"http://127.0.0.1.example.com/"}})").ok());
}

}  // namespace
}  // namespace pinion::apps
