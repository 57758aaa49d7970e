#include "segments/segment_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/codec.h"
#include "segments/membership.h"
#include "storage/memory_store.h"

namespace pinion::segments {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SegmentServiceTest : public testing::Test {
 protected:
  SegmentServiceTest() {
    const auto made = applications_.Create(
        {.request = {.name = "a", .tags = {}}, .region = "us-east-1", .chosen_id = {}});
    app_ = base::AppId(made->id);
    EXPECT_TRUE(audience_.OpenApp(app_).ok());
  }

  base::Result<model::SegmentResponse> Create(std::string_view json) {
    return segments_.Create(app_, *model::Decode<model::WriteSegmentRequest>(json), std::nullopt);
  }
  base::SegmentId Made(std::string_view json) { return base::SegmentId(Create(json)->id); }

  void Put(std::string_view endpoint, std::string_view json) {
    EXPECT_TRUE(
        audience_
            .UpdateEndpoint(app_, endpoint, *model::Decode<model::EndpointRequest>(json), "request")
            .ok());
  }

  std::vector<std::string> Members(const base::SegmentId& segment,
                                   std::optional<int32_t> version = std::nullopt) {
    const auto page = membership_.List(app_, segment, version, {.after = "", .limit = 100});
    std::vector<std::string> ids;
    for (const auto& member : page->items) {
      ids.push_back(member.endpoint_id);
    }
    return ids;
  }

  storage::MemoryStore store_;
  base::ManualClock clock_{base::TimestampFromMillis(1'795'432'500'000)};
  base::SeededRandom random_{1};
  base::IdGenerator ids_{random_};
  apps::ApplicationService applications_{store_, clock_, ids_, "123456789012"};
  audience::AudienceService audience_{store_, clock_};
  SegmentService segments_{store_, clock_, ids_, applications_};
  Membership membership_{audience_, segments_, clock_};
  base::AppId app_;
};

constexpr std::string_view kGold =
    R"({"Name":"gold","Dimensions":{"Attributes":{"tier":{"Values":["gold"]}}}})";

TEST_F(SegmentServiceTest, MembershipIsJudgedWhenItIsAsked) {
  const base::SegmentId gold = Made(kGold);
  Put("e1", R"({"Attributes":{"tier":["gold"]}})");
  EXPECT_THAT(Members(gold), ElementsAre("e1"));

  Put("e1", R"({"Attributes":{"tier":["silver"]}})");
  EXPECT_THAT(Members(gold), ElementsAre());
}

TEST_F(SegmentServiceTest, EachVersionKeepsItsCriteria) {
  const base::SegmentId segment = Made(kGold);
  Put("g", R"({"Attributes":{"tier":["gold"]}})");
  Put("s", R"({"Attributes":{"tier":["silver"]}})");
  const auto updated =
      segments_.Update(app_,
                       segment,
                       *model::Decode<model::WriteSegmentRequest>(
                           R"({"Dimensions":{"Attributes":{"tier":{"Values":["silver"]}}}})"));

  EXPECT_EQ(updated->version, 2);
  EXPECT_EQ(updated->name, "gold");
  EXPECT_THAT(Members(segment, 1), ElementsAre("g"));
  EXPECT_THAT(Members(segment), ElementsAre("s"));
}

TEST_F(SegmentServiceTest, TimeAloneMovesMembersOfRecency) {
  const base::SegmentId active = Made(
      R"({"Dimensions":{"Behavior":{"Recency":{"Duration":"HR_24","RecencyType":"ACTIVE"}}}})");
  Put("e1", "{}");
  EXPECT_THAT(Members(active), ElementsAre("e1"));

  clock_.Advance(std::chrono::hours(25));
  EXPECT_THAT(Members(active), ElementsAre());
}

TEST_F(SegmentServiceTest, UnversionedSourcesFollowTheLatestVersion) {
  const base::SegmentId gold = Made(kGold);
  const base::SegmentId others =
      Made(R"({"SegmentGroups":{"Groups":[{"SourceType":"NONE","SourceSegments":[{"Id":")" +
           gold.value() + R"("}]}]}})");
  Put("g", R"({"Attributes":{"tier":["gold"]}})");
  Put("s", R"({"Attributes":{"tier":["silver"]}})");
  EXPECT_THAT(Members(others), ElementsAre("s"));

  EXPECT_TRUE(segments_
                  .Update(app_,
                          gold,
                          *model::Decode<model::WriteSegmentRequest>(
                              R"({"Dimensions":{"Attributes":{"tier":{"Values":["silver"]}}}})"))
                  .ok());
  EXPECT_THAT(Members(others), ElementsAre("g"));
}

TEST_F(SegmentServiceTest, NestingDeeperThanTheLimitIsRefused) {
  std::string id = Made("{}").value();
  base::Result<model::SegmentResponse> last = base::Internal("none");
  size_t levels = 1;
  do {
    last = Create(R"({"SegmentGroups":{"Groups":[{"SourceSegments":[{"Id":")" + id + R"("}]}]}})");
    if (last.ok()) {
      id = last->id;
      ++levels;
    }
  } while (last.ok() && levels < 50);

  EXPECT_EQ(levels, kNestingMax);
  EXPECT_THAT(last.error().message, HasSubstr("levels deep"));
}

TEST_F(SegmentServiceTest, IdsAndAddressesAreFoundWithoutAnIndex) {
  Put("Phone-1", R"({"ChannelType":"SMS","Address":"+12065550100"})");
  Put("mail", R"({"ChannelType":"EMAIL","Address":"a@example.com"})");

  EXPECT_THAT(Members(Made(
                  R"({"Dimensions":{"Attributes":{"pinion:EndpointId":{"Values":["phone-1"]}}}})")),
              ElementsAre("Phone-1"));
  EXPECT_THAT(
      Members(
          Made(R"({"Dimensions":{"Attributes":{"pinion:Address":{"Values":["a@example.com"]}}}})")),
      ElementsAre("mail"));
  EXPECT_THAT(
      Members(Made(
          R"({"Dimensions":{"Attributes":{"pinion:Address":{"AttributeType":"CONTAINS","Values":["2065"]}}}})")),
      ElementsAre("Phone-1"));
}

TEST_F(SegmentServiceTest, ImportedListsLoseDeletedEndpointsForGood) {
  Put("a", "{}");
  Put("b", R"({"User":{"UserId":"u"}})");
  ImportedSegment imported;
  imported.name = "list";
  imported.members.endpoints.Add(**audience_.OrdinalOf(app_, "a"));
  imported.members.user_ids.insert("u");
  storage::WriteBatch batch;
  const base::SegmentId id("list-id");
  ASSERT_TRUE(segments_.PutImported(app_, id, imported, batch).ok());
  ASSERT_TRUE(store_.Apply(batch).ok());
  EXPECT_THAT(Members(id), ElementsAre("a", "b"));

  ASSERT_TRUE(audience_.DeleteEndpoint(app_, "a").ok());
  Put("a", "{}");
  EXPECT_THAT(Members(id), ElementsAre("b"));
}

TEST_F(SegmentServiceTest, ForgottenUserIsOnNoListAnyMore) {
  ImportedSegment imported;
  imported.name = "list";
  imported.members.user_ids = {"alicia", "bob"};
  storage::WriteBatch batch;
  const base::SegmentId id("list-id");
  ASSERT_TRUE(segments_.PutImported(app_, id, imported, batch).ok());
  ASSERT_TRUE(store_.Apply(batch).ok());

  const auto lists = segments_.ForgetUsers(app_, {"alicia", "nobody"});

  EXPECT_EQ(*lists, 1U);
  EXPECT_EQ(segments_.MembersOfImport(app_, id)->user_ids, std::set<std::string>{"bob"});
  EXPECT_EQ(*segments_.ForgetUsers(app_, {"alicia"}), 0U);
}

TEST_F(SegmentServiceTest, CountTellsWhoCanBeReached) {
  Put("ok", R"({"ChannelType":"EMAIL","Address":"a@example.com","User":{"UserId":"u"}})");
  Put("out",
      R"({"ChannelType":"EMAIL","Address":"b@example.com","OptOut":"ALL","User":{"UserId":"u"}})");
  Put("bare", "{}");
  const auto count = membership_.Count(app_, {});

  EXPECT_EQ(count->endpoints, 3);
  EXPECT_EQ(count->users, 1);
  EXPECT_EQ(count->reachable_endpoints, 1);
  EXPECT_EQ(count->opted_out, 1);
  EXPECT_EQ(count->missing_address, 1);
  EXPECT_EQ(count->missing_channel, 1);
  EXPECT_EQ(count->sample.size(), 3U);
}

}  // namespace
}  // namespace pinion::segments
