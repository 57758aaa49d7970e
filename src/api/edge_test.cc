#include "api/edge.h"

#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsBadRequest;
using testing::IsError;
using testing::IsNotFound;
using testing::JsonAt;
using testing::Reply;

class EdgeTest : public testing::ApiTest {
 protected:
  static http::Headers WithOrigin() {
    http::Headers headers;
    headers.Add("Origin", "https://shop.example");
    return headers;
  }
};

TEST_F(EdgeTest, EveryAnswerHasARequestIdOfItsOwn) {
  const std::string first = Get("/v1/apps").Header("x-amzn-RequestId");
  EXPECT_EQ(first.size(), 36U);
  EXPECT_NE(Get("/v1/apps").Header("x-amzn-RequestId"), first);
}

TEST_F(EdgeTest, AnswersAreNotCached) {
  EXPECT_EQ(Get("/v1/apps").Header("Cache-Control"), "no-store");
}

TEST_F(EdgeTest, UnknownPathIsNotFound) {
  EXPECT_THAT(Get("/v1/nothing"), IsNotFound());
}

TEST_F(EdgeTest, WrongMethodNamesTheOthers) {
  const Reply reply = Send("PATCH", "/v1/apps", "");
  EXPECT_THAT(reply, IsError(405, "MethodNotAllowedException"));
  EXPECT_EQ(reply.Header("Allow"), "GET, POST");
}

TEST_F(EdgeTest, BrokenEscapeInThePathIsRefused) {
  EXPECT_THAT(Get("/v1/apps/%zz"), IsBadRequest());
}

TEST_F(EdgeTest, ModelIsCheckedBeforeTheApplication) {
  EXPECT_THAT(Put("/v1/apps/none/settings", R"({"Limits":3})"), IsBadRequest());
  EXPECT_THAT(Put("/v1/apps/none/settings", "{}"), IsNotFound());
}

TEST_F(EdgeTest, UnknownMembersAreNamed) {
  const Reply reply = Post("/v1/apps", R"({"Name":"a","Colour":"red"})");
  EXPECT_THAT(reply, HasStatus(201));
  EXPECT_EQ(reply.Header("x-pinion-ignored-members"), "Colour");
}

TEST_F(EdgeTest, OpenServerSaysSo) {
  EXPECT_EQ(Get("/v1/apps").Header("x-pinion-auth"), "none");
}

TEST_F(EdgeTest, PreflightNeedsNoCredentials) {
  http::Headers headers = WithOrigin();
  headers.Add("Access-Control-Request-Method", "POST");
  headers.Add("Access-Control-Request-Headers", "authorization,x-amz-date");

  const Reply reply = Send("OPTIONS", "/v1/apps", "", headers);

  EXPECT_THAT(reply, HasStatus(204));
  // Browsers refuse a header that comes twice.
  EXPECT_EQ(reply.headers.FindAll("Access-Control-Allow-Origin"),
            std::vector<std::string_view>{"*"});
  EXPECT_EQ(reply.Header("Access-Control-Allow-Headers"), "authorization,x-amz-date");
  EXPECT_EQ(reply.Header("Access-Control-Max-Age"), "86400");
}

TEST_F(EdgeTest, ErrorsCarryCrossOriginHeadersToo) {
  const Reply reply = Send("GET", "/v1/apps/none", "", WithOrigin());
  EXPECT_EQ(reply.Header("Access-Control-Allow-Origin"), "*");
}

TEST_F(EdgeTest, NativeOperationsAreForTheirOwnOrigin) {
  const Reply reply = Send("GET", "/pinion/v1/clock", "", WithOrigin());
  EXPECT_EQ(reply.Header("Access-Control-Allow-Origin"), "");
}

}  // namespace
}  // namespace pinion::api
