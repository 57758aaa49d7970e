#include "templates/template_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/key.h"
#include "storage/memory_store.h"

namespace pinion::templates {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::optional<std::string> kActive = std::nullopt;

class TemplateServiceTest : public ::testing::Test {
 protected:
  static model::SMSTemplateRequest Sms(std::string body) {
    model::SMSTemplateRequest request;
    request.body = std::move(body);
    return request;
  }

  base::Status CreateSms(const std::string& name, std::string body = "v1") {
    PINION_CHECK(service_.Create<SmsKind>(name, Sms(std::move(body)), "us-east-1"));
    return {};
  }
  base::Status AddSmsVersion(const std::string& name, std::string body) {
    return service_.Update<SmsKind>(name, Sms(std::move(body)), {std::nullopt, true});
  }
  std::string BodyOf(const std::string& name, const std::optional<std::string>& version) const {
    const auto found = service_.Get<SmsKind>(name, version);
    return found.ok() ? found->body.value_or("-") : "!" + found.error().message;
  }
  std::vector<std::string> VersionsOf(const std::string& name) const {
    std::vector<std::string> versions;
    const auto listed = service_.ListVersions({name, SmsKind::kType}, {});
    for (const auto& item : listed->items) {
      versions.push_back(*item.version);
    }
    return versions;
  }
  base::Status DeleteSms(const std::string& name, const std::optional<std::string>& version) {
    return service_.Delete({name, SmsKind::kType}, version);
  }

  storage::MemoryStore store_;
  base::ManualClock clock_{base::TimestampFromMillis(1'767'323'045'678)};
  TemplateService service_{store_, clock_, {"123456789012", 4}};
};

TEST_F(TemplateServiceTest, CreateStoresVersionOneAndAnswersTheArn) {
  model::EmailTemplateRequest request;
  request.subject = "Hi {{Name}}";
  request.html_part = "<p>{{Name}}</p>";
  request.template_description = "greets";
  request.tags.emplace().Set("team", "growth");

  const auto arn = service_.Create<EmailKind>("welcome", request, "eu-west-1");
  const auto stored = service_.Get<EmailKind>("welcome", kActive);

  ASSERT_TRUE(arn.ok());
  EXPECT_EQ(*arn, "arn:aws:mobiletargeting:eu-west-1:123456789012:templates/welcome/EMAIL");
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(stored->arn, *arn);
  EXPECT_EQ(stored->version, "1");
  EXPECT_EQ(stored->subject, request.subject);
  EXPECT_EQ(stored->html_part, request.html_part);
  EXPECT_EQ(stored->text_part, std::nullopt);
  EXPECT_EQ(stored->template_description, "greets");
  EXPECT_EQ(stored->tags, request.tags);
  EXPECT_EQ(stored->creation_date, "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(stored->last_modified_date, stored->creation_date);
}

TEST_F(TemplateServiceTest, NamesAreUniquePerType) {
  ASSERT_TRUE(CreateSms("a").ok());

  const base::Status again = CreateSms("a");

  EXPECT_EQ(again.error().code, base::Errc::kInvalidArgument);
  EXPECT_THAT(again.error().message, HasSubstr("Template a "));
  EXPECT_TRUE(service_.Create<VoiceKind>("a", {}, "us-east-1").ok());
}

TEST_F(TemplateServiceTest, NamesFollowTheirForm) {
  for (const char* name : {"", "-a", "a b", "a/b", "é"}) {
    EXPECT_EQ(CreateSms(name).error().code, base::Errc::kInvalidArgument) << name;
  }
  EXPECT_TRUE(CreateSms("9_a-B").ok());
  EXPECT_FALSE(CreateSms(std::string(129, 'a')).ok());
}

TEST_F(TemplateServiceTest, MalformedPartsAreRefusedWithTheirPlace) {
  model::EmailTemplateRequest request;
  request.html_part = "<p>\n  {{#if a}}x{{/each}}";
  TemplateError error;

  const auto created = service_.Create<EmailKind>("bad", request, "us-east-1", {}, &error);

  ASSERT_FALSE(created.ok());
  EXPECT_THAT(created.error().message,
              HasSubstr("Invalid message template: HtmlPart, line 2, column 13: "));
  EXPECT_EQ(error.part, "HtmlPart");
  EXPECT_EQ(service_.Get<EmailKind>("bad", kActive).error().code, base::Errc::kNotFound);
}

TEST_F(TemplateServiceTest, UpdateOverwritesTheLatestVersionInPlace) {
  ASSERT_TRUE(CreateSms("a").ok());
  ASSERT_TRUE(AddSmsVersion("a", "v2").ok());
  clock_.Advance(std::chrono::seconds(10));

  ASSERT_TRUE(service_.Update<SmsKind>("a", Sms("v2b"), {}).ok());

  EXPECT_EQ(BodyOf("a", kActive), "v1");
  EXPECT_EQ(BodyOf("a", "2"), "v2b");
  const auto changed = service_.Get<SmsKind>("a", "latest");
  EXPECT_EQ(changed->creation_date, "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(changed->last_modified_date, "2026-01-02T03:04:15.678Z");
}

TEST_F(TemplateServiceTest, UpdateTakesOnlyTheLatestVersionAsTarget) {
  ASSERT_TRUE(CreateSms("a").ok());
  ASSERT_TRUE(AddSmsVersion("a", "v2").ok());
  const auto update = [&](UpdateTarget target) {
    const base::Status status = service_.Update<SmsKind>("a", Sms("x"), target);
    return status.ok() ? std::optional<base::Errc>() : status.error().code;
  };

  EXPECT_EQ(update({"1", false}), base::Errc::kInvalidArgument);
  EXPECT_EQ(update({"3", false}), base::Errc::kNotFound);
  EXPECT_EQ(update({"2", true}), base::Errc::kInvalidArgument);
  EXPECT_EQ(update({"2", false}), std::nullopt);
  EXPECT_EQ(update({"latest", false}), std::nullopt);
  EXPECT_EQ(service_.Update<SmsKind>("b", Sms("x"), {}).error().code, base::Errc::kNotFound);
}

TEST_F(TemplateServiceTest, GetFindsActiveNumberedAndLatestVersions) {
  ASSERT_TRUE(CreateSms("a").ok());
  ASSERT_TRUE(AddSmsVersion("a", "v2").ok());
  ASSERT_TRUE(AddSmsVersion("a", "v3").ok());
  ASSERT_TRUE(service_.SetActiveVersion({"a", SmsKind::kType}, "2").ok());

  EXPECT_EQ(BodyOf("a", kActive), "v2");
  EXPECT_EQ(BodyOf("a", "1"), "v1");
  EXPECT_EQ(BodyOf("a", "latest"), "v3");
  for (const char* version : {"4", "0", "01", "x", ""}) {
    EXPECT_EQ(service_.Get<SmsKind>("a", version).error().code, base::Errc::kNotFound) << version;
  }
}

TEST_F(TemplateServiceTest, VersionNumbersAreNotUsedAgain) {
  ASSERT_TRUE(CreateSms("a").ok());
  ASSERT_TRUE(AddSmsVersion("a", "v2").ok());
  ASSERT_TRUE(AddSmsVersion("a", "v3").ok());

  ASSERT_TRUE(DeleteSms("a", "3").ok());
  EXPECT_EQ(BodyOf("a", "latest"), "v2");
  ASSERT_TRUE(AddSmsVersion("a", "v4").ok());

  EXPECT_THAT(VersionsOf("a"), ElementsAre("4", "2", "1"));
}

TEST_F(TemplateServiceTest, TheActiveVersionStaysWhileThereAreOthers) {
  ASSERT_TRUE(CreateSms("a").ok());
  ASSERT_TRUE(AddSmsVersion("a", "v2").ok());

  EXPECT_EQ(DeleteSms("a", "1").error().code, base::Errc::kInvalidArgument);
  ASSERT_TRUE(DeleteSms("a", "2").ok());
  ASSERT_TRUE(DeleteSms("a", "1").ok());

  EXPECT_EQ(service_.Get<SmsKind>("a", kActive).error().code, base::Errc::kNotFound);
}

TEST_F(TemplateServiceTest, DeleteTakesAllVersionsAndFreesTheName) {
  ASSERT_TRUE(CreateSms("a").ok());
  ASSERT_TRUE(AddSmsVersion("a", "v2").ok());

  ASSERT_TRUE(DeleteSms("a", std::nullopt).ok());
  EXPECT_EQ(DeleteSms("a", std::nullopt).error().code, base::Errc::kNotFound);
  ASSERT_TRUE(CreateSms("a", "new").ok());

  EXPECT_THAT(VersionsOf("a"), ElementsAre("1"));
}

TEST_F(TemplateServiceTest, SetActiveVersionNeedsAVersionThatExists) {
  ASSERT_TRUE(CreateSms("a").ok());
  const TemplateId id{"a", SmsKind::kType};

  EXPECT_EQ(service_.SetActiveVersion(id, std::nullopt).error().code, base::Errc::kInvalidArgument);
  EXPECT_EQ(service_.SetActiveVersion(id, "2").error().code, base::Errc::kNotFound);
  EXPECT_TRUE(service_.SetActiveVersion(id, "latest").ok());
}

TEST_F(TemplateServiceTest, VersionsAreListedByPages) {
  ASSERT_TRUE(CreateSms("a").ok());
  ASSERT_TRUE(AddSmsVersion("a", "v2").ok());
  ASSERT_TRUE(AddSmsVersion("a", "v3").ok());
  const TemplateId id{"a", SmsKind::kType};

  const auto first = service_.ListVersions(id, {"", 2});
  const auto second = service_.ListVersions(id, {first->next, 2});

  ASSERT_EQ(first->items.size(), 2u);
  EXPECT_EQ(first->items[0].version, "3");
  EXPECT_EQ(first->items[0].template_type, "SMS");
  ASSERT_EQ(second->items.size(), 1u);
  EXPECT_EQ(second->items[0].version, "1");
  EXPECT_EQ(second->next, "");
}

TEST_F(TemplateServiceTest, TemplatesAreListedByNameThenType) {
  ASSERT_TRUE(CreateSms("b").ok());
  ASSERT_TRUE(CreateSms("a").ok());
  ASSERT_TRUE(CreateSms("ab").ok());
  ASSERT_TRUE(service_.Create<EmailKind>("a", {}, "us-east-1").ok());
  const auto list = [&](TemplateListRequest request) {
    std::vector<std::string> names;
    do {
      const auto page = service_.List(request);
      for (const auto& item : page->items) {
        names.push_back(item.template_name + "/" + std::string(model::ToWire(item.template_type)));
      }
      request.page.after = page->next;
    } while (!request.page.after.empty());
    return names;
  };

  EXPECT_THAT(list({}), ElementsAre("a/EMAIL", "a/SMS", "ab/SMS", "b/SMS"));
  EXPECT_THAT(list({"", std::nullopt, {"", 1}}),
              ElementsAre("a/EMAIL", "a/SMS", "ab/SMS", "b/SMS"));
  EXPECT_THAT(list({"a", SmsKind::kType, {"", 1}}), ElementsAre("a/SMS", "ab/SMS"));
  EXPECT_THAT(list({"ab", std::nullopt, {}}), ElementsAre("ab/SMS"));
}

TEST_F(TemplateServiceTest, TagsAreKeptByTheTemplate) {
  ASSERT_TRUE(CreateSms("a").ok());
  const std::string resource = "templates/a/SMS";

  ASSERT_TRUE(service_.UpdateTags(resource, {{{"k", "v"}}, {}}).ok());
  ASSERT_TRUE(service_.Update<SmsKind>("a", Sms("x"), {}).ok());

  EXPECT_EQ(*service_.TagsOf(resource), (base::Tags{{"k", "v"}}));
  EXPECT_EQ(service_.Get<SmsKind>("a", kActive)->tags->size(), 1u);
  EXPECT_EQ(service_.TagsOf("templates/b/SMS").error().code, base::Errc::kNotFound);
  EXPECT_EQ(service_.TagsOf("templates/a/FAX").error().code, base::Errc::kNotFound);
}

TEST_F(TemplateServiceTest, RecommendersMustExist) {
  model::SMSTemplateRequest request = Sms("x");
  request.recommender_id = "rec1";
  EXPECT_FALSE(service_.Create<SmsKind>("a", request, "us-east-1").ok());

  storage::WriteBatch batch;
  batch.Put(storage::KeyWriter(storage::KeySpace::kRecommender).Text("rec1").Take(), "{}");
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_TRUE(service_.Create<SmsKind>("a", request, "us-east-1").ok());
}

TEST_F(TemplateServiceTest, TypesAreReadInAnyCase) {
  EXPECT_EQ(*TemplateService::ParseType("email"), model::TemplateType::kEmail);
  EXPECT_EQ(*TemplateService::ParseType("InApp"), model::TemplateType::kInapp);
  EXPECT_EQ(TemplateService::ParseType("fax").error().code, base::Errc::kInvalidArgument);
}

TEST_F(TemplateServiceTest, ContentIsCompiledOncePerVersion) {
  ASSERT_TRUE(CreateSms("a", "Hi {{Name}}").ok());

  const auto first = service_.ResolveContent<SmsKind>("a", kActive);
  const auto second = service_.ResolveContent<SmsKind>("a", "1");

  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->get(), second->get());
  EXPECT_THAT((*first)->body->Variables(), ElementsAre("Name"));
  EXPECT_EQ((*first)->template_version, 1);
}

TEST_F(TemplateServiceTest, ContentFollowsOverwritesAndNewTemplates) {
  ASSERT_TRUE(CreateSms("a", "one").ok());
  const auto source = [&] {
    return (*service_.ResolveContent<SmsKind>("a", kActive))->body->source();
  };
  const auto kept = *service_.ResolveContent<SmsKind>("a", kActive);

  ASSERT_TRUE(service_.Update<SmsKind>("a", Sms("two"), {}).ok());
  EXPECT_EQ(source(), "two");
  EXPECT_EQ(kept->body->source(), "one");

  ASSERT_TRUE(DeleteSms("a", std::nullopt).ok());
  ASSERT_TRUE(CreateSms("a", "three").ok());
  EXPECT_EQ(source(), "three");
}

TEST_F(TemplateServiceTest, CompiledContentIsBounded) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(CreateSms("t" + std::to_string(i)).ok());
  }
  const auto first = *service_.ResolveContent<SmsKind>("t0", kActive);
  for (int i = 1; i < 10; ++i) {
    ASSERT_TRUE(service_.ResolveContent<SmsKind>("t" + std::to_string(i), kActive).ok());
  }

  EXPECT_NE(service_.ResolveContent<SmsKind>("t0", kActive)->get(), first.get());
}

}  // namespace
}  // namespace pinion::templates
