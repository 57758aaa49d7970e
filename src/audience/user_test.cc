// Sections 5 and 6 of the rules: users and deletion.
#include "audience/audience_fixture.h"

namespace pinion::audience {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class UserTest : public AudienceFixture {
 protected:
  // Gives the user endpoints d0…d{count-1}, each an hour younger than the one before.
  void Fill(int count, std::string_view channel) {
    for (int i = 0; i < count; ++i) {
      Update("d" + std::to_string(i),
             R"({"User":{"UserId":"u"},"Address":"t)" + std::to_string(i) + R"(","ChannelType":")" +
                 std::string(channel) + R"("})");
      clock_.Advance(std::chrono::hours(1));
    }
  }
};

TEST_F(UserTest, AttributesOfAUserShowOnAllItsEndpoints) {
  Update("e1", R"({"User":{"UserId":"u","UserAttributes":{"a":["1"],"b":["2"]}}})");
  Update("e2", R"({"User":{"UserId":"u"}})");
  const std::string effective = EffectiveDateOf("e1");
  clock_.Advance(std::chrono::hours(1));

  Update("e2", R"({"User":{"UserAttributes":{"a":["3"],"b":[]}}})");

  EXPECT_EQ(UserAttributesOf("e1"), "a=3");
  EXPECT_EQ(UserAttributesOf("e2"), "a=3");
  EXPECT_EQ(EffectiveDateOf("e1"), effective);
}

TEST_F(UserTest, UserIdsAreCaseSensitive) {
  Update("e1", R"({"User":{"UserId":"U"}})");

  EXPECT_THAT(EndpointsOfUser("U"), ElementsAre("e1"));
  EXPECT_THAT(EndpointsOfUser("u"), IsEmpty());
}

TEST_F(UserTest, JoiningFillsInWhatTheUserLacksAndTheRequestWins) {
  Update("e1", R"({"User":{"UserId":"u","UserAttributes":{"a":["user"],"r":["user"]}}})");
  Update("e2", R"({"User":{"UserAttributes":{"a":["own"],"b":["own"],"r":["own"]}}})");

  Update("e2", R"({"User":{"UserId":"u","UserAttributes":{"r":["request"]}}})");

  EXPECT_EQ(UserAttributesOf("e1"), "a=user;r=request;b=own");
}

TEST_F(UserTest, AnotherUserIdMovesTheEndpoint) {
  Update("e1", R"({"User":{"UserId":"u1","UserAttributes":{"a":["1"]}}})");
  Update("e2", R"({"User":{"UserId":"u1"}})");
  Update("e3", R"({"User":{"UserId":"u2","UserAttributes":{"a":["2"]}}})");

  Update("e2", R"({"User":{"UserId":"u2"}})");

  EXPECT_EQ(UserAttributesOf("e2"), "a=2");
  EXPECT_EQ(UserAttributesOf("e1"), "a=1");
  EXPECT_THAT(EndpointsOfUser("u1"), ElementsAre("e1"));
  EXPECT_THAT(EndpointsOfUser("u2"), ElementsAre("e2", "e3"));
}

TEST_F(UserTest, DetachingLeavesTheAttributesWithTheUser) {
  Update("e1", R"({"User":{"UserId":"u","UserAttributes":{"a":["1"]}}})");
  Update("e2", R"({"User":{"UserId":"u"}})");

  Update("e2", R"({"User":{"UserId":""}})");

  EXPECT_EQ(model::ToJson(*Get("e2").user), "{}");
  EXPECT_EQ(UserAttributesOf("e1"), "a=1");
}

TEST_F(UserTest, AUserGoesWithItsLastEndpoint) {
  Update("e1", R"({"User":{"UserId":"u","UserAttributes":{"a":["1"]}}})");
  Update("e1", R"({"User":{"UserId":""}})");

  EXPECT_FALSE(service_->GetUserEndpoints(app_, base::UserId("u")).ok());

  Update("e1", R"({"User":{"UserId":"u"}})");
  EXPECT_EQ(UserAttributesOf("e1"), "");
}

TEST_F(UserTest, AttributesWithoutUserStayOnTheEndpoint) {
  Update("e1", R"({"User":{"UserAttributes":{"a":["1"]}}})");
  Update("e2", "{}");

  EXPECT_EQ(model::ToJson(*Get("e1").user), R"({"UserAttributes":{"a":["1"]}})");
  EXPECT_EQ(UserAttributesOf("e2"), "");
}

TEST_F(UserTest, TheSixteenthDeviceDisplacesTheOldest) {
  Fill(15, "GCM");
  Update("d3", R"({"EffectiveDate":"2020-01-01"})");

  Update("new", R"({"User":{"UserId":"u"},"ChannelType":"APNS","Address":"x"})");

  EXPECT_EQ(StatusOf("d3"), "INACTIVE USER_FULL");
  EXPECT_EQ(Find("d3").user_id, "");
  EXPECT_EQ(Find("new").user_id, "u");
  EXPECT_EQ(EndpointsOfUser("u").size(), 15u);
}

TEST_F(UserTest, OfEquallyOldDevicesTheSmallestIdIsDisplaced) {
  for (const char* id : {"b", "a", "c"}) {
    Update(id, R"({"User":{"UserId":"u"},"ChannelType":"ADM","EffectiveDate":"2020-01-01"})");
  }
  Fill(12, "EMAIL");

  Update("new", R"({"User":{"UserId":"u"},"ChannelType":"BAIDU"})");

  EXPECT_EQ(StatusOf("a"), "INACTIVE USER_FULL");
}

TEST_F(UserTest, ASixteenthEndpointOfAnotherKindIsRefused) {
  Fill(15, "GCM");

  EXPECT_EQ(TryUpdate("new", R"({"User":{"UserId":"u"},"ChannelType":"EMAIL"})"),
            "Exceeded maximum endpoint per user count: 15");
  EXPECT_FALSE(Exists("new"));
}

TEST_F(UserTest, ASixteenthDeviceIsRefusedIfTheUserHasNoDevice) {
  Fill(15, "PUSH");

  EXPECT_EQ(TryUpdate("new", R"({"User":{"UserId":"u"},"ChannelType":"GCM"})"),
            "Exceeded maximum endpoint per user count: 15");
}

TEST_F(UserTest, UpdatingAMemberOfAFullUserDisplacesNobody) {
  Fill(15, "GCM");

  Update("d0", R"({"User":{"UserId":"u"},"Attributes":{"a":["1"]}})");

  EXPECT_EQ(EndpointsOfUser("u").size(), 15u);
  EXPECT_EQ(StatusOf("d1"), "ACTIVE");
}

TEST_F(UserTest, TheLimitOfEndpointsIsASetting) {
  ASSERT_TRUE(service_->Configure(app_, {.endpoints_per_user_max = 2}).ok());
  Fill(2, "SMS");

  EXPECT_EQ(TryUpdate("new", R"({"User":{"UserId":"u"}})"),
            "Exceeded maximum endpoint per user count: 2");
}

TEST_F(UserTest, EndpointsOfAUserAreListedById) {
  for (const char* id : {"b", "c", "a"}) {
    Update(id, R"({"User":{"UserId":"u"},"EndpointStatus":"INACTIVE"})");
  }

  EXPECT_THAT(EndpointsOfUser("u"), ElementsAre("a", "b", "c"));
}

TEST_F(UserTest, AnUnknownUserIsNotFound) {
  const auto response = service_->GetUserEndpoints(app_, base::UserId("u"));

  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, base::Errc::kNotFound);
  EXPECT_EQ(response.error().message, "Resource not found");
}

class DeletionTest : public AudienceFixture {};

TEST_F(DeletionTest, AnswersTheEndpointAsItWas) {
  Update("e1", R"({"Address":"x","User":{"UserId":"u","UserAttributes":{"a":["1"]}}})");
  const model::EndpointResponse before = Get("e1");

  const auto deleted = service_->DeleteEndpoint(app_, "E1");

  ASSERT_TRUE(deleted.ok());
  EXPECT_EQ(*deleted, before);
  EXPECT_FALSE(Exists("e1"));
  EXPECT_THAT(EndpointsOfUser("u"), IsEmpty());
  EXPECT_TRUE((*service_->Index(app_))->Read()->All().Empty());
}

TEST_F(DeletionTest, UnknownEndpointsAndUsersAreNotFound) {
  EXPECT_EQ(service_->DeleteEndpoint(app_, "e1").error().code, base::Errc::kNotFound);
  EXPECT_EQ(service_->DeleteUser(app_, base::UserId("u")).error().code, base::Errc::kNotFound);
}

TEST_F(DeletionTest, DeletingAUserDeletesAllItsEndpointsAtOnce) {
  Update("e2", R"({"User":{"UserId":"u","UserAttributes":{"a":["1"]}}})");
  Update("e1", R"({"User":{"UserId":"u"}})");
  Update("e3", R"({"User":{"UserId":"v"}})");

  const auto deleted = service_->DeleteUser(app_, base::UserId("u"));

  ASSERT_TRUE(deleted.ok());
  ASSERT_EQ(deleted->item.size(), 2u);
  EXPECT_EQ(deleted->item[0].id, "e1");
  EXPECT_EQ(deleted->item[0].user->user_attributes->Find("a")->front(), "1");
  EXPECT_FALSE(Exists("e1"));
  EXPECT_FALSE(Exists("e2"));
  EXPECT_TRUE(Exists("e3"));
}

TEST_F(DeletionTest, AnEndpointMadeAgainStartsEmptyWithANewOrdinal) {
  Update("e1", R"({"Address":"x","Attributes":{"a":["1"]}})");
  const uint32_t ordinal = Find("e1").ordinal;
  ASSERT_TRUE(service_->DeleteEndpoint(app_, "e1").ok());
  clock_.Advance(std::chrono::hours(1));

  Update("e1", "{}");

  EXPECT_EQ(AttributesOf("e1"), "");
  EXPECT_EQ(Get("e1").creation_date, "2026-11-23T12:15:00.000Z");
  EXPECT_GT(Find("e1").ordinal, ordinal);
}

TEST_F(DeletionTest, OrdinalsAreNotUsedAgainAfterARestart) {
  Update("e1", "{}");
  const uint32_t ordinal = Find("e1").ordinal;
  ASSERT_TRUE(service_->DeleteEndpoint(app_, "e1").ok());
  Restart();

  Update("e2", "{}");

  EXPECT_GT(Find("e2").ordinal, ordinal);
}

TEST_F(DeletionTest, ADeletedAndCreatedEndpointOfOneTransactionExists) {
  Update("e1", R"({"Address":"old"})");
  auto transaction = service_->Begin(app_);
  ASSERT_TRUE(transaction->Delete("e1").ok());
  EXPECT_EQ(transaction->Delete("e1").error().code, base::Errc::kNotFound);
  ASSERT_TRUE(transaction->Upsert("e1", Request(R"({"ChannelType":"SMS"})"), {}).ok());
  ASSERT_TRUE(transaction->Commit().ok());

  EXPECT_EQ(Find("e1").address, "");
  EXPECT_EQ((*service_->Index(app_))->Read()->All().Cardinality(), 1u);
}

}  // namespace
}  // namespace pinion::audience
