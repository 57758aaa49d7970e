#include "auth/policy_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/policy_test_context.h"

namespace pinion::auth {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kApps = "arn:aws:mobiletargeting:us-east-1:123456789012:apps";

PolicySet SetOf(const std::vector<std::string>& policies) {
  auto set = PolicySet::Parse(policies);
  EXPECT_TRUE(set.ok()) << (set.ok() ? "" : set.error().message);
  return set.ok() ? *std::move(set) : PolicySet();
}

std::string Document(const std::string& statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}
std::string Allow(const std::string& action, const std::string& resource) {
  return R"({"Effect":"Allow","Action":")" + action + R"(","Resource":")" + resource + R"("})";
}

bool Allows(const PolicySet& set,
            std::string_view action,
            std::string_view resource,
            GivenContext::Given given = {}) {
  const GivenContext context(std::move(given));
  return set.Evaluate({action, resource, context}).allowed();
}
bool Allows(const std::string& document,
            std::string_view action,
            std::string_view resource,
            GivenContext::Given given = {}) {
  return Allows(SetOf({document}), action, resource, std::move(given));
}

// Whether a statement with this condition matches a request with these values.
bool Holds(const std::string& condition, GivenContext::Given given) {
  return Allows(
      Document(R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":)" + condition + "}"),
      "a:b",
      "r",
      std::move(given));
}

TEST(PolicySetTest, AllowsNothingByItself) {
  EXPECT_FALSE(Allows(PolicySet(), "mobiletargeting:GetApp", "x"));
  EXPECT_FALSE(Allows(Document(""), "mobiletargeting:GetApp", "x"));
}

TEST(PolicySetTest, DenialsWinWhereverTheyStand) {
  const PolicySet set =
      SetOf({Document(Allow("*", "*")),
             Document(R"({"Sid":"No","Effect":"Deny","Action":"a:b","Resource":"*"})")});
  const GivenContext context;

  const Decision decision = set.Evaluate({"a:b", "r", context});

  EXPECT_EQ(decision.outcome, Decision::Outcome::kExplicitDeny);
  EXPECT_EQ(decision.statement, "No");
  EXPECT_EQ(set.Evaluate({"a:c", "r", context}).statement, "0");
}

TEST(PolicySetTest, ActionsMatchInAnyCaseAndResourcesInTheirs) {
  const std::string document = Document(Allow("MobileTargeting:get?pp", "arn:x/A*"));

  EXPECT_TRUE(Allows(document, "mobiletargeting:GetApp", "arn:x/A/b:c"));
  EXPECT_FALSE(Allows(document, "mobiletargeting:GetApps", "arn:x/A/b:c"));
  EXPECT_FALSE(Allows(document, "mobiletargeting:GetApp", "arn:x/a/b:c"));
}

TEST(PolicySetTest, QuestionMarkIsOneCharacterOfAnyLength) {
  EXPECT_TRUE(Allows(Document(Allow("*", "a?c")), "a:b", "aéc"));
  EXPECT_FALSE(Allows(Document(Allow("*", "a??c")), "a:b", "aéc"));
  EXPECT_TRUE(Allows(Document(Allow("*", "*?c")), "a:b", "éc"));
  EXPECT_FALSE(Allows(Document(Allow("*", "*??c")), "a:b", "éc"));
}

TEST(PolicySetTest, ApplicationItselfIsNotWhatIsBelowIt) {
  const std::string events = std::string(kApps) + "/x/events";

  EXPECT_FALSE(Allows(Document(Allow("*", std::string(kApps) + "/x")), "a:b", events));
  EXPECT_TRUE(Allows(Document(Allow("*", std::string(kApps) + "/x*")), "a:b", events));
}

TEST(PolicySetTest, NotActionAndNotResourceAreTheRest) {
  const std::string document =
      Document(R"({"Effect":"Allow","NotAction":["a:*","b:c"],"NotResource":"secret*"})");

  EXPECT_TRUE(Allows(document, "b:d", "open"));
  EXPECT_FALSE(Allows(document, "A:x", "open"));
  EXPECT_FALSE(Allows(document, "b:d", "secret/1"));
}

TEST(PolicySetTest, VariablesStandForValuesThatAreLiteral) {
  const std::string document = Document(Allow("*", "u/${aws:username}/*"));

  EXPECT_TRUE(Allows(document, "a:b", "u/ann/x", {{"aws:username", {"ann"}}}));
  EXPECT_FALSE(Allows(document, "a:b", "u/bob/x", {{"aws:username", {"ann"}}}));
  EXPECT_FALSE(Allows(document, "a:b", "u/bob/x", {{"aws:username", {"*"}}}));
  EXPECT_FALSE(Allows(document, "a:b", "u//x"));
}

TEST(PolicySetTest, VariablesHaveDefaultsAndEscapes) {
  EXPECT_TRUE(Allows(Document(Allow("*", "t/${aws:PrincipalTag/team, 'none'}")), "a:b", "t/none"));
  EXPECT_TRUE(Allows(Document(Allow("*", "${*}${?}${$}")), "a:b", "*?$"));
  EXPECT_FALSE(Allows(Document(Allow("*", "${*}")), "a:b", "x"));
}

TEST(PolicySetTest, OldDocumentsHaveNoVariables) {
  EXPECT_TRUE(Allows(R"({"Statement":)" + Allow("*", "${aws:username}") + "}",
                     "a:b",
                     "${aws:username}",
                     {{"aws:username", {"ann"}}}));
}

TEST(PolicySetTest, StatementWithAnUnsetVariableDoesNotMatchEvenWhenNegated) {
  EXPECT_FALSE(Holds(R"({"StringNotEquals":{"aws:userid":"${aws:PrincipalTag/x}"}})",
                     {{"aws:userid", {"u"}}}));
}

TEST(PolicySetTest, StringOperatorsCompare) {
  const GivenContext::Given ann = {{"aws:username", {"Ann"}}};
  EXPECT_TRUE(Holds(R"({"StringEquals":{"AWS:UserName":["Bob","Ann"]}})", ann));
  EXPECT_FALSE(Holds(R"({"StringEquals":{"aws:username":"A*"}})", ann));
  EXPECT_TRUE(Holds(R"({"StringLike":{"aws:username":"A*"}})", ann));
  EXPECT_FALSE(Holds(R"({"StringNotLike":{"aws:username":["x","A*"]}})", ann));
  EXPECT_TRUE(Holds(R"({"StringEqualsIgnoreCase":{"aws:username":"aNN"}})", ann));
  EXPECT_FALSE(Holds(R"({"StringNotEquals":{"aws:username":["Bob","Ann"]}})", ann));
  EXPECT_TRUE(Holds(R"({"StringNotEqualsIgnoreCase":{"aws:username":"bob"}})", ann));
}

TEST(PolicySetTest, NumbersAndDatesAreOrdered) {
  const GivenContext::Given now = {{"aws:epochtime", {"1795432500"}},
                                   {"aws:currenttime", {"2026-11-23T11:15:00Z"}}};
  EXPECT_TRUE(Holds(R"({"NumericGreaterThan":{"aws:EpochTime":"1795432499"}})", now));
  EXPECT_FALSE(Holds(R"({"NumericLessThan":{"aws:EpochTime":"1795432500"}})", now));
  EXPECT_TRUE(Holds(R"({"NumericLessThanEquals":{"aws:EpochTime":1795432500}})", now));
  EXPECT_FALSE(Holds(R"({"NumericNotEquals":{"aws:EpochTime":1795432500}})", now));
  EXPECT_TRUE(Holds(R"({"DateEquals":{"aws:CurrentTime":"1795432500"}})", now));
  EXPECT_TRUE(Holds(R"({"DateGreaterThanEquals":{"aws:EpochTime":"2026-11-23T11:15:00Z"}})", now));
  EXPECT_FALSE(Holds(R"({"DateLessThan":{"aws:CurrentTime":"2026-11-23T12:15:00+01:00"}})", now));
}

TEST(PolicySetTest, AddressesAreComparedWithNetworks) {
  const GivenContext::Given from = {{"aws:sourceip", {"10.1.2.3"}}};
  EXPECT_TRUE(Holds(R"({"IpAddress":{"aws:SourceIp":"10.9.9.9/8"}})", from));
  EXPECT_FALSE(Holds(R"({"IpAddress":{"aws:SourceIp":["10.1.2.4","::/0"]}})", from));
  EXPECT_FALSE(Holds(R"({"NotIpAddress":{"aws:SourceIp":"10.1.2.3"}})", from));
  EXPECT_TRUE(Holds(R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})",
                    {{"aws:sourceip", {"::ffff:10.1.2.3"}}}));
}

TEST(PolicySetTest, WildcardsOfArnsStayInTheirPart) {
  const GivenContext::Given arn = {{"aws:principalarn", {"arn:aws:iam::123456789012:user/ann"}}};
  EXPECT_TRUE(Holds(R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/a*"}})", arn));
  EXPECT_TRUE(Holds(R"({"ArnEquals":{"aws:PrincipalArn":"arn:*:iam::*:*"}})", arn));
  EXPECT_FALSE(Holds(R"({"ArnLike":{"aws:PrincipalArn":"arn:*:user/ann"}})", arn));
  EXPECT_TRUE(Holds(R"({"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}})", arn));
}

TEST(PolicySetTest, BoolNullAndBinaryCompare) {
  const GivenContext::Given secure = {{"aws:securetransport", {"true"}}, {"x", {"AQI="}}};
  EXPECT_TRUE(Holds(R"({"Bool":{"aws:SecureTransport":true}})", secure));
  EXPECT_FALSE(Holds(R"({"Bool":{"aws:SecureTransport":"False"}})", secure));
  EXPECT_TRUE(Holds(R"({"Null":{"aws:SecureTransport":"false"}})", secure));
  EXPECT_TRUE(Holds(R"({"Null":{"aws:username":"true"}})", secure));
  EXPECT_FALSE(Holds(R"({"Null":{"aws:username":"false"}})", secure));
  EXPECT_TRUE(Holds(R"({"BinaryEquals":{"x":"AQI="}})", secure));
}

TEST(PolicySetTest, AbsentKeysHoldForNegatedAndOptionalOperatorsOnly) {
  EXPECT_FALSE(Holds(R"({"StringEquals":{"aws:username":"ann"}})", {}));
  EXPECT_TRUE(Holds(R"({"StringNotEquals":{"aws:username":"ann"}})", {}));
  EXPECT_TRUE(Holds(R"({"StringEqualsIfExists":{"aws:username":"ann"}})", {}));
  EXPECT_FALSE(
      Holds(R"({"StringEqualsIfExists":{"aws:username":"ann"}})", {{"aws:username", {"bob"}}}));
  EXPECT_TRUE(Holds(R"({"ForAllValues:StringEquals":{"aws:TagKeys":"a"}})", {}));
  EXPECT_FALSE(Holds(R"({"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}})", {}));
}

TEST(PolicySetTest, QuantifiersCountTheValuesOfTheRequest) {
  const GivenContext::Given tags = {{"aws:tagkeys", {"a", "b"}}};
  EXPECT_TRUE(Holds(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a","b","c"]}})", tags));
  EXPECT_FALSE(Holds(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a","c"]}})", tags));
  EXPECT_TRUE(Holds(R"({"ForAnyValue:StringEquals":{"aws:TagKeys":["c","b"]}})", tags));
  EXPECT_TRUE(Holds(R"({"ForAnyValue:StringNotEquals":{"aws:TagKeys":"a"}})", tags));
  EXPECT_FALSE(Holds(R"({"ForAllValues:StringNotEquals":{"aws:TagKeys":"a"}})", tags));
}

TEST(PolicySetTest, AllOperatorsAndKeysMustHold) {
  const GivenContext::Given given = {{"aws:username", {"ann"}}, {"aws:sourceip", {"10.0.0.1"}}};
  EXPECT_TRUE(Holds(
      R"({"StringEquals":{"aws:username":"ann"},"IpAddress":{"aws:SourceIp":"10.0.0.1"}})", given));
  EXPECT_FALSE(Holds(
      R"({"StringEquals":{"aws:username":"ann"},"IpAddress":{"aws:SourceIp":"10.0.0.2"}})", given));
  EXPECT_FALSE(
      Holds(R"({"StringEquals":{"aws:username":"ann","aws:PrincipalTag/team":"a"}})", given));
}

TEST(PolicySetTest, AdministratorIsKnownUnlessSomethingIsDenied) {
  EXPECT_TRUE(SetOf({"ReadOnly", "Administrator"}).is_administrator());
  EXPECT_FALSE(SetOf({"Developer"}).is_administrator());
  EXPECT_FALSE(
      SetOf({"Administrator", Document(R"({"Effect":"Deny","Action":"a:b","Resource":"*"})")})
          .is_administrator());
}

TEST(PolicySetTest, RefusalsNameThePolicyByItsPlace) {
  const std::vector<std::string> unknown = {"ReadOnly", "Owner"};
  EXPECT_THAT(PolicySet::Parse(unknown).error().message,
              HasSubstr("'Policies[1]': expected a policy document or one of the roles "
                        "Administrator, Developer"));
  const std::vector<std::string> broken = {R"({"Statement":5})"};
  EXPECT_THAT(PolicySet::Parse(broken).error().message, HasSubstr("'Policies[0].Statement'"));
}

TEST(PolicySetTest, LimitsAreTenPoliciesOfSoManyCharacters) {
  const auto fits = [](size_t count, size_t characters) {
    return CheckPolicyLimits(std::vector<std::string>(count, std::string(characters, 'x'))).ok();
  };
  EXPECT_TRUE(fits(kPoliciesMax, kPolicyCharactersMax));
  EXPECT_FALSE(fits(kPoliciesMax + 1, 1));
  EXPECT_FALSE(fits(1, kPolicyCharactersMax + 1));
}

// The worked policy of the specification.
TEST(PolicySetTest, OwnerSeesTheApplicationButNoEndpoint) {
  const std::string document = Document(R"(
    {"Sid":"See","Effect":"Allow","Action":["mobiletargeting:Get*","mobiletargeting:List*"],
     "Resource":["arn:aws:mobiletargeting:*:123456789012:apps/810c7aab86d42fb2b56c8c966e0f1a2b*"],
     "Condition":{"StringEqualsIgnoreCase":{"aws:ResourceTag/Owner":"${aws:username}"}}},
    {"Effect":"Deny","Action":"mobiletargeting:GetEndpoint","Resource":"*"})");
  const std::string app = std::string(kApps) + "/810c7aab86d42fb2b56c8c966e0f1a2b";
  const GivenContext::Given owner = {{"aws:username", {"ann"}}, {"aws:resourcetag/Owner", {"Ann"}}};
  const GivenContext::Given other = {{"aws:username", {"bob"}}, {"aws:resourcetag/Owner", {"Ann"}}};

  EXPECT_TRUE(Allows(document, "mobiletargeting:GetApp", app, owner));
  EXPECT_TRUE(Allows(document, "mobiletargeting:GetSegment", app + "/segments/s", owner));
  EXPECT_FALSE(Allows(document, "mobiletargeting:GetApp", app, other));
  EXPECT_FALSE(Allows(document, "mobiletargeting:DeleteApp", app, owner));
  EXPECT_FALSE(Allows(document, "mobiletargeting:GetEndpoint", app + "/endpoints/e", owner));
  EXPECT_FALSE(Allows(document, "mobiletargeting:GetApps", kApps, owner));
}

}  // namespace
}  // namespace pinion::auth
