#include "privacy/pseudonymisation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::privacy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const base::AppId kApp("app1");
const Pseudonyms kErased{"erased-1", "salt"};
const Person kAlicia(kApp,
                     {.user_ids = {"alicia"},
                      .endpoint_ids = {"phone-1"},
                      .addresses = {"alicia@example.com"}});

audit::AuditRecord Call(const std::string& parameters, const std::string& app = "app1") {
  audit::AuditRecord record;
  record.resources = {"arn:aws:mobiletargeting:us-east-1:1:apps/" + app,
                      "arn:aws:mobiletargeting:us-east-1:1:apps/" + app + "/endpoints/phone-1"};
  record.members = R"("eventName":"UpdateEndpoint","readOnly":false,"requestParameters":)" +
                   parameters + R"(,"resources":[{"ARN":")" + record.resources[1] + "\"}]";
  return record;
}

TEST(PseudonymisationTest, EventKeepsWhatIsCounted) {
  eventlog::Event event;
  event.event_id = "alicia-1";
  event.endpoint_id = "phone-1";
  event.user_id = "alicia";
  event.attributes = {{"campaign_id", "c"}, {"nick", "allie"}};
  event.metrics = {{"price_in_millicents_usd", 645}, {"height", 170}};
  event.facts = {{"message_id", "m"}, {"locale", "en_GB"}};
  event.client_context = {{"endpoint", "{}"}, {"legacy_identifier", "app1"}};
  event.facets_json = "{}";
  event.session = eventlog::Session{.id = "s", .start = {}, .stop = {}};

  Pseudonymise(kErased, event);

  EXPECT_EQ(event.endpoint_id, kErased.OfEndpoint("phone-1"));
  EXPECT_EQ(event.user_id, "erased-1");
  EXPECT_EQ(event.event_id, "");
  EXPECT_EQ(event.attributes.size(), 1U);
  EXPECT_EQ(event.metrics.size(), 1U);
  EXPECT_EQ(event.facts.size(), 1U);
  EXPECT_EQ(event.client_context.size(), 1U);
  EXPECT_EQ(event.facets_json, "");
  EXPECT_EQ(event.session->id, kErased.OfSession("s"));
}

TEST(PseudonymisationTest, AuditRecordLosesTheBodyAndKeepsThePath) {
  auto record =
      Call(R"({"application-id":"app1","endpoint-id":"phone-1","Address":"x@y.example"})");

  ASSERT_TRUE(Pseudonymise(kAlicia, kErased, kApp, record));

  EXPECT_EQ(
      record.members,
      R"("eventName":"UpdateEndpoint","readOnly":false,"requestParameters":)"
      R"({"application-id":"app1","endpoint-id":")" +
          kErased.OfEndpoint("phone-1") +
          R"("},"resources":[{"ARN":"arn:aws:mobiletargeting:us-east-1:1:apps/app1/endpoints/)" +
          kErased.OfEndpoint("phone-1") + "\"}]");
  EXPECT_THAT(record.resources[1], Not(HasSubstr("phone-1")));
}

TEST(PseudonymisationTest, AuditRecordOfACallThatNamesThePersonInItsBodyLosesTheBody) {
  audit::AuditRecord record =
      Call(R"({"application-id":"app1","Item":[{"Id":"other"},{"User":{"UserId":"alicia"}}]})");
  record.resources.pop_back();

  ASSERT_TRUE(Pseudonymise(kAlicia, kErased, kApp, record));

  EXPECT_THAT(record.members, Not(HasSubstr("alicia")));
  EXPECT_THAT(record.members, Not(HasSubstr("Item")));
}

TEST(PseudonymisationTest, BodyThatWasCutGoesToo) {
  auto record = Call(R"({"bodyBytes":20000,"bodyCut":"{\"Address\":\"alicia@example.com\",\"x"})");

  ASSERT_TRUE(Pseudonymise(kAlicia, kErased, kApp, record));

  EXPECT_THAT(record.members, Not(HasSubstr("alicia")));
}

TEST(PseudonymisationTest, WhoMadeTheCallStaysEvenUnderTheSameName) {
  auto record = Call(R"({"template-name":"alicia","endpoint-id":"phone-1"})");
  record.principal_name = "alicia";
  record.members += R"(,"userIdentity":{"userName":"alicia"})";

  ASSERT_TRUE(Pseudonymise(kAlicia, kErased, kApp, record));

  EXPECT_EQ(record.principal_name, "alicia");
  EXPECT_THAT(record.members, HasSubstr(R"("userName":"alicia")"));
  EXPECT_THAT(record.members, HasSubstr(R"("template-name":"alicia")"));
  EXPECT_THAT(record.members, Not(HasSubstr("phone-1")));
}

TEST(PseudonymisationTest, ResourceThatGoesOnBehindTheIdIsFound) {
  auto record = Call("{}");
  record.resources[1] += "/inappmessages";
  record.members = R"("resources":[{"ARN":")" + record.resources[1] + R"("}])";

  ASSERT_TRUE(Pseudonymise(kAlicia, kErased, kApp, record));

  EXPECT_TRUE(record.resources[1].ends_with(kErased.OfEndpoint("phone-1") + "/inappmessages"));
}

TEST(PseudonymisationTest, AuditRecordsOfOtherApplicationsAreNotTouched) {
  auto record = Call(R"({"endpoint-id":"phone-1"})", "app12");

  EXPECT_FALSE(Pseudonymise(kAlicia, kErased, kApp, record));
}

TEST(PseudonymisationTest, AuditRecordsAboutOthersAreNotTouched) {
  audit::AuditRecord record = Call(R"({"endpoint-id":"phone-12"})");
  record.resources = {"arn:aws:mobiletargeting:us-east-1:1:apps/app1"};
  record.members = R"("requestParameters":{"endpoint-id":"phone-12"})";

  EXPECT_FALSE(Pseudonymise(kAlicia, kErased, kApp, record));
}

TEST(PseudonymisationTest, FailureOfAnImportLosesItsRow) {
  model::ImportFailure failure;
  failure.key = "rows.csv";
  failure.reason = "The address alicia@example.com is refused.";
  failure.record = "EMAIL,alicia@example.com";

  ASSERT_TRUE(Pseudonymise(kAlicia, kErased, failure));

  EXPECT_EQ(failure.reason, "The address erased-1 is refused.");
  EXPECT_FALSE(failure.record.has_value());
}

TEST(PseudonymisationTest, RefusedEventLosesItsEndpoint) {
  model::IngestRefusal refusal;
  refusal.endpoint_id = "Phone-1";
  refusal.event_id = "alicia-1";
  refusal.message = "m";

  ASSERT_TRUE(Pseudonymise(kAlicia, kErased, refusal));

  EXPECT_EQ(refusal.endpoint_id, kErased.OfEndpoint("phone-1"));
  EXPECT_FALSE(refusal.event_id.has_value());
}

}  // namespace
}  // namespace pinion::privacy
