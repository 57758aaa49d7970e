#include "apps/application_service.h"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/settings_service.h"
#include "storage/chosen_id.h"
#include "storage/memory_store.h"

namespace pinion::apps {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr char kChosen[] = "0123456789abcdef0123456789abcdef";

class ApplicationServiceTest : public ::testing::Test {
 protected:
  ApplicationServiceTest() { applications_.AddDeletionHook(settings_); }

  model::ApplicationResponse MustCreate(const std::string& name) {
    model::CreateApplicationRequest request;
    request.name = name;
    auto created = applications_.Create({request, "eu-west-1", {}});
    PINION_ASSERT(created.ok());
    return *created;
  }

  base::Errc FailureOf(const NewApplication& application) {
    auto created = applications_.Create(application);
    PINION_ASSERT(!created.ok());
    return created.error().code;
  }

  static NewApplication Chosen(const std::string& id) {
    model::CreateApplicationRequest request;
    request.name = "shop";
    return {request, "us-east-1", id};
  }

  storage::MemoryStore store_;
  base::ManualClock clock_{base::TimestampFromMillis(1'000'000'000)};
  base::SeededRandom random_{1};
  base::IdGenerator ids_{random_};
  ApplicationService applications_{store_, clock_, ids_, "123456789012"};
  SettingsService settings_{store_, clock_, applications_};
};

TEST_F(ApplicationServiceTest, CreatedApplicationIsFound) {
  const auto created = MustCreate("shop");

  EXPECT_EQ(created.id.size(), 32U);
  EXPECT_EQ(created.arn, "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/" + created.id);
  EXPECT_EQ(*applications_.Get(base::AppId(created.id)), created);
}

TEST_F(ApplicationServiceTest, ListIsNewestFirst) {
  MustCreate("first");
  clock_.Advance(std::chrono::milliseconds(1));
  MustCreate("second");

  const auto page = applications_.List({});

  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->items.size(), 2U);
  EXPECT_EQ(page->items[0].name, "second");
}

TEST_F(ApplicationServiceTest, NamesHaveOneTo256Characters) {
  model::CreateApplicationRequest request;
  for (const std::string& name : {std::string(), std::string(257, 'x'), std::string("a\nb")}) {
    request.name = name;
    EXPECT_EQ(FailureOf({request, "us-east-1", {}}), base::Errc::kInvalidArgument) << name;
  }
  request.name = std::string(256, 'x');
  EXPECT_TRUE(applications_.Create({request, "us-east-1", {}}).ok());
}

TEST_F(ApplicationServiceTest, ChosenIdIsKeptAndTaken) {
  EXPECT_EQ(applications_.Create(Chosen(kChosen))->id, kChosen);
  EXPECT_EQ(FailureOf(Chosen(kChosen)), base::Errc::kConflict);
  EXPECT_EQ(FailureOf(Chosen("ABC")), base::Errc::kInvalidArgument);
}

TEST_F(ApplicationServiceTest, ChosenIdRestsADayAfterItsDeletion) {
  ASSERT_TRUE(applications_.Create(Chosen(kChosen)).ok());
  ASSERT_TRUE(applications_.Delete(base::AppId(kChosen)).ok());

  clock_.Advance(storage::kDeletedIdRest - std::chrono::milliseconds(1));
  EXPECT_EQ(FailureOf(Chosen(kChosen)), base::Errc::kConflict);

  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(applications_.Create(Chosen(kChosen)).ok());
}

TEST_F(ApplicationServiceTest, DeleteTakesTheSettingsAlong) {
  ASSERT_TRUE(applications_.Create(Chosen(kChosen)).ok());
  model::WriteApplicationSettingsRequest update;
  update.quiet_time.emplace().start = "22:00";
  update.quiet_time->end = "07:00";
  ASSERT_TRUE(settings_.Update(base::AppId(kChosen), update).ok());

  ASSERT_TRUE(applications_.Delete(base::AppId(kChosen)).ok());
  EXPECT_EQ(applications_.RequireExists(base::AppId(kChosen)).error().code, base::Errc::kNotFound);

  clock_.Advance(storage::kDeletedIdRest);
  ASSERT_TRUE(applications_.Create(Chosen(kChosen)).ok());
  EXPECT_EQ(settings_.Get(base::AppId(kChosen))->quiet_time, model::QuietTime{});
}

TEST_F(ApplicationServiceTest, DeletionWaitsForCallsThatUseTheApplication) {
  const base::AppId app(MustCreate("shop").id);
  auto use = std::make_unique<base::Result<ApplicationService::Use>>(applications_.UseForCall(app));
  ASSERT_TRUE(use->ok());

  auto deleted = std::async(std::launch::async, [&] { return applications_.Delete(app).ok(); });
  // The application is there for the whole of the call, however far the deletion has come.
  EXPECT_TRUE(applications_.RequireExists(app).ok());
  use.reset();

  EXPECT_TRUE(deleted.get());
  EXPECT_FALSE(applications_.UseForCall(app).ok());
}

TEST_F(ApplicationServiceTest, TagsChangeTogetherOrNotAtAll) {
  const std::string resource = "apps/" + MustCreate("shop").id;

  EXPECT_TRUE(applications_.UpdateTags(resource, {{{"env", "prod"}}, {}}).ok());
  EXPECT_FALSE(applications_.UpdateTags(resource, {{{"a", "b"}, {"aws:x", ""}}, {}}).ok());
  EXPECT_THAT(*applications_.TagsOf(resource), ElementsAre(Pair("env", "prod")));
}

}  // namespace
}  // namespace pinion::apps
