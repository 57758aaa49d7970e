#include "eventlog/stream_record.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::eventlog {
namespace {

using base::TimestampFromMillis;
using testing::HasSubstr;
using testing::Not;

const base::AppId kApp("a1b2");
constexpr std::string_view kAccount = "123456789012";

Event SystemEvent(std::string type, int64_t reported_at, int64_t arrived_at, std::string endpoint) {
  Event event;
  event.origin = Origin::kSystem;
  event.event_type = std::move(type);
  event.reported_at = TimestampFromMillis(reported_at);
  event.arrived_at = TimestampFromMillis(arrived_at);
  event.endpoint_id = std::move(endpoint);
  return event;
}

TEST(StreamRecordTest, AppEventHasTheFactsOfAppAndDevice) {
  Event event;
  event.event_type = "_session.stop";
  event.reported_at = TimestampFromMillis(1487973802507);
  event.arrived_at = TimestampFromMillis(1487973803515);
  event.endpoint_id = "m3n4";
  event.facts = {{"package_name", "main.page"},
                 {"sdk_name", "amplify-js"},
                 {"sdk_version", "6.1"},
                 {"title", "Shop"},
                 {"version_name", "1.0"},
                 {"version_code", "1"},
                 {"cognito_id", "us-east-1:i9j0"},
                 {"locale", "en_US"},
                 {"make", "generic web browser"},
                 {"model", "Unknown"},
                 {"platform", "android"},
                 {"platform_version", "10.10"}};
  event.session =
      Session{"f549", TimestampFromMillis(1487973202531), TimestampFromMillis(1487973802507)};

  EXPECT_EQ(
      StreamRecord(kApp, event, kAccount),
      R"({"event_type":"_session.stop","event_timestamp":1487973802507,"arrival_timestamp":1487973803515,"event_version":"3.1",)"
      R"("application":{"app_id":"a1b2","package_name":"main.page","sdk":{"name":"amplify-js","version":"6.1"},"title":"Shop","version_name":"1.0","version_code":"1"},)"
      R"("client":{"client_id":"m3n4","cognito_id":"us-east-1:i9j0"},"device":{"locale":{"code":"en_US","country":"US","language":"en"},"make":"generic web browser","model":"Unknown","platform":{"name":"android","version":"10.10"}},)"
      R"("session":{"session_id":"f549","start_timestamp":1487973202531,"stop_timestamp":1487973802507},"attributes":{},"metrics":{},"awsAccountId":"123456789012"})");
}

TEST(StreamRecordTest, CampaignSendCarriesTheEndpointAsText) {
  Event event = SystemEvent("_campaign.send", 1562109497426, 1562109497494, "d8dc");
  event.attributes = {{"campaign_id", "4f8d"},
                      {"campaign_activity_id", "5473"},
                      {"treatment_id", "0"},
                      {"delivery_type", "GCM"},
                      {"campaign_send_status", "SUCCESS"}};
  event.client_context = {
      {"endpoint",
       R"({"ChannelType":"GCM","EndpointStatus":"ACTIVE","OptOut":"NONE","RequestId":"ec22","EffectiveDate":"2019-07-02T23:12:54.836Z","User":{}})"}};

  EXPECT_EQ(
      StreamRecord(kApp, event, kAccount),
      R"({"event_type":"_campaign.send","event_timestamp":1562109497426,"arrival_timestamp":1562109497494,"event_version":"3.1","application":{"app_id":"a1b2","sdk":{}},)"
      R"("client":{"client_id":"d8dc"},"device":{"platform":{}},"session":{},)"
      R"("attributes":{"campaign_id":"4f8d","campaign_activity_id":"5473","treatment_id":"0","delivery_type":"GCM","campaign_send_status":"SUCCESS"},)"
      R"("client_context":{"custom":{"endpoint":"{\"ChannelType\":\"GCM\",\"EndpointStatus\":\"ACTIVE\",\"OptOut\":\"NONE\",\"RequestId\":\"ec22\",\"EffectiveDate\":\"2019-07-02T23:12:54.836Z\",\"User\":{}}"}},"awsAccountId":"123456789012"})");
}

TEST(StreamRecordTest, EmailEventEndsWithItsFacets) {
  Event event = SystemEvent("_email.delivered", 1564618621380, 1564618622690, "e9a3");
  event.attributes = {{"feedback", "delivered"}};
  event.client_context = {{"legacy_identifier", "a1b2"}};
  event.facets_json =
      R"({"email_channel":{"mail_event":{"mail":{"message_id":"0200"},"delivery":{"smtp_response":"250 ok"}}}})";

  EXPECT_EQ(
      StreamRecord(kApp, event, kAccount),
      R"({"event_type":"_email.delivered","event_timestamp":1564618621380,"arrival_timestamp":1564618622690,"event_version":"3.1","application":{"app_id":"a1b2","sdk":{}},"client":{"client_id":"e9a3"},)"
      R"("device":{"platform":{}},"session":{},"attributes":{"feedback":"delivered"},"client_context":{"custom":{"legacy_identifier":"a1b2"}},"awsAccountId":"123456789012",)"
      R"("facets":{"email_channel":{"mail_event":{"mail":{"message_id":"0200"},"delivery":{"smtp_response":"250 ok"}}}}})");
}

TEST(StreamRecordTest, SmsEventHasItsPriceAsMetric) {
  Event event = SystemEvent("_SMS.SUCCESS", 1553104954322, 1553104954064, "ep-7");
  event.attributes = {{"record_status", "DELIVERED"}, {"treatment_id", "0"}};
  event.metrics = {{"price_in_millicents_usd", 645}};

  EXPECT_EQ(
      StreamRecord(kApp, event, kAccount),
      R"({"event_type":"_SMS.SUCCESS","event_timestamp":1553104954322,"arrival_timestamp":1553104954064,"event_version":"3.1","application":{"app_id":"a1b2","sdk":{}},"client":{"client_id":"ep-7"},"device":{"platform":{}},"session":{},)"
      R"("attributes":{"record_status":"DELIVERED","treatment_id":"0"},"metrics":{"price_in_millicents_usd":645.0},"awsAccountId":"123456789012"})");
}

TEST(StreamRecordTest, SystemEventWithoutMetricsHasNone) {
  EXPECT_THAT(StreamRecord(kApp, SystemEvent("_SMS.BUFFERED", 1, 1, "e"), kAccount),
              Not(HasSubstr("metrics")));
}

TEST(StreamRecordTest, AbsentFactsOfAnAppEventAreLeftOut) {
  Event event;
  event.event_type = "open";
  event.endpoint_id = "e";

  EXPECT_EQ(
      StreamRecord(kApp, event, kAccount),
      R"({"event_type":"open","event_timestamp":0,"arrival_timestamp":0,"event_version":"3.1",)"
      R"("application":{"app_id":"a1b2","sdk":{}},"client":{"client_id":"e"},)"
      R"("device":{"platform":{}},"session":{},"attributes":{},"metrics":{},)"
      R"("awsAccountId":"123456789012"})");
}

TEST(StreamRecordTest, LocaleWithoutCountryIsALanguage) {
  Event event;
  event.facts = {{"locale", "ja"}};
  EXPECT_THAT(StreamRecord(kApp, event, kAccount),
              HasSubstr(R"("locale":{"code":"ja","language":"ja"})"));
}

TEST(StreamRecordTest, LocaleIsAlsoSplitAtAHyphen) {
  Event event;
  event.facts = {{"locale", "pt-BR"}};
  EXPECT_THAT(StreamRecord(kApp, event, kAccount),
              HasSubstr(R"("locale":{"code":"pt-BR","country":"BR","language":"pt"})"));
}

TEST(StreamRecordTest, IsOneLineWhateverTheValues) {
  Event event;
  event.event_type = "a\nb";
  event.attributes = {{"x\r", "\n"}};
  EXPECT_THAT(StreamRecord(kApp, event, kAccount), Not(testing::ContainsRegex("[\r\n]")));
}

}  // namespace
}  // namespace pinion::eventlog
