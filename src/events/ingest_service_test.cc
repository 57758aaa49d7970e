#include "events/ingest_service.h"

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "eventlog/stream_record.h"
#include "model/codec.h"
#include "storage/faulty_store.h"
#include "storage/memory_store.h"

namespace pinion::events {
namespace {

using eventlog::Event;
using eventlog::LoggedEvent;
using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

const base::AppId kShop("shop");
const base::Timestamp kNow = *base::ParseInstant("2026-11-23T11:15:00Z");

// The JSON of an event without anything but type and time.
std::string Plain(const std::string& type, const std::string& at = "2026-11-23T11:00:00Z") {
  return R"({"EventType":")" + type + R"(","Timestamp":")" + at + R"("})";
}

// A request of one endpoint.
std::string ItemOf(const std::string& endpoint_id,
                   const std::string& endpoint,
                   const std::string& events) {
  return "\"" + endpoint_id + R"(":{"Endpoint":)" + endpoint + R"(,"Events":{)" + events + "}}";
}

std::string Body(const std::string& items) {
  return R"({"BatchItem":{)" + items + "}}";
}

class IngestServiceTest : public testing::Test {
 protected:
  IngestServiceTest() {
    EXPECT_TRUE(log_.Open().ok());
    EXPECT_TRUE(audience_.Load().ok());
    EXPECT_TRUE(audience_.OpenApp(kShop).ok());
    EXPECT_TRUE(audience_.OpenApp(base::AppId("game")).ok());
  }

  base::Result<model::EventsResponse> Put(const std::string& body, const base::AppId& app = kShop) {
    PINION_TRY(const auto request, model::Decode<model::EventsRequest>(body));
    return ingest_.PutEvents(app, request, caller_);
  }
  // The answer's JSON, or the error's message.
  std::string Answer(const std::string& body) {
    const auto response = Put(body);
    return response.ok() ? model::ToJson(*response) : response.error().message;
  }
  std::vector<LoggedEvent> Logged() { return *log_.Read(0, 10'000); }
  std::vector<std::string> LoggedTypes() {
    std::vector<std::string> types;
    for (const LoggedEvent& logged : Logged()) {
      types.push_back(logged.event.event_type);
    }
    return types;
  }
  std::optional<audience::EndpointRecord> Endpoint(std::string_view id) {
    auto transaction = audience_.Begin(kShop);
    return *transaction->Read(id);
  }

  storage::MemoryStore memory_;
  storage::FaultyStore store_{memory_};
  base::ManualClock clock_{kNow};
  base::WorkTracker work_;
  eventlog::EventLog log_{store_, work_};
  timers::TimerService timers_{store_, clock_, work_};
  audience::AudienceService audience_{store_, clock_};
  IngestService ingest_{audience_, log_, store_, timers_, clock_};
  IngestCaller caller_{.request_id = "request-1"};
};

TEST_F(IngestServiceTest, Evt1EveryKeyHasItsAnswer) {
  const std::string body =
      Body(ItemOf("E-1", R"({"ChannelType":"EMAIL"})", R"("good":)" + Plain("T") + R"(,"bad":{})"));
  EXPECT_EQ(
      Answer(body),
      R"({"Results":{"E-1":{"EndpointItemResponse":{"Message":"Accepted","StatusCode":202},)"
      R"("EventsItemResponse":{"good":{"Message":"Accepted","StatusCode":202},)"
      R"("bad":{"Message":"Event type cannot be null, empty or blank","StatusCode":400}}}}})");
}

TEST_F(IngestServiceTest, Evt2AnEmptyBatchIsAccepted) {
  EXPECT_EQ(Answer(R"({"BatchItem":{}})"), R"({"Results":{}})");
}

TEST_F(IngestServiceTest, Evt2WhatIsNoObjectFailsTheWholeRequestAndStoresNothing) {
  const std::string good = ItemOf("e", "{}", R"("1":)" + Plain("T"));
  for (const std::string& bad : {std::string(R"({})"),
                                 std::string(R"({"BatchItem":[]})"),
                                 Body(good + R"(,"f":[])"),
                                 Body(good + R"(,"f":{"Endpoint":[]})"),
                                 Body(good + R"(,"f":{"Events":[]})"),
                                 Body(good + R"(,"f":{"Events":{"2":"T"}})")}) {
    const auto response = Put(bad);
    ASSERT_FALSE(response.ok()) << bad;
    EXPECT_EQ(response.error().code, base::Errc::kInvalidArgument) << bad;
  }
  EXPECT_THAT(Logged(), IsEmpty());
}

TEST_F(IngestServiceTest, Evt3ARequestHasAtMost1000Events) {
  const auto with_events = [](int count) {
    std::string events;
    for (int i = 0; i < count; ++i) {
      events += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":" + Plain("T");
    }
    return Body(ItemOf("e", "{}", events) + "," + ItemOf("f", "{}", R"("x":)" + Plain("T")));
  };
  const auto refused = Put(with_events(1000));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::Errc::kInvalidArgument);
  EXPECT_THAT(Logged(), IsEmpty());

  EXPECT_TRUE(Put(with_events(999)).ok());
  EXPECT_EQ(Logged().size(), 1000U);
}

TEST_F(IngestServiceTest, Evt4AnAbsentEndpointIsAnEmptyOne) {
  EXPECT_THAT(Answer(Body(R"("e":{"Events":{"1":)" + Plain("T") + "}}")),
              HasSubstr(R"("1":{"Message":"Accepted","StatusCode":202})"));
  EXPECT_TRUE(Endpoint("e").has_value());
}

TEST_F(IngestServiceTest, Evt4AnItemWithoutEventsUpdatesTheEndpoint) {
  EXPECT_EQ(
      Answer(Body(R"("e":{"Endpoint":{"Address":"a@example.com"}})")),
      R"({"Results":{"e":{"EndpointItemResponse":{"Message":"Accepted","StatusCode":202},"EventsItemResponse":{}}}})");
  EXPECT_EQ(Endpoint("e")->address, "a@example.com");
}

TEST_F(IngestServiceTest, Evt4ABadEventDoesNotAffectItsNeighbours) {
  ASSERT_TRUE(Put(Body(ItemOf("e",
                              "{}",
                              R"("1":)" + Plain("A") +
                                  R"(,"2":{"EventType":7,"Timestamp":[]},"3":)" + Plain("B"))))
                  .ok());
  EXPECT_THAT(LoggedTypes(), ElementsAre("A", "B"));
}

TEST_F(IngestServiceTest, Evt5TheEndpointIsUpdatedBeforeItsEvents) {
  ASSERT_TRUE(
      Put(Body(ItemOf(
              "e",
              R"({"User":{"UserId":"ann"},"Demographic":{"AppVersion":"1.0","Locale":"en_US",)"
              R"("Make":"M","Model":"X","Platform":"android","PlatformVersion":"10"}})",
              R"("1":)" + Plain("T"))))
          .ok());
  const Event event = Logged()[0].event;
  EXPECT_EQ(event.user_id, "ann");
  EXPECT_THAT(event.facts,
              ElementsAre(Pair("version_name", "1.0"),
                          Pair("make", "M"),
                          Pair("model", "X"),
                          Pair("platform", "android"),
                          Pair("platform_version", "10"),
                          Pair("locale", "en_US")));
}

TEST_F(IngestServiceTest, Evt5ABadEndpointIdRefusesTheItemAndItsEvents) {
  const std::string answer = Answer(Body(ItemOf("a$b", "{}", R"("1":)" + Plain("T")) + "," +
                                         ItemOf("fine", "{}", R"("1":)" + Plain("T"))));
  const auto response = model::Decode<model::EventsResponse>(answer);
  ASSERT_TRUE(response.ok()) << answer;
  const model::ItemResponse& bad = *response->results->Find("a$b");
  EXPECT_EQ(bad.endpoint_item_response->status_code, 400);
  EXPECT_EQ(bad.events_item_response->Find("1")->status_code, 400);
  EXPECT_EQ(response->results->Find("fine")->endpoint_item_response->status_code, 202);
  EXPECT_EQ(Logged().size(), 1U);
}

TEST_F(IngestServiceTest, Evt5ABadEndpointOfAnUnknownIdBecomesAnEmptyOne) {
  const std::string answer =
      Answer(Body(ItemOf("e", R"({"Location":{"Latitude":91}})", R"("1":)" + Plain("T"))));
  EXPECT_THAT(answer, HasSubstr(R"("StatusCode":400)"));
  EXPECT_THAT(answer, HasSubstr("Latitude"));
  EXPECT_THAT(LoggedTypes(), ElementsAre("T"));
  ASSERT_TRUE(Endpoint("e").has_value());
  EXPECT_EQ(Endpoint("e")->latitude, std::nullopt);
}

TEST_F(IngestServiceTest, Aud32ABadEndpointOfAKnownIdChangesNothingButItsEventsAreTaken) {
  ASSERT_TRUE(Put(Body(ItemOf("e", R"({"Address":"a"})", ""))).ok());
  for (const std::string bad :
       {R"({"Address":"b","OptOut":"MAYBE"})", R"({"Address":"b","ChannelType":"PIGEON"})"}) {
    EXPECT_THAT(Answer(Body(ItemOf("e", bad, R"("1":)" + Plain("T", "2026-11-23T11:00:00Z")))),
                HasSubstr(R"("StatusCode":400)"));
  }
  EXPECT_EQ(Endpoint("e")->address, "a");
  EXPECT_THAT(LoggedTypes(), ElementsAre("T"));
}

TEST_F(IngestServiceTest, Aud33AnEmptyEndpointChangesNothingInAKnownOne) {
  ASSERT_TRUE(Put(Body(ItemOf("e", R"({"Address":"a"})", ""))).ok());
  const auto before = Endpoint("e");
  clock_.Advance(hours{1});
  caller_.request_id = "request-2";

  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", ""))).ok());

  EXPECT_EQ(Endpoint("e"), before);
}

TEST_F(IngestServiceTest, Evt6WhenTheWriteFailsNothingOfTheRequestIsStored) {
  const std::string body =
      Body(ItemOf("e", R"({"Address":"a"})", R"("1":)" + Plain("T") + R"(,"2":{})"));
  store_.FailNextApplies(1);
  const auto failed = Put(body);
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, base::Errc::kInternal);
  EXPECT_FALSE(Endpoint("e").has_value());
  EXPECT_THAT(Logged(), IsEmpty());
  EXPECT_THAT(*ingest_.Refusals(kShop, ""), IsEmpty());

  // What failed does not count as accepted: the repetition is no duplicate.
  ASSERT_TRUE(Put(body).ok());
  EXPECT_THAT(LoggedTypes(), ElementsAre("T"));
  EXPECT_EQ(ingest_.counters().accepted, 1U);
}

TEST_F(IngestServiceTest, Evt16ARefusedEventIsNotInTheLogButInTheIngestLog) {
  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("1":{"Timestamp":"2026-11-23T11:00:00Z"})"))).ok());
  EXPECT_THAT(Logged(), IsEmpty());
  const auto refusals = *ingest_.Refusals(kShop, "");
  ASSERT_EQ(refusals.size(), 1U);
  EXPECT_EQ(refusals[0].at, kNow);
  EXPECT_EQ(refusals[0].endpoint_id, "e");
  EXPECT_EQ(refusals[0].event_id, "1");
  EXPECT_EQ(refusals[0].message, "Event type cannot be null, empty or blank");
  EXPECT_EQ(ingest_.counters().refused, 1U);
}

TEST_F(IngestServiceTest, Evt53ARefusedEndpointIsInTheIngestLogWithoutEvent) {
  ASSERT_TRUE(Put(Body(ItemOf("e", R"({"OptOut":"MAYBE"})", ""))).ok());
  const auto refusals = *ingest_.Refusals(kShop, "e");
  ASSERT_EQ(refusals.size(), 1U);
  EXPECT_EQ(refusals[0].event_id, std::nullopt);
}

TEST_F(IngestServiceTest, Evt20TheSameEventWithin24HoursIsAcceptedWithoutEffect) {
  const std::string body = Body(ItemOf("e", "{}", R"("1":)" + Plain("T")));
  ASSERT_TRUE(Put(body).ok());
  const auto before = Endpoint("e");
  clock_.Advance(hours{23});

  EXPECT_THAT(Answer(body), HasSubstr(R"("1":{"Message":"Accepted","StatusCode":202})"));

  EXPECT_EQ(Logged().size(), 1U);
  EXPECT_EQ(Endpoint("e"), before);
  EXPECT_EQ(ingest_.counters().duplicates, 1U);
}

TEST_F(IngestServiceTest, Evt20TheEndpointOfADuplicateIsApplied) {
  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("T")))).ok());
  ASSERT_TRUE(Put(Body(ItemOf("e", R"({"Address":"new"})", R"("1":)" + Plain("T")))).ok());
  EXPECT_EQ(Endpoint("e")->address, "new");
  EXPECT_EQ(Logged().size(), 1U);
}

TEST_F(IngestServiceTest, Evt20AfterTheWindowTheSameEventCountsAgain) {
  const std::string body = Body(ItemOf("e", "{}", R"("1":)" + Plain("T")));
  ASSERT_TRUE(Put(body).ok());
  clock_.Advance(hours{24} + milliseconds{1});
  ASSERT_TRUE(Put(body).ok());
  EXPECT_EQ(Logged().size(), 2U);
}

TEST_F(IngestServiceTest, Evt20OneOfManyConcurrentReportsCounts) {
  constexpr int kReporters = 4;
  constexpr int kReports = 20;
  std::vector<std::thread> reporters;
  for (int reporter = 0; reporter < kReporters; ++reporter) {
    reporters.emplace_back([this] {
      for (int i = 0; i < kReports; ++i) {
        const std::string id = std::to_string(i);
        EXPECT_TRUE(Put(Body(ItemOf("e", "{}", "\"" + id + "\":" + Plain("T")))).ok());
      }
    });
  }
  for (std::thread& reporter : reporters) {
    reporter.join();
  }
  EXPECT_EQ(Logged().size(), static_cast<size_t>(kReports));
  EXPECT_EQ(ingest_.counters().duplicates, static_cast<uint64_t>(kReports * (kReporters - 1)));
}

TEST_F(IngestServiceTest, Evt21AnotherTimestampTypeEndpointOrApplicationIsAnotherEvent) {
  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("T")))).ok());
  ASSERT_TRUE(
      Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("T", "2026-11-23T11:00:00.001Z")))).ok());
  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("U")))).ok());
  ASSERT_TRUE(Put(Body(ItemOf("f", "{}", R"("1":)" + Plain("T")))).ok());
  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("T"))), base::AppId("game")).ok());
  EXPECT_EQ(Logged().size(), 5U);
}

TEST_F(IngestServiceTest, Evt20TwoSpellingsOfAnEndpointInOneRequestAreOneEndpoint) {
  ASSERT_TRUE(Put(Body(ItemOf("Phone", "{}", R"("1":)" + Plain("T")) + "," +
                       ItemOf("phone", "{}", R"("1":)" + Plain("T"))))
                  .ok());
  ASSERT_EQ(Logged().size(), 1U);
  EXPECT_EQ(Logged()[0].event.endpoint_id, "Phone");
}

TEST_F(IngestServiceTest, Evt20TheIdentityIgnoresHowTheTimestampIsWritten) {
  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("T", "2026-11-23T11:00:00Z")))).ok());
  ASSERT_TRUE(
      Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("T", "2026-11-23T12:00:00.000+01:00")))).ok());
  EXPECT_EQ(Logged().size(), 1U);
}

TEST_F(IngestServiceTest, Evt22ArrivalIsNowAndTheReportedTimeIsKept) {
  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("T", "2030-01-01T00:00:00Z")))).ok());
  const Event event = Logged()[0].event;
  EXPECT_EQ(event.arrived_at, kNow);
  EXPECT_EQ(event.reported_at, *base::ParseInstant("2030-01-01T00:00:00Z"));
  EXPECT_EQ(event.event_time(), kNow);
  EXPECT_THAT(eventlog::StreamRecord(kShop, event, "1"),
              HasSubstr(R"("event_timestamp":1893456000000,)"));
}

TEST_F(IngestServiceTest, Evt23AnEventOfAnyAgeIsAccepted) {
  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("T", "1999-01-01T00:00:00Z")))).ok());
  EXPECT_THAT(LoggedTypes(), ElementsAre("T"));
}

TEST_F(IngestServiceTest, Evt24TheLogHasTheOrderOfTheDocument) {
  ASSERT_TRUE(Put(Body(ItemOf("z", "{}", R"("9":)" + Plain("A") + R"(,"1":)" + Plain("B")) + "," +
                       ItemOf("a", "{}", R"("5":)" + Plain("C"))))
                  .ok());
  EXPECT_THAT(LoggedTypes(), ElementsAre("A", "B", "C"));
}

TEST_F(IngestServiceTest, Evt30LastActivityMovesForwardWithTheEvent) {
  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("T", "2026-11-20T00:00:00Z")))).ok());
  EXPECT_EQ(Endpoint("e")->last_active, base::ParseInstant("2026-11-20T00:00:00Z"));

  ASSERT_TRUE(Put(Body(ItemOf("e",
                              "{}",
                              R"("2":)" + Plain("T", "2026-11-22T00:00:00Z") + R"(,"3":)" +
                                  Plain("T", "2026-11-21T00:00:00Z"))))
                  .ok());
  EXPECT_EQ(Endpoint("e")->last_active, base::ParseInstant("2026-11-22T00:00:00Z"));

  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("4":)" + Plain("T", "2099-01-01T00:00:00Z")))).ok());
  EXPECT_EQ(Endpoint("e")->last_active, kNow);
}

TEST_F(IngestServiceTest, Evt41SystemNamesReportedByAnAppAreAppEvents) {
  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("_email.delivered")))).ok());
  EXPECT_EQ(Logged()[0].event.origin, eventlog::Origin::kApp);
}

TEST_F(IngestServiceTest, Auth50GuestsShowInTheRecord) {
  caller_.cognito_identity_pool_id = "us-east-1:pool";
  caller_.cognito_id = "us-east-1:guest";
  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("T")))).ok());
  EXPECT_THAT(eventlog::StreamRecord(kShop, Logged()[0].event, "1"),
              testing::AllOf(HasSubstr(R"("cognito_identity_pool_id":"us-east-1:pool")"),
                             HasSubstr(R"("cognito_id":"us-east-1:guest")")));
}

TEST_F(IngestServiceTest, Evt50AnAmplifyFlushIsTaken) {
  ASSERT_TRUE(
      Put(Body(ItemOf(
              "7d9c6f1e-9a3e-4c0d-8a6b-3c1b5f1d2e4f",
              "{}",
              R"("c0ffee00-0000-4000-8000-000000000001":{"EventType":"_session.start","Timestamp":"2026-11-23T11:14:59.250Z",)"
              R"("AppPackageName":"com.example.shop","AppTitle":"Shop","AppVersionCode":"31","SdkName":"amplify-js","ClientSdkVersion":"6.1",)"
              R"("Attributes":{"n":1,"b":true},"Metrics":{},"Session":{"Id":"s-1","StartTimestamp":"2026-11-23T11:14:59.250Z"}})")))
          .ok());
  const Event event = Logged()[0].event;
  EXPECT_THAT(event.attributes, ElementsAre(Pair("n", "1"), Pair("b", "true")));
  EXPECT_EQ(event.session->id, "s-1");
}

TEST_F(IngestServiceTest, WhatIsStoredOfADeletedApplicationGoes) {
  ASSERT_TRUE(Put(Body(ItemOf("e", "{}", R"("1":)" + Plain("T") + R"(,"2":{})"))).ok());
  storage::WriteBatch batch;
  ingest_.DeleteApp(kShop, batch);
  ASSERT_TRUE(memory_.Apply(batch).ok());
  EXPECT_THAT(*ingest_.Refusals(kShop, ""), IsEmpty());
}

}  // namespace
}  // namespace pinion::events
