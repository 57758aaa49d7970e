#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using ::testing::HasSubstr;
using testing::IsError;
using testing::JsonAt;
using ::testing::Not;
using testing::Reply;

constexpr char kKeys[] = "/pinion/v1/keys";

class KeysOperationsTest : public testing::ApiTest {
 protected:
  // Its id.
  std::string MakeKey(const std::string& name, const std::string& policies) {
    const Reply reply = Post(kKeys, R"({"Name":")" + name + R"(","Policies":)" + policies + "}");
    EXPECT_THAT(reply, HasStatus(201));
    return reply.At("/AccessKeyId").value_or("");
  }
  static std::string PathOf(const std::string& id) { return std::string(kKeys) + "/" + id; }
};

TEST_F(KeysOperationsTest, CreateShowsTheSecretOnceOnly) {
  const Reply created =
      Post(kKeys,
           R"({"Name":"ci","Policies":["ReadOnly",{"Statement":[]}],"Tags":{"team":"a"},
          "RateLimit":{"RequestsPerSecond":5,"Burst":10},"ExpiresAt":"2027-01-01T00:00:00Z"})");

  ASSERT_THAT(created, HasStatus(201));
  EXPECT_EQ(created.At("/SecretAccessKey").value_or("").size(), 40);
  const Reply shown = Get(PathOf(*created.At("/AccessKeyId")));
  EXPECT_THAT(shown, JsonAt("/Name", "ci"));
  EXPECT_THAT(shown, JsonAt("/Status", "Active"));
  EXPECT_THAT(shown, JsonAt("/Policies/0", "ReadOnly"));
  EXPECT_THAT(shown, JsonAt("/Tags/team", "a"));
  EXPECT_THAT(shown, JsonAt("/RateLimit/Burst", 10));
  EXPECT_THAT(shown, JsonAt("/ExpiresAt", "2027-01-01T00:00:00.000Z"));
  EXPECT_THAT(shown.body, HasSubstr(R"({"Statement":[]})"));
  EXPECT_THAT(shown.body, Not(HasSubstr("Secret")));
}

TEST_F(KeysOperationsTest, CreateRefusesWhatIsNoPolicy) {
  EXPECT_THAT(Post(kKeys, R"({"Name":"a"})"), IsError(400, "BadRequestException"));
  EXPECT_THAT(Post(kKeys, R"({"Name":"a","Policies":[]})"), IsError(400, "BadRequestException"));
  EXPECT_THAT(Post(kKeys, R"({"Name":"a","Policies":["Owner"]})"),
              IsError(400, "BadRequestException"));
  const Reply wrong =
      Post(kKeys, R"({"Name":"a","Policies":["ReadOnly",{"Statement":{"Effect":"allow"}}]})");
  EXPECT_THAT(wrong, IsError(400, "BadRequestException"));
  EXPECT_THAT(wrong.body, HasSubstr("Policies[1].Statement.Effect"));
  EXPECT_TRUE(keys().List().empty());
}

TEST_F(KeysOperationsTest, NamesAreUnique) {
  MakeKey("ci", R"(["ReadOnly"])");

  EXPECT_THAT(Post(kKeys, R"({"Name":"ci","Policies":["Ingest"]})"),
              IsError(409, "ConflictException"));
}

TEST_F(KeysOperationsTest, ListIsPaged) {
  MakeKey("a", R"(["ReadOnly"])");
  MakeKey("b", R"(["ReadOnly"])");

  const Reply first = Get("/pinion/v1/keys?page-size=1");
  const Reply second = Get("/pinion/v1/keys?page-size=1&token=" + *first.At("/NextToken"));

  EXPECT_TRUE(second.At("/Items/0/AccessKeyId").has_value());
  EXPECT_NE(first.At("/Items/0/AccessKeyId"), second.At("/Items/0/AccessKeyId"));
  EXPECT_FALSE(second.At("/NextToken").has_value());
}

TEST_F(KeysOperationsTest, UpdateMergesAndNullTakesAway) {
  const std::string id = MakeKey("ci", R"(["ReadOnly"])");
  ASSERT_THAT(Put(PathOf(id), R"({"RateLimit":{"RequestsPerSecond":5,"Burst":10}})"),
              JsonAt("/RateLimit/RequestsPerSecond", 5));

  const Reply kept = Put(PathOf(id), R"({"Status":"Inactive"})");
  EXPECT_THAT(kept, JsonAt("/Status", "Inactive"));
  EXPECT_THAT(kept, JsonAt("/RateLimit/RequestsPerSecond", 5));
  const Reply removed = Put(PathOf(id), R"({"RateLimit":null})");
  EXPECT_FALSE(removed.At("/RateLimit/Burst").has_value());
  EXPECT_THAT(Put(PathOf(id), R"({"RateLimit":{"RequestsPerSecond":0,"Burst":1}})"),
              IsError(400, "BadRequestException"));
  EXPECT_THAT(Put(PathOf("PNAKNONE"), "{}"), IsError(404, "NotFoundException"));
}

TEST_F(KeysOperationsTest, LastAdministratorStaysOne) {
  const std::string id = MakeKey("root", R"(["Administrator"])");

  EXPECT_THAT(Delete(PathOf(id)), IsError(400, "BadRequestException"));
  for (const char* change : {R"({"Status":"Inactive"})",
                             R"({"Policies":["Developer"]})",
                             R"({"ExpiresAt":"2026-12-01T00:00:00Z"})",
                             R"({"Policies":["Administrator",
                                  {"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}]})"}) {
    EXPECT_THAT(Put(PathOf(id), change), IsError(400, "BadRequestException")) << change;
  }
  MakeKey("other", R"(["Administrator"])");
  EXPECT_THAT(Delete(PathOf(id)), HasStatus(204));
  EXPECT_THAT(Delete(PathOf(id)), IsError(404, "NotFoundException"));
}

TEST_F(KeysOperationsTest, RotatedKeyHasTwoSecretsForTheGrace) {
  const std::string id = MakeKey("ci", R"(["ReadOnly"])");
  const std::string before = keys().Find(id, "")->secrets->current;

  const Reply rotated = Post(PathOf(id) + "/rotate", R"({"GraceSeconds":60})");

  ASSERT_THAT(rotated, HasStatus(200));
  const auth::Secrets secrets = *keys().Find(id, "")->secrets;
  EXPECT_EQ(secrets.current, *rotated.At("/SecretAccessKey"));
  EXPECT_EQ(secrets.previous, before);
  clock().Advance(std::chrono::seconds(60));
  EXPECT_EQ(keys().Find(id, "")->secrets->previous, "");
  EXPECT_THAT(Post(PathOf(id) + "/rotate", R"({"GraceSeconds":-1})"),
              IsError(400, "BadRequestException"));
}

TEST_F(KeysOperationsTest, SimulationTellsWhichStatementDecides) {
  const std::string question =
      R"("Action":"mobiletargeting:GetApp","Resource":"arn:aws:mobiletargeting:us-east-1:1:apps/x")";
  const auto ask = [&](const std::string& policies, const std::string& rest) {
    return Post("/pinion/v1/policies/simulate",
                R"({"Policies":)" + policies + "," + question + rest + "}");
  };

  EXPECT_THAT(ask(R"(["ReadOnly"])", ""), JsonAt("/Decision", "Allow"));
  EXPECT_THAT(ask(R"(["ReadOnly"])", ""), JsonAt("/Statement", "ReadOnly"));
  EXPECT_THAT(ask(R"(["Sender"])", ""), JsonAt("/Decision", "ImplicitDeny"));
  const std::string owned = R"([{"Version":"2012-10-17","Statement":[{"Sid":"Mine","Effect":"Deny",
    "Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Owner":"ann"}}}]}])";
  const Reply denied = ask(owned, R"(,"Context":{"AWS:ResourceTag/Owner":["ann"]})");
  EXPECT_THAT(denied, JsonAt("/Decision", "ExplicitDeny"));
  EXPECT_THAT(denied, JsonAt("/Statement", "Mine"));
}

TEST_F(KeysOperationsTest, SimulationTakesAKeyOrPoliciesNotBoth) {
  const std::string id = MakeKey("ci", R"(["Ingest"])");
  const std::string question = R"("Action":"mobiletargeting:PutEvents","Resource":"x"})";

  EXPECT_THAT(Post("/pinion/v1/policies/simulate", R"({"AccessKeyId":")" + id + R"(",)" + question),
              JsonAt("/Decision", "Allow"));
  EXPECT_THAT(Post("/pinion/v1/policies/simulate", "{" + question),
              IsError(400, "BadRequestException"));
}

}  // namespace
}  // namespace pinion::api
