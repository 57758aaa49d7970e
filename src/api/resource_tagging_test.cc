// What clients of the Resource Groups Tagging API see (TAG-9).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using ::testing::HasSubstr;
using testing::JsonAt;
using ::testing::Not;
using testing::Reply;

class ResourceTaggingTest : public testing::ApiTest {
 protected:
  Reply Call(const std::string& operation, const std::string& body) {
    http::Headers headers;
    headers.Add("X-Amz-Target", "ResourceGroupsTaggingAPI_20170126." + operation);
    headers.Add("Content-Type", "application/x-amz-json-1.1");
    return Send("POST", "/", body, headers);
  }
  std::string App(const std::string& tags) {
    const Reply reply = Post("/v1/apps", R"({"Name":"shop","tags":)" + tags + "}");
    EXPECT_THAT(reply, HasStatus(201));
    return reply.At("/Arn").value_or("");
  }
  std::string Segment(const std::string& app_arn, const std::string& tags) {
    const std::string app = app_arn.substr(app_arn.find("apps/"));
    const Reply reply = Post("/v1/" + app + "/segments", R"({"Name":"s","tags":)" + tags + "}");
    EXPECT_THAT(reply, HasStatus(201));
    return reply.At("/Arn").value_or("");
  }
  std::string Template(const std::string& name, const std::string& tags) {
    const Reply reply =
        Post("/v1/templates/" + name + "/sms", R"({"Body":"x","tags":)" + tags + "}");
    EXPECT_THAT(reply, HasStatus(201));
    return reply.At("/Arn").value_or("");
  }
  static std::string Error(const Reply& reply) {
    EXPECT_EQ(reply.Header("x-amzn-ErrorType"), reply.At("/__type"));
    EXPECT_TRUE(reply.At("/Message").has_value()) << reply.body;
    return reply.At("/__type").value_or("");
  }
};

TEST_F(ResourceTaggingTest, ResourcesOfAllKindsAreFoundWithTheirTags) {
  const std::string app = App(R"({"env":"prod","team":"a"})");
  const std::string segment = Segment(app, R"({"env":"prod"})");
  const std::string sms = Template("hello", R"({"env":"test"})");
  App("{}");

  const Reply reply = Call("GetResources", "{}");

  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_EQ(reply.Header("Content-Type"), "application/x-amz-json-1.1");
  EXPECT_THAT(reply, JsonAt("/PaginationToken", ""));
  EXPECT_THAT(reply, JsonAt("/ResourceTagMappingList/0/ResourceARN", app));
  EXPECT_THAT(reply,
              JsonAt("/ResourceTagMappingList/0/Tags",
                     R"([{"Key":"env","Value":"prod"},{"Key":"team","Value":"a"}])"));
  EXPECT_THAT(reply, JsonAt("/ResourceTagMappingList/1/ResourceARN", segment));
  EXPECT_THAT(reply, JsonAt("/ResourceTagMappingList/2/ResourceARN", sms));
  EXPECT_FALSE(reply.At("/ResourceTagMappingList/3").has_value());
}

TEST_F(ResourceTaggingTest, FiltersMustAllBeMetByOneOfTheirValues) {
  const std::string first = App(R"({"env":"prod","team":"a"})");
  const std::string second = App(R"({"env":"test","team":"a"})");
  App(R"({"env":"prod"})");

  const Reply any =
      Call("GetResources",
           R"({"TagFilters":[{"Key":"env","Values":["prod","test"]},{"Key":"team","Values":[]}]})");
  const Reply one =
      Call("GetResources",
           R"({"TagFilters":[{"Key":"env","Values":["prod"]},{"Key":"team","Values":["a"]}]})");

  EXPECT_THAT(any.body, HasSubstr(first));
  EXPECT_THAT(any.body, HasSubstr(second));
  EXPECT_FALSE(any.At("/ResourceTagMappingList/2").has_value());
  EXPECT_THAT(one, JsonAt("/ResourceTagMappingList/0/ResourceARN", first));
  EXPECT_FALSE(one.At("/ResourceTagMappingList/1").has_value());
}

TEST_F(ResourceTaggingTest, TypesAreThoseOfPinpoint) {
  const std::string app = App(R"({"k":"v"})");
  const std::string segment = Segment(app, R"({"k":"v"})");

  const Reply segments =
      Call("GetResources", R"({"ResourceTypeFilters":["mobiletargeting:segments","s3"]})");
  const Reply all = Call("GetResources", R"({"ResourceTypeFilters":["mobiletargeting"]})");
  const Reply others = Call("GetResources", R"({"ResourceTypeFilters":["s3:bucket"]})");

  EXPECT_THAT(segments, JsonAt("/ResourceTagMappingList/0/ResourceARN", segment));
  EXPECT_FALSE(segments.At("/ResourceTagMappingList/1").has_value());
  EXPECT_TRUE(all.At("/ResourceTagMappingList/1").has_value());
  EXPECT_THAT(others, JsonAt("/ResourceTagMappingList", "[]"));
  EXPECT_EQ(Error(Call("GetResources", R"({"ResourceTypeFilters":["mobiletargeting:endpoints"]})")),
            "InvalidParameterException");
}

TEST_F(ResourceTaggingTest, PagesGoThroughAllKindsOnce) {
  const std::string app = App(R"({"k":"v"})");
  const std::string segment = Segment(app, R"({"k":"v"})");
  const std::string sms = Template("hello", R"({"k":"v"})");
  std::string seen;
  std::string token;
  int pages = 0;
  do {
    const Reply page =
        Call("GetResources", R"({"ResourcesPerPage":1,"PaginationToken":")" + token + "\"}");
    ASSERT_THAT(page, HasStatus(200));
    EXPECT_FALSE(page.At("/ResourceTagMappingList/1").has_value());
    seen += page.At("/ResourceTagMappingList/0/ResourceARN").value_or("nothing") + " ";
    token = page.At("/PaginationToken").value_or("");
    ++pages;
  } while (!token.empty() && pages < 5);

  EXPECT_EQ(seen, app + " " + segment + " " + sms + " ");
  EXPECT_EQ(pages, 3);
}

TEST_F(ResourceTaggingTest, TagsPerPageEndAPageToo) {
  std::string fifty;
  for (int i = 0; i < 50; ++i) {
    fifty += (i == 0 ? "{\"k" : ",\"k") + std::to_string(i) + "\":\"v\"";
  }
  fifty += "}";
  for (int i = 0; i < 3; ++i) {
    App(fifty);
  }

  const Reply page = Call("GetResources", R"({"TagsPerPage":100})");

  EXPECT_TRUE(page.At("/ResourceTagMappingList/1").has_value());
  EXPECT_FALSE(page.At("/ResourceTagMappingList/2").has_value());
  EXPECT_THAT(page, JsonAt("/PaginationToken", Not("")));
}

TEST_F(ResourceTaggingTest, TokenOfAnotherQueryHasExpired) {
  App(R"({"k":"v"})");
  App(R"({"k":"v"})");
  const std::string token =
      Call("GetResources", R"({"ResourcesPerPage":1})").At("/PaginationToken").value_or("");
  ASSERT_NE(token, "");

  const Reply other = Call(
      "GetResources",
      R"({"ResourceTypeFilters":["mobiletargeting:apps"],"PaginationToken":")" + token + "\"}");

  EXPECT_THAT(other, HasStatus(400));
  EXPECT_EQ(Error(other), "PaginationTokenExpiredException");
}

TEST_F(ResourceTaggingTest, ResourcesCanBeNamed) {
  const std::string app = App(R"({"k":"v"})");
  const Reply named =
      Call("GetResources", R"({"ResourceARNList":[")" + app + "\",\"" + App("{}") + "\"]}");

  EXPECT_THAT(named, JsonAt("/ResourceTagMappingList/0/ResourceARN", app));
  EXPECT_FALSE(named.At("/ResourceTagMappingList/1").has_value());
  EXPECT_EQ(
      Error(Call("GetResources", R"({"ResourceARNList":[")" + app + R"("],"ResourcesPerPage":5})")),
      "InvalidParameterException");
}

TEST_F(ResourceTaggingTest, TagsOfSeveralResourcesChangeAtOnce) {
  const std::string app = App(R"({"old":"1"})");
  const std::string sms = Template("hello", "{}");
  const std::string both = "[\"" + app + "\",\"" + sms + "\"]";

  EXPECT_THAT(Call("TagResources", R"({"ResourceARNList":)" + both + R"(,"Tags":{"k":"v"}})"),
              JsonAt("/FailedResourcesMap", "{}"));
  EXPECT_THAT(Get("/v1/tags/" + app), JsonAt("/tags", R"({"old":"1","k":"v"})"));
  EXPECT_THAT(Get("/v1/tags/" + sms), JsonAt("/tags", R"({"k":"v"})"));

  EXPECT_THAT(
      Call("UntagResources", R"({"ResourceARNList":)" + both + R"(,"TagKeys":["k","none"]})"),
      JsonAt("/FailedResourcesMap", "{}"));
  EXPECT_THAT(Get("/v1/tags/" + app), JsonAt("/tags", R"({"old":"1"})"));
  EXPECT_THAT(Get("/v1/tags/" + sms), JsonAt("/tags", "{}"));
}

TEST_F(ResourceTaggingTest, WhatFailsIsToldByItsArn) {
  const std::string app = App("{}");
  const std::string gone = app.substr(0, app.size() - 32) + std::string(32, '0');
  const std::string endpoint = app + "/endpoints/x";

  const Reply reply = Call("TagResources",
                           R"({"ResourceARNList":[")" + app + "\",\"" + gone + "\",\"" + endpoint +
                               R"(","s3"],"Tags":{"k":"v"}})");

  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonAt("/FailedResourcesMap/" + std::string("s3") + "/StatusCode", 400));
  EXPECT_THAT(reply, JsonAt("/FailedResourcesMap/s3/ErrorCode", "InvalidParameterException"));
  EXPECT_THAT(reply.body,
              HasSubstr("\"" + gone + R"(":{"StatusCode":404,"ErrorCode":"NotFoundException")"));
  EXPECT_THAT(reply.body, HasSubstr("\"" + endpoint + R"(":{"StatusCode":400)"));
  EXPECT_THAT(reply.body, Not(HasSubstr("\"" + app + "\":")));
  EXPECT_THAT(Get("/v1/tags/" + app), JsonAt("/tags", R"({"k":"v"})"));
}

TEST_F(ResourceTaggingTest, RequestsOutOfBoundsAreInvalid) {
  for (const auto& [operation, body] :
       {std::pair("GetResources", R"({"ResourcesPerPage":0})"),
        std::pair("GetResources", R"({"ResourcesPerPage":101})"),
        std::pair("GetResources", R"({"TagsPerPage":99})"),
        std::pair("GetResources", R"({"TagFilters":[{"Values":["x"]}]})"),
        std::pair("GetResources", "no json"),
        std::pair("TagResources", R"({"ResourceARNList":[],"Tags":{"k":"v"}})"),
        std::pair("TagResources", R"({"ResourceARNList":["x"],"Tags":{}})"),
        std::pair("UntagResources", R"({"ResourceARNList":["x"]})"),
        std::pair("GetTagValues", "{}")}) {
    const Reply reply = Call(operation, body);
    EXPECT_THAT(reply, HasStatus(400)) << body;
    EXPECT_EQ(Error(reply), "InvalidParameterException") << body;
  }
  EXPECT_EQ(Call("DescribeReportCreation", "{}").At("/__type"), "UnknownOperationException");
}

TEST_F(ResourceTaggingTest, KeysAndValuesAreListedOnce) {
  App(R"({"env":"prod","team":"b"})");
  App(R"({"env":"test","team":"a"})");
  Template("hello", R"({"env":"prod","empty":""})");

  EXPECT_THAT(Call("GetTagKeys", "{}"), JsonAt("/TagKeys", R"(["empty","env","team"])"));
  EXPECT_THAT(Call("GetTagKeys", ""), JsonAt("/PaginationToken", ""));
  EXPECT_THAT(Call("GetTagValues", R"({"Key":"env"})"), JsonAt("/TagValues", R"(["prod","test"])"));
  EXPECT_THAT(Call("GetTagValues", R"({"Key":"empty"})"), JsonAt("/TagValues", R"([""])"));
  EXPECT_THAT(Call("GetTagValues", R"({"Key":"x"})"), JsonAt("/TagValues", "[]"));
}

TEST_F(ResourceTaggingTest, ChangeIsAuditedWithItsResources) {
  const std::string app = App("{}");
  Call("TagResources", R"({"ResourceARNList":[")" + app + R"("],"Tags":{"k":"v"}})");

  const Reply audit = Get("/pinion/v1/audit?page-size=1");

  EXPECT_THAT(audit, JsonAt("/Items/0/eventName", "TagResources"));
  EXPECT_THAT(audit, JsonAt("/Items/0/eventSource", "tagging.amazonaws.com"));
  EXPECT_THAT(audit, JsonAt("/Items/0/resources/0/ARN", app));
  EXPECT_THAT(audit, JsonAt("/Items/0/requestParameters/Tags/k", "v"));
}

TEST_F(ResourceTaggingTest, CallerNeedsTheServicesActionAndThatOfTheResource) {
  const std::string mine = App(R"({"owner":"me"})");
  const std::string other = App(R"({"owner":"you"})");
  AsCallerWith({R"({"Statement":[
      {"Effect":"Allow","Action":["tag:TagResources","tag:UntagResources"],"Resource":"*"},
      {"Effect":"Allow","Action":["mobiletargeting:TagResource","mobiletargeting:UntagResource"],
       "Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/owner":"me"},
       "ForAllValues:StringEquals":{"aws:TagKeys":["k"]}}}]})"});
  const std::string both = "[\"" + mine + "\",\"" + other + "\"]";

  const Reply refused = Call("GetResources", "{}");
  const Reply tagged =
      Call("TagResources", R"({"ResourceARNList":)" + both + R"(,"Tags":{"k":"v"}})");
  const Reply another =
      Call("TagResources", R"({"ResourceARNList":[")" + mine + R"("],"Tags":{"x":"v"}})");
  const Reply untagged =
      Call("UntagResources", R"({"ResourceARNList":)" + both + R"(,"TagKeys":["owner"]})");

  EXPECT_THAT(refused, HasStatus(400));
  EXPECT_EQ(Error(refused), "AccessDeniedException");
  EXPECT_THAT(refused, JsonAt("/Message", HasSubstr("tag:GetResources on resource: *")));
  EXPECT_THAT(tagged.body,
              HasSubstr("\"" + other + R"(":{"StatusCode":403,"ErrorCode":"ForbiddenException")"));
  EXPECT_THAT(tagged.body, Not(HasSubstr("\"" + mine + "\":")));
  EXPECT_THAT(another.body, HasSubstr("ForbiddenException"));
  EXPECT_THAT(untagged.body, HasSubstr("\"" + mine + "\":"));
  AsAdministrator();
  EXPECT_THAT(Get("/v1/tags/" + mine), JsonAt("/tags", R"({"owner":"me","k":"v"})"));
  EXPECT_THAT(Get("/v1/tags/" + other), JsonAt("/tags", R"({"owner":"you"})"));
}

}  // namespace
}  // namespace pinion::api
