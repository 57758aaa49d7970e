#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using ::testing::HasSubstr;
using testing::IsError;
using testing::JsonAt;
using ::testing::Not;
using testing::Reply;
using ::testing::StartsWith;

constexpr char kUsers[] = "/pinion/v1/users";
constexpr char kAnn[] = "/pinion/v1/users/ann";

class UsersOperationsTest : public testing::ApiTest {
 protected:
  Reply MakeUser(const std::string& name, const std::string& policies = R"(["Marketer"])") {
    return Post(
        kUsers,
        R"({"UserName":")" + name + R"(","Password":"correct horse","Policies":)" + policies + "}");
  }
};

TEST_F(UsersOperationsTest, CreateAnswersTheUserWithoutPassword) {
  const Reply created =
      Post(kUsers,
           R"({"UserName":"ann","Password":"correct horse","Email":"ann@example.com",
               "Policies":["Marketer",{"Statement":[]}]})");

  ASSERT_THAT(created, HasStatus(201));
  const Reply shown = Get(kAnn);
  EXPECT_EQ(shown.body, created.body);
  EXPECT_THAT(shown, JsonAt("/UserName", "ann"));
  EXPECT_THAT(shown, JsonAt("/Arn", "arn:aws:iam::123456789012:user/ann"));
  EXPECT_THAT(shown, JsonAt("/Email", "ann@example.com"));
  EXPECT_THAT(shown, JsonAt("/Status", "Active"));
  EXPECT_THAT(shown, JsonAt("/Policies/0", "Marketer"));
  EXPECT_THAT(shown.body, HasSubstr(R"({"Statement":[]})"));
  EXPECT_THAT(shown, JsonAt("/PasswordSet", true));
  EXPECT_THAT(shown, JsonAt("/TotpEnabled", false));
  EXPECT_THAT(shown.body, Not(HasSubstr("argon2")));
  EXPECT_FALSE(shown.At("/SetupUrl").has_value());
}

TEST_F(UsersOperationsTest, UserWithoutPasswordGetsASetupUrlOnce) {
  const Reply created = Post(kUsers, R"({"UserName":"ann","Policies":["Marketer"]})");

  ASSERT_THAT(created, HasStatus(201));
  EXPECT_THAT(created, JsonAt("/SetupUrl", StartsWith("http://localhost/console/#setup=")));
  EXPECT_THAT(created, JsonAt("/SetupUntil", "2026-11-24T11:15:00.000Z"));
  EXPECT_THAT(created, JsonAt("/PasswordSet", false));
  EXPECT_FALSE(Get(kAnn).At("/SetupUrl").has_value());
}

TEST_F(UsersOperationsTest, CreateNamesWhatIsWrong) {
  const auto refuse = [&](const std::string& body) {
    const Reply refused = Post(kUsers, body);
    EXPECT_THAT(refused, IsError(400, "BadRequestException")) << body;
    return refused.body;
  };
  EXPECT_THAT(refuse(R"({"UserName":"a b","Policies":["Marketer"]})"), HasSubstr("UserName"));
  EXPECT_THAT(refuse(R"({"UserName":"ann","Policies":["Marketer"],"Password":"123456789"})"),
              HasSubstr("'Password': must have at least 10"));
  EXPECT_THAT(refuse(R"({"UserName":"ann","Policies":["Marketer"],"Email":"ann"})"),
              HasSubstr("Email"));
  EXPECT_THAT(refuse(R"({"UserName":"ann","Policies":["Owner"]})"), HasSubstr("Policies[0]"));
  refuse(R"({"UserName":"ann","Policies":[]})");
  refuse(R"({"UserName":"ann"})");
  refuse(R"({"Policies":["Marketer"]})");
  EXPECT_THAT(Get(kAnn), IsError(404, "NotFoundException"));
}

TEST_F(UsersOperationsTest, NamesAreUniqueAmongUsersAndKeys) {
  ASSERT_THAT(MakeUser("ann"), HasStatus(201));
  ASSERT_THAT(Post("/pinion/v1/keys", R"({"Name":"ci","Policies":["ReadOnly"]})"), HasStatus(201));

  EXPECT_THAT(MakeUser("ann"), IsError(409, "ConflictException"));
  EXPECT_THAT(MakeUser("ci"), IsError(409, "ConflictException"));
  EXPECT_THAT(Post("/pinion/v1/keys", R"({"Name":"ann","Policies":["ReadOnly"]})"),
              IsError(409, "ConflictException"));
}

TEST_F(UsersOperationsTest, ListIsPagedByName) {
  MakeUser("bob");
  MakeUser("ann");
  MakeUser("cid");

  const Reply first = Get(std::string(kUsers) + "?page-size=2");
  const Reply second = Get(std::string(kUsers) + "?page-size=2&token=" + *first.At("/NextToken"));

  EXPECT_THAT(first, JsonAt("/Items/0/UserName", "ann"));
  EXPECT_THAT(first, JsonAt("/Items/1/UserName", "bob"));
  EXPECT_THAT(second, JsonAt("/Items/0/UserName", "cid"));
  EXPECT_FALSE(second.At("/NextToken").has_value());
}

TEST_F(UsersOperationsTest, UpdateMerges) {
  MakeUser("ann");

  EXPECT_THAT(Put(kAnn, R"({"Email":"ann@example.com"})"), JsonAt("/Email", "ann@example.com"));
  const Reply updated = Put(kAnn, R"({"Status":"Inactive","Policies":["ReadOnly"]})");

  EXPECT_THAT(updated, JsonAt("/Email", "ann@example.com"));
  EXPECT_THAT(updated, JsonAt("/Status", "Inactive"));
  EXPECT_THAT(updated, JsonAt("/Policies/0", "ReadOnly"));
  EXPECT_FALSE(Put(kAnn, R"({"Email":""})").At("/Email").has_value());
  EXPECT_THAT(Put(kAnn, R"({"Password":"short"})"), IsError(400, "BadRequestException"));
  EXPECT_THAT(Put("/pinion/v1/users/bob", "{}"), IsError(404, "NotFoundException"));
}

TEST_F(UsersOperationsTest, LastAdministratorStaysOne) {
  MakeUser("ann", R"(["Administrator"])");

  EXPECT_THAT(Delete(kAnn), IsError(400, "BadRequestException"));
  EXPECT_THAT(Put(kAnn, R"({"Status":"Inactive"})"), IsError(400, "BadRequestException"));
  EXPECT_THAT(Put(kAnn, R"({"Policies":["Developer"]})"), IsError(400, "BadRequestException"));

  const Reply key = Post("/pinion/v1/keys", R"({"Name":"root","Policies":["Administrator"]})");
  EXPECT_THAT(Delete(kAnn), HasStatus(204));
  EXPECT_THAT(Delete("/pinion/v1/keys/" + *key.At("/AccessKeyId")),
              IsError(400, "BadRequestException"));
}

TEST_F(UsersOperationsTest, DeletedUserIsGone) {
  MakeUser("ann");

  EXPECT_THAT(Delete(kAnn), HasStatus(204));
  EXPECT_THAT(Get(kAnn), IsError(404, "NotFoundException"));
  EXPECT_THAT(Delete(kAnn), IsError(404, "NotFoundException"));
}

TEST_F(UsersOperationsTest, ResetPasswordAnswersASetupUrl) {
  MakeUser("ann");

  const Reply reset = Post("/pinion/v1/users/ann/reset-password", "");

  EXPECT_THAT(reset, HasStatus(200));
  EXPECT_THAT(reset, JsonAt("/PasswordSet", false));
  EXPECT_THAT(reset, JsonAt("/SetupUrl", HasSubstr("#setup=")));
  EXPECT_THAT(Post("/pinion/v1/users/bob/reset-password", ""), IsError(404, "NotFoundException"));
  EXPECT_THAT(Delete("/pinion/v1/users/bob/sessions"), IsError(404, "NotFoundException"));
  EXPECT_THAT(Delete("/pinion/v1/users/bob/totp"), IsError(404, "NotFoundException"));
}

TEST_F(UsersOperationsTest, OnlyAdministratorsSeeUsers) {
  MakeUser("ann");
  AsCallerWith({"Developer"});

  const Reply refused = Get(kAnn);

  EXPECT_THAT(refused, IsError(403, "ForbiddenException"));
  EXPECT_THAT(refused.body, HasSubstr("pinion:Admin"));
  EXPECT_THAT(MakeUser("bob"), IsError(403, "ForbiddenException"));
}

TEST_F(UsersOperationsTest, AuditMasksPasswords) {
  MakeUser("ann");
  Put(kAnn, R"({"Password":"another password"})");

  const Reply audit = Get("/pinion/v1/audit?resource=users");

  EXPECT_THAT(audit.body, HasSubstr(R"("Password":"***")"));
  EXPECT_THAT(audit.body, Not(HasSubstr("correct horse")));
  EXPECT_THAT(audit.body, Not(HasSubstr("another password")));
}

}  // namespace
}  // namespace pinion::api
