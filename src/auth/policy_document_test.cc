#include "auth/policy_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::auth {
namespace {

using ::testing::HasSubstr;

std::string RefusalOf(const std::string& json) {
  const auto parsed = ParsePolicyDocument(json, "Policies[0]");
  return parsed.ok() ? "accepted" : parsed.error().message;
}

std::string Statement(const std::string& members) {
  return R"({"Version":"2012-10-17","Statement":{)" + members + "}}";
}

TEST(PolicyDocumentTest, TakesOneStatementOrAList) {
  const std::string one = R"({"Effect":"Allow","Action":"*","Resource":"*"})";

  EXPECT_EQ(ParsePolicyDocument(R"({"Statement":)" + one + "}", "")->size(), 1);
  EXPECT_EQ(ParsePolicyDocument(R"({"Statement":[)" + one + "," + one + "]}", "")->size(), 2);
}

TEST(PolicyDocumentTest, TakesEveryElement) {
  EXPECT_EQ(RefusalOf(R"({"Version":"2008-10-17","Id":"x","Statement":[{"Sid":"s","Effect":"Deny",
    "Principal":{"AWS":["*"]},"NotAction":["kinesis:*"],"NotResource":["arn:a"],
    "Condition":{"Bool":{"aws:SecureTransport":true},"NumericLessThan":{"aws:EpochTime":[5,"6"]}}}]})"),
            "accepted");
}

TEST(PolicyDocumentTest, RefusesWhatIsNoObject) {
  EXPECT_EQ(RefusalOf("{"), RefusalOf("{"));
  EXPECT_THAT(RefusalOf("{"), HasSubstr("not valid JSON"));
  EXPECT_THAT(RefusalOf("[]"), HasSubstr("expected an object, got a list"));
  EXPECT_THAT(RefusalOf(Statement(R"("Effect":"Allow","Action":"*","Resource":"*")") + "x"),
              HasSubstr("not valid JSON"));
}

TEST(PolicyDocumentTest, RefusesUnknownElements) {
  EXPECT_THAT(RefusalOf(R"({"Statment":[]})"),
              HasSubstr("'Policies[0].Statment': unknown element 'Statment'"));
  EXPECT_THAT(RefusalOf(Statement(R"("Effect":"Allow","Actions":"*","Resource":"*")")),
              HasSubstr("'Policies[0].Statement.Actions': unknown element"));
  EXPECT_THAT(RefusalOf(Statement(R"("NotPrincipal":"*")")), HasSubstr("unknown element"));
}

TEST(PolicyDocumentTest, RefusesBothOfAPairOrNeither) {
  EXPECT_THAT(
      RefusalOf(Statement(R"("Effect":"Allow","Action":"*","NotAction":"*","Resource":"*")")),
      HasSubstr("one of Action and NotAction, not both"));
  EXPECT_THAT(RefusalOf(Statement(R"("Effect":"Allow","Resource":"*")")),
              HasSubstr("one of Action and NotAction, not neither"));
  EXPECT_THAT(RefusalOf(Statement(R"("Effect":"Allow","Action":"*")")),
              HasSubstr("one of Resource and NotResource, not neither"));
  EXPECT_THAT(
      RefusalOf(Statement(R"("Effect":"Allow","Action":"*","Resource":"*","NotResource":"*")")),
      HasSubstr("one of Resource and NotResource, not both"));
}

TEST(PolicyDocumentTest, RefusesMembersGivenTwice) {
  EXPECT_THAT(RefusalOf(R"({"Version":"2012-10-17","Version":"2012-10-17","Statement":[]})"),
              HasSubstr("'Policies[0].Version': given twice"));
  EXPECT_THAT(
      RefusalOf(Statement(R"("Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*")")),
      HasSubstr("Statement.Effect': given twice"));
  EXPECT_THAT(RefusalOf(Statement(R"("Effect":"Allow","Action":"*","Resource":"*",
    "Condition":{"StringEquals":{"aws:username":"a","AWS:UserName":"b"}})")),
              HasSubstr("given twice"));
}

TEST(PolicyDocumentTest, RefusesUnknownOperators) {
  for (const std::string name : {"StringIs", "IfExists", "ForAllValues:", "NullIfExists"}) {
    EXPECT_THAT(
        RefusalOf(Statement(R"("Effect":"Allow","Action":"*","Resource":"*","Condition":{")" +
                            name + R"(":{"aws:username":"a"}})")),
        HasSubstr("unknown operator"))
        << name;
  }
}

TEST(PolicyDocumentTest, RefusesUnknownVersionsAndEffects) {
  EXPECT_THAT(RefusalOf(R"({"Version":"2012-10-18","Statement":[]})"),
              HasSubstr("unknown value '2012-10-18'"));
  EXPECT_THAT(RefusalOf(Statement(R"("Effect":"allow","Action":"*","Resource":"*")")),
              HasSubstr("expected one of Allow, Deny"));
  EXPECT_THAT(RefusalOf(Statement(R"("Action":"*","Resource":"*")")),
              HasSubstr("Statement.Effect': missing"));
  EXPECT_THAT(RefusalOf("{}"), HasSubstr("'Policies[0].Statement': missing"));
}

TEST(PolicyDocumentTest, RefusesValuesOfAnotherType) {
  for (const auto& [operators, value] : {std::pair("NumericEquals", "many"),
                                         std::pair("IpAddress", "10.0.0/8"),
                                         std::pair("IpAddress", "10.0.0.0/33"),
                                         std::pair("Bool", "yes"),
                                         std::pair("Null", "1"),
                                         std::pair("DateLessThan", "yesterday"),
                                         std::pair("BinaryEquals", "!")}) {
    EXPECT_THAT(
        RefusalOf(Statement(R"("Effect":"Allow","Action":"*","Resource":"*","Condition":{")" +
                            std::string(operators) + R"(":{"aws:x":")" + value + R"("}})")),
        HasSubstr("expected"))
        << operators;
  }
  EXPECT_THAT(RefusalOf(Statement(R"("Effect":"Allow","Action":5,"Resource":"*")")),
              HasSubstr("'Policies[0].Statement.Action': expected a string, got a number"));
  EXPECT_THAT(RefusalOf(Statement(R"("Effect":"Allow","Action":[],"Resource":"*")")),
              HasSubstr("must not be empty"));
}

TEST(PolicyDocumentTest, RefusesBrokenVariablesButNotInOldDocuments) {
  const std::string rest =
      R"("Statement":{"Effect":"Allow","Action":"*","Resource":"a/${aws:username"}})";

  EXPECT_THAT(RefusalOf(R"({"Version":"2012-10-17",)" + rest), HasSubstr("must end with }"));
  EXPECT_EQ(RefusalOf(R"({"Version":"2008-10-17",)" + rest), "accepted");
}

TEST(PolicyDocumentTest, DeepNestingIsRefusedWithoutHarm) {
  EXPECT_THAT(RefusalOf(Statement(R"("Principal":)" + std::string(200'000, '['))),
              HasSubstr("not valid JSON"));
}

}  // namespace
}  // namespace pinion::auth
