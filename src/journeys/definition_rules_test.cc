#include "journeys/definition_rules.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/codec.h"

namespace pinion::journeys {
namespace {

using testing::HasSubstr;

model::WriteJourneyRequest Journey(const std::string& json) {
  auto journey = model::Decode<model::WriteJourneyRequest>(json);
  EXPECT_TRUE(journey.ok()) << json << journey.error().message;
  return journey.ok() ? *std::move(journey) : model::WriteJourneyRequest{};
}

// What a draft with this member is refused for; "" when it is taken.
std::string FormOf(const std::string& member) {
  Problems problems;
  CheckForm(Journey(R"({"Name":"j",)" + member + "}"), problems);
  return problems.Sentences();
}

std::string NamesOf(const std::string& json) {
  const auto status = CheckNames(Journey(json));
  return status.ok() ? "" : status.error().message;
}

std::string Named(const std::string& name) {
  return NamesOf(R"({"Name":")" + name + R"("})");
}

TEST(DefinitionRulesTest, Jrn104NamesAreLettersDigitsAndThreeSigns) {
  for (const std::string& name : {std::string("a"),
                                  std::string("Über.uns_2-3"),
                                  std::string("歓迎"),
                                  std::string(150, 'x')}) {
    EXPECT_EQ(Named(name), "") << name;
  }
  for (const std::string& name : {std::string(),
                                  std::string("a b"),
                                  std::string("a/b"),
                                  std::string("a\u00A0b"),
                                  std::string("歓\u3000迎"),
                                  std::string(151, 'x')}) {
    EXPECT_THAT(Named(name), HasSubstr("Member 'Name'")) << name;
  }
}

TEST(DefinitionRulesTest, Jrn104CountsCharactersNotBytes) {
  std::string name;
  for (int i = 0; i < 150; ++i) {
    name += "é";
  }
  EXPECT_EQ(Named(name), "");
  EXPECT_NE(Named(name + "é"), "");
}

TEST(DefinitionRulesTest, Jrn105ActivityIdsAreShortWords) {
  const auto with_id = [](const std::string& id) {
    return NamesOf(R"({"Name":"j","Activities":{")" + id + R"(":{}}})");
  };
  EXPECT_EQ(with_id("a-B_9"), "");
  EXPECT_EQ(with_id(std::string(100, 'a')), "");
  for (const std::string& id : {std::string(),
                                std::string("a b"),
                                std::string("a.b"),
                                std::string("ä"),
                                std::string(101, 'a')}) {
    EXPECT_THAT(with_id(id), HasSubstr("Member 'Activities.")) << id;
  }
}

TEST(DefinitionRulesTest, Jrn105StartActivityHasAtMost128Characters) {
  const auto with_start = [](size_t length) {
    return NamesOf(R"({"Name":"j","StartActivity":")" + std::string(length, 'a') + R"("})");
  };
  EXPECT_EQ(with_start(128), "");
  EXPECT_THAT(with_start(129), HasSubstr("StartActivity"));
}

TEST(DefinitionRulesTest, Jrn106OnlyDraftAndActiveCanBeAskedFor) {
  EXPECT_EQ(NamesOf(R"({"Name":"j","State":"DRAFT"})"), "");
  EXPECT_EQ(NamesOf(R"({"Name":"j","State":"ACTIVE"})"), "");
  for (const char* state : {"PAUSED", "CLOSED", "COMPLETED", "CANCELLED"}) {
    EXPECT_THAT(NamesOf(R"({"Name":"j","State":")" + std::string(state) + R"("})"),
                HasSubstr(state));
  }
}

TEST(DefinitionRulesTest, Section8RangesOfLimits) {
  for (const char* good :
       {R"("Limits":{"DailyCap":0,"TotalCap":100,"EndpointReentryCap":1000000})",
        R"("Limits":{"MessagesPerSecond":1000000,"TimeframeCap":{"Cap":100,"Days":30}})",
        R"("Limits":{"EndpointReentryInterval":"P7D"})",
        R"("Limits":{"EndpointReentryInterval":""})"}) {
    EXPECT_EQ(FormOf(good), "") << good;
  }
  const std::pair<const char*, const char*> bad[] = {
      {R"("Limits":{"DailyCap":101})", "Limits.DailyCap"},
      {R"("Limits":{"DailyCap":-1})", "Limits.DailyCap"},
      {R"("Limits":{"TotalCap":101})", "Limits.TotalCap"},
      {R"("Limits":{"EndpointReentryCap":1000001})", "Limits.EndpointReentryCap"},
      {R"("Limits":{"MessagesPerSecond":1000001})", "Limits.MessagesPerSecond"},
      {R"("Limits":{"TimeframeCap":{"Cap":101}})", "Limits.TimeframeCap.Cap"},
      {R"("Limits":{"TimeframeCap":{"Days":31}})", "Limits.TimeframeCap.Days"},
      {R"("Limits":{"EndpointReentryInterval":"P1M"})", "Limits.EndpointReentryInterval"},
  };
  for (const auto& [json, member] : bad) {
    EXPECT_THAT(FormOf(json), HasSubstr("Member '" + std::string(member) + "'")) << json;
  }
}

TEST(DefinitionRulesTest, Jrn701WaitsAreFromASecondTo3650Days) {
  const auto with_wait = [](const std::string& wait) {
    return FormOf(R"("Activities":{"w":{"Wait":{"WaitTime":)" + wait + "}}}");
  };
  for (const char* good : {R"({"WaitFor":"PT1S"})",
                           R"({"WaitFor":"P3650D"})",
                           R"({"WaitUntil":"2026-12-24T09:00"})"}) {
    EXPECT_EQ(with_wait(good), "") << good;
  }
  for (const char* bad : {R"({"WaitFor":"PT0S"})",
                          R"({"WaitFor":"P3651D"})",
                          R"({"WaitFor":"P1M"})",
                          R"({"WaitFor":"3 days"})"}) {
    EXPECT_THAT(with_wait(bad), HasSubstr("Member 'Activities.w.Wait.WaitTime.WaitFor'")) << bad;
  }
  EXPECT_THAT(with_wait(R"({"WaitUntil":"Christmas"})"), HasSubstr("WaitTime.WaitUntil'"));
}

TEST(DefinitionRulesTest, EvaluationWaitTimesAreWaitsToo) {
  EXPECT_THAT(
      FormOf(R"("Activities":{"s":{"ConditionalSplit":{"EvaluationWaitTime":{"WaitFor":"x"}}}})"),
      HasSubstr("Activities.s.ConditionalSplit.EvaluationWaitTime.WaitFor"));
  EXPECT_THAT(
      FormOf(R"("Activities":{"s":{"MultiCondition":{"EvaluationWaitTime":{"WaitFor":"x"}}}})"),
      HasSubstr("Activities.s.MultiCondition.EvaluationWaitTime.WaitFor"));
}

TEST(DefinitionRulesTest, PercentagesAreFrom0To100) {
  EXPECT_EQ(FormOf(R"("Activities":{"h":{"Holdout":{"Percentage":100}}})"), "");
  EXPECT_THAT(FormOf(R"("Activities":{"h":{"Holdout":{"Percentage":101}}})"),
              HasSubstr("Activities.h.Holdout.Percentage"));
  EXPECT_THAT(FormOf(R"("Activities":{"r":{"RandomSplit":{"Branches":[{"Percentage":-1}]}}})"),
              HasSubstr("Activities.r.RandomSplit.Branches[0].Percentage"));
}

TEST(DefinitionRulesTest, TimeToLiveIsANumberOfSeconds) {
  const auto with_ttl = [](const std::string& ttl) {
    return FormOf(R"("Activities":{"p":{"PUSH":{"MessageConfig":{"TimeToLive":")" + ttl +
                  R"("}}}})");
  };
  EXPECT_EQ(with_ttl("0"), "");
  EXPECT_EQ(with_ttl("2419200"), "");
  EXPECT_THAT(with_ttl("1h"), HasSubstr("Activities.p.PUSH.MessageConfig.TimeToLive"));
  EXPECT_THAT(with_ttl("-1"), HasSubstr("TimeToLive"));
}

TEST(DefinitionRulesTest, Jrn502CustomDataHasAtMost5000Characters) {
  const auto with_data = [](size_t length) {
    return FormOf(R"("Activities":{"c":{"CUSTOM":{"MessageConfig":{"Data":")" +
                  std::string(length, 'x') + R"("}}}})");
  };
  EXPECT_EQ(with_data(5000), "");
  EXPECT_THAT(with_data(5001), HasSubstr("Activities.c.CUSTOM.MessageConfig.Data"));
}

TEST(DefinitionRulesTest, Jrn612ARoleStandsWithoutAPath) {
  const auto with_role = [](const std::string& arn) {
    return FormOf(R"("JourneyChannelSettings":{"ConnectCampaignExecutionRoleArn":")" + arn +
                  R"("})");
  };
  EXPECT_EQ(with_role("arn:aws:iam::1:role/dialer"), "");
  EXPECT_THAT(with_role("arn:aws:iam::1:role/service/dialer"),
              HasSubstr("JourneyChannelSettings.ConnectCampaignExecutionRoleArn"));
}

TEST(DefinitionRulesTest, AMessageNamesAtMostTenMembers) {
  std::string activities;
  for (int i = 0; i < 12; ++i) {
    activities +=
        (i == 0 ? "\"h" : ",\"h") + std::to_string(i) + R"(":{"Holdout":{"Percentage":101}})";
  }
  const std::string message = FormOf(R"("Activities":{)" + activities + "}");
  EXPECT_THAT(message, HasSubstr("Activities.h9.Holdout"));
  EXPECT_THAT(message, testing::Not(HasSubstr("Activities.h10.Holdout")));
}

}  // namespace
}  // namespace pinion::journeys
