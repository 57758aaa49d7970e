// Identity pools as a client of the native API sees them (AUTH-51, AUTH-55).
#include <gtest/gtest.h>

#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsError;
using testing::JsonAt;
using testing::Reply;

const std::string kPools = "/pinion/v1/identity-pools";
const std::string kPool = kPools + "/us-east-1:2f0b1d9e-0000-4000-8000-000000000001";
const std::string kOther = kPools + "/us-east-1:2f0b1d9e-0000-4000-8000-000000000002";

class IdentityPoolsOperationsTest : public testing::ApiTest {};

TEST_F(IdentityPoolsOperationsTest, PutMakesThePoolUnderTheCallersId) {
  const std::string app = MakeApp();

  const Reply reply = Put(kPool,
                          R"({"Name":"shop","AllowGuests":true,"Applications":[")" + app +
                              R"("],"CredentialSeconds":7200,"GuestPolicy":null})");

  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(Get(kPool), JsonAt("/Id", "us-east-1:2f0b1d9e-0000-4000-8000-000000000001"));
  EXPECT_THAT(Get(kPool), JsonAt("/Name", "shop"));
  EXPECT_THAT(Get(kPool), JsonAt("/Applications/0", app));
  EXPECT_THAT(Get(kPool), JsonAt("/CredentialSeconds", 7200));
  EXPECT_THAT(Get(kPool), JsonAt("/Default", false));
}

TEST_F(IdentityPoolsOperationsTest, PostMakesAnIdInTheRegionOfTheServer) {
  const Reply reply = Post(kPools, R"({"Name":"shop"})");

  EXPECT_THAT(reply, HasStatus(201));
  EXPECT_TRUE(reply.At("/Id").value_or("").starts_with("us-east-1:"));
  EXPECT_THAT(Get(kPools + "/" + reply.At("/Id").value_or("")), JsonAt("/AllowGuests", false));
}

TEST_F(IdentityPoolsOperationsTest, PutReplacesEverySetting) {
  Put(kPool, R"({"Name":"shop","AllowGuests":true,"GuestPolicy":"Guest"})");
  Put(kPool, R"({"Name":"shop2"})");

  EXPECT_THAT(Get(kPool), JsonAt("/AllowGuests", false));
  EXPECT_FALSE(Get(kPool).At("/GuestPolicy").has_value());
}

TEST_F(IdentityPoolsOperationsTest, PolicyComesBackAsItWasGiven) {
  Put(kPool,
      R"({"Name":"shop","GuestPolicy":{"Version":"2012-10-17","Statement":[)"
      R"({"Effect":"Allow","Action":"mobiletargeting:PutEvents","Resource":"*"}]}})");

  EXPECT_THAT(Get(kPool), JsonAt("/GuestPolicy/Statement/0/Effect", "Allow"));
}

TEST_F(IdentityPoolsOperationsTest, OnePoolAtMostIsDefault) {
  Put(kPool, R"({"Name":"first","Default":true})");
  Put(kOther, R"({"Name":"second","Default":true})");

  EXPECT_THAT(Get(kPool), JsonAt("/Default", false));
  EXPECT_THAT(Get(kOther), JsonAt("/Default", true));
}

TEST_F(IdentityPoolsOperationsTest, ListIsPaged) {
  Put(kPool, R"({"Name":"first"})");
  Advance(std::chrono::seconds(1));
  Put(kOther, R"({"Name":"second"})");

  const Reply first = Get(kPools + "?page-size=1");
  EXPECT_THAT(first, JsonAt("/Items/0/Name", "second"));
  const Reply second = Get(kPools + "?page-size=1&token=" + first.At("/NextToken").value_or(""));
  EXPECT_THAT(second, JsonAt("/Items/0/Name", "first"));
  EXPECT_FALSE(second.At("/NextToken").has_value());
}

TEST_F(IdentityPoolsOperationsTest, DeletedPoolIsGone) {
  Put(kPool, R"({"Name":"shop"})");

  EXPECT_THAT(Delete(kPool), HasStatus(204));

  EXPECT_THAT(Get(kPool), IsError(404, "NotFoundException"));
  EXPECT_THAT(Delete(kPool), IsError(404, "NotFoundException"));
  EXPECT_THAT(Post(kPool + "/revoke", ""), IsError(404, "NotFoundException"));
}

TEST_F(IdentityPoolsOperationsTest, RevocationTellsItsInstant) {
  Put(kPool, R"({"Name":"shop"})");

  EXPECT_THAT(Post(kPool + "/revoke", ""), JsonAt("/RevokedAt", "2026-11-23T11:15:00.000Z"));
}

TEST_F(IdentityPoolsOperationsTest, SettingThatBreaksARuleIsNamedAndStoresNothing) {
  struct Wrong {
    std::string body;
    std::string member;
  };
  const std::string provider = R"({"Name":"shop","Providers":[{"Issuer":)";
  for (const Wrong& wrong : {
           Wrong{R"({})", "Name"},
           Wrong{R"({"Name":""})", "Name"},
           Wrong{R"({"Name":"a/b"})", "Name"},
           Wrong{R"({"Name":"shop","CredentialSeconds":899})", "CredentialSeconds"},
           Wrong{R"({"Name":"shop","CredentialSeconds":43201})", "CredentialSeconds"},
           Wrong{R"({"Name":"shop","Applications":["x"]})", "Applications[0]"},
           Wrong{R"({"Name":"shop","GuestPolicy":[1]})", "GuestPolicy"},
           Wrong{R"({"Name":"shop","AuthenticatedPolicy":7})", "AuthenticatedPolicy"},
           Wrong{provider + R"("accounts.example.com","Audience":["a"]}]})", "Providers[0].Issuer"},
           Wrong{provider + R"("http://a.example","Audience":["a"]}]})", "Providers[0].Issuer"},
           Wrong{provider + R"("https://a.example","Audience":[]}]})", "Providers[0].Audience"},
           Wrong{provider + R"("https://a.example","Audience":["a"],"JwksUrl":"ftp://x"}]})",
                 "Providers[0].JwksUrl"},
           Wrong{provider + R"("https://a.example","Audience":["a"]},)" +
                     R"({"Issuer":"https://a.example","Audience":["a"]}]})",
                 "Providers[1].Issuer"},
       }) {
    const Reply reply = Put(kPool, wrong.body);
    EXPECT_THAT(reply, IsError(400, "BadRequestException")) << wrong.body;
    EXPECT_NE(reply.At("/Message").value_or("").find("'" + wrong.member + "'"), std::string::npos)
        << reply.body;
  }
  EXPECT_THAT(Get(kPool), HasStatus(404));
}

TEST_F(IdentityPoolsOperationsTest, AddressThatIsRefusedIsRefusedWhenItIsStored) {
  outbound().Refuse("https://10.0.0.1/jwks");

  EXPECT_THAT(Put(kPool,
                  R"({"Name":"shop","Providers":[{"Issuer":"https://a.example","Audience":["a"],)"
                  R"("JwksUrl":"https://10.0.0.1/jwks"}]})"),
              IsError(400, "BadRequestException"));
}

TEST_F(IdentityPoolsOperationsTest, MalformedIdIsRefused) {
  EXPECT_THAT(Put(kPools + "/shop", R"({"Name":"shop"})"), IsError(400, "BadRequestException"));
}

}  // namespace
}  // namespace pinion::api
