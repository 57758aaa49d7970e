// Sections 2 and 3 of the rules: fields of an endpoint, and what an update replaces and keeps.
#include "audience/audience_fixture.h"
#include "audience/endpoint_identity.h"
#include "audience/endpoint_response.h"

namespace pinion::audience {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class EndpointUpdateTest : public AudienceFixture {};

TEST_F(EndpointUpdateTest, AnswersAllMembersOfTheUpdate) {
  Update("e1",
         R"({"Address":"+12065550182","Attributes":{"Interests":["Music","Travel"]},
             "ChannelType":"SMS","Demographic":{"Platform":"ios","Timezone":"America/Los_Angeles"},
             "Location":{"Country":"US"},"Metrics":{"visits":6},
             "User":{"UserId":"u1","UserAttributes":{"FirstName":["Wang"]}}})");

  EXPECT_EQ(
      model::ToJson(Get("e1")),
      R"({"Address":"+12065550182","ApplicationId":"a1b2c3d4e5f60718293a4b5c6d7e8f90",)"
      R"("Attributes":{"Interests":["Music","Travel"]},"ChannelType":"SMS","CohortId":")" +
          std::to_string(CohortOf(app_.value(), "e1")) +
          R"(","CreationDate":"2026-11-23T11:15:00.000Z",)"
          R"("Demographic":{"Platform":"ios","Timezone":"America/Los_Angeles"},)"
          R"("EffectiveDate":"2026-11-23T11:15:00.000Z","EndpointStatus":"ACTIVE","Id":"e1",)"
          R"("Location":{"Country":"US"},"Metrics":{"visits":6},"OptOut":"NONE",)"
          R"("RequestId":"call","User":{"UserAttributes":{"FirstName":["Wang"]},"UserId":"u1"}})");
}

TEST_F(EndpointUpdateTest, AnEmptyUpdateMakesAnEmptyEndpoint) {
  Update("e1", "{}");

  const model::EndpointResponse endpoint = Get("e1");
  EXPECT_EQ(endpoint.endpoint_status, "ACTIVE");
  EXPECT_EQ(endpoint.opt_out, "NONE");
  EXPECT_FALSE(endpoint.address.has_value());
  EXPECT_FALSE(endpoint.channel_type.has_value());
  const std::string json = model::ToJson(endpoint);
  for (const char* member : {"Attributes", "Metrics", "Demographic", "Location", "User"}) {
    EXPECT_THAT(json, HasSubstr(std::string("\"") + member + "\":{}"));
  }
}

TEST_F(EndpointUpdateTest, IdsDifferByMoreThanCaseAndKeepTheirFirstSpelling) {
  Update("Phone-1", R"({"Address":"a"})");
  Update("phone-1", R"({"Address":"b"})");

  EXPECT_EQ(Get("PHONE-1").id, "Phone-1");
  EXPECT_EQ(Get("PHONE-1").address, "b");
}

TEST_F(EndpointUpdateTest, IdsOutsideTheRuleAreRefused) {
  for (const std::string& id : {std::string(),
                                std::string(257, 'x'),
                                std::string("a$b"),
                                std::string("a{b"),
                                std::string("a}b"),
                                std::string("a\nb"),
                                std::string("a\xC2\x85z")}) {
    EXPECT_THAT(TryUpdate(id, "{}"), StartsWith("EndpointId: ")) << id;
  }
  Update(std::string(256, 'x'), "{}");
}

TEST_F(EndpointUpdateTest, AbsentMembersStay) {
  Update("e1",
         R"({"Address":"a@b.c","ChannelType":"EMAIL","Attributes":{"x":["1"]},"Metrics":{"m":1},
             "Demographic":{"Make":"M","Model":"N"},"Location":{"City":"Oslo","Latitude":59.9},
             "OptOut":"ALL"})");
  const EndpointRecord before = Find("e1");

  Update("e1", "{}");

  EndpointRecord after = Find("e1");
  after.request_id = before.request_id;
  EXPECT_EQ(after, before);
}

TEST_F(EndpointUpdateTest, AttributesAreMergedByNameInTheOrderOfTheirFirstStoring) {
  Update("e1", R"({"Attributes":{"b":["1","2"],"a":["3"]}})");
  Update("e1", R"({"Attributes":{"c":["5"],"b":["4"]}})");
  Update("e1", R"({"Attributes":{}})");

  EXPECT_EQ(AttributesOf("e1"), "b=4;a=3;c=5");
}

TEST_F(EndpointUpdateTest, EmptyListAndNullRemoveANameButAnEmptyTextIsAValue) {
  Update("e1", R"({"Attributes":{"a":["1"],"b":["2"],"c":["3"]},"Metrics":{"m":1,"n":2}})");
  Update("e1", R"({"Attributes":{"a":[],"b":null,"c":[""]},"Metrics":{"m":null}})");

  EXPECT_EQ(AttributesOf("e1"), "c=");
  ASSERT_EQ(Find("e1").metrics.size(), 1u);
  EXPECT_EQ(service_->Index(app_).operator*()->Read()->Attribute("a"), nullptr);
}

TEST_F(EndpointUpdateTest, ValuesKeepTheirOrderAndAreStoredOnce) {
  Update("e1", R"({"Attributes":{"a":["z","b","z","A","b"]}})");

  EXPECT_EQ(AttributesOf("e1"), "a=z,b,A");
}

TEST_F(EndpointUpdateTest, EmptyTextsClearDemographicLocationAddressAndUser) {
  Update("e1",
         R"({"Address":"x","Demographic":{"Make":"M","Model":"N"},"Location":{"City":"Oslo"},
             "User":{"UserId":"u"}})");
  Update("e1",
         R"({"Address":"","Demographic":{"Make":""},"Location":{"City":""},"User":{"UserId":""}})");

  const EndpointRecord record = Find("e1");
  EXPECT_EQ(record.address, "");
  EXPECT_EQ(record.facet(Facet::kMake), "");
  EXPECT_EQ(record.facet(Facet::kModel), "N");
  EXPECT_EQ(record.facet(Facet::kCity), "");
  EXPECT_EQ(record.user_id, "");
}

TEST_F(EndpointUpdateTest, StatusAndOptOutAreReadInAnyCaseAndEmptyCountsAsAbsent) {
  Update("e1", R"({"EndpointStatus":"inActive","OptOut":"all"})");
  EXPECT_EQ(Get("e1").endpoint_status, "INACTIVE");
  EXPECT_EQ(Get("e1").opt_out, "ALL");

  Update("e1", R"({"EndpointStatus":"","OptOut":""})");

  EXPECT_EQ(Get("e1").endpoint_status, "ACTIVE");
  EXPECT_EQ(Get("e1").opt_out, "ALL");
}

TEST_F(EndpointUpdateTest, OtherStatusesAndOptOutsAreRefused) {
  EXPECT_EQ(TryUpdate("e1", R"({"EndpointStatus":"ACTIV"})"),
            "EndpointStatus: must be ACTIVE or INACTIVE.");
  EXPECT_EQ(TryUpdate("e1", R"({"OptOut":"SOME"})"), "OptOut: must be ALL or NONE.");
  EXPECT_FALSE(Exists("e1"));
}

TEST_F(EndpointUpdateTest, CoordinatesOutOfRangeAreRefused) {
  EXPECT_EQ(TryUpdate("e1", R"({"Location":{"Latitude":90.1}})"),
            "Location.Latitude: must be between -90 and 90.");
  EXPECT_EQ(TryUpdate("e1", R"({"Location":{"Longitude":-180.5}})"),
            "Location.Longitude: must be between -180 and 180.");
  Update("e1", R"({"Location":{"Latitude":-90,"Longitude":180}})");
}

TEST_F(EndpointUpdateTest, CoordinatesAreKeptInFullUnlessTheSettingRounds) {
  Update("e1", R"({"Location":{"Latitude":59.91273,"Longitude":10.74609}})");
  EXPECT_EQ(Find("e1").latitude, 59.91273);

  ASSERT_TRUE(service_->Configure(app_, {.location_decimals = 1}).ok());
  Update("e1", R"({"Location":{"Latitude":59.91273,"Longitude":10.74609}})");

  EXPECT_EQ(Find("e1").latitude, 59.9);
  EXPECT_EQ(Find("e1").longitude, 10.7);
}

TEST_F(EndpointUpdateTest, EffectiveDateIsStoredInUtcAndNeverInTheFuture) {
  Update("e1", R"({"EffectiveDate":"2026-11-23T05:15:00.1234+09:00"})");
  EXPECT_EQ(EffectiveDateOf("e1"), "2026-11-22T20:15:00.123Z");

  Update("e1", R"({"EffectiveDate":"2027-01-01"})");
  EXPECT_EQ(EffectiveDateOf("e1"), kStart);

  EXPECT_EQ(TryUpdate("e1", R"({"EffectiveDate":"yesterday"})"),
            "EffectiveDate: must be an ISO 8601 date or time.");
}

TEST_F(EndpointUpdateTest, WithoutEffectiveDateTheUpdateItselfCounts) {
  Update("e1", "{}");
  clock_.Advance(std::chrono::hours(1));

  Update("e1", "{}");

  EXPECT_EQ(EffectiveDateOf("e1"), "2026-11-23T12:15:00.000Z");
  EXPECT_EQ(Get("e1").creation_date, kStart);
}

TEST_F(EndpointUpdateTest, RequestIdIsTheGivenOneElseThatOfTheCall) {
  Update("e1", R"({"RequestId":"mine"})");
  EXPECT_EQ(Get("e1").request_id, "mine");

  Update("e1", "{}");
  EXPECT_EQ(Get("e1").request_id, "call");
}

TEST_F(EndpointUpdateTest, OptOutNoneByThisApiLiftsTheRecipientsOptOut) {
  Update("e1", "{}");
  auto transaction = service_->Begin(app_);
  ASSERT_TRUE(transaction->OptOutByRecipient("e1").ok());
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(Find("e1").opt_out_by, OptOutBy::kRecipient);

  Update("e1", R"({"OptOut":"NONE"})");

  EXPECT_EQ(Find("e1").opt_out, OptOut::kNone);
  EXPECT_EQ(Find("e1").opt_out_by, OptOutBy::kNone);
}

TEST_F(EndpointUpdateTest, ImportedNoneLeavesTheRecipientsOptOutAlone) {
  Update("e1", "{}");
  Update("e2", R"({"OptOut":"ALL"})");
  auto transaction = service_->Begin(app_);
  ASSERT_TRUE(transaction->OptOutByRecipient("e1").ok());
  ASSERT_TRUE(transaction->Commit().ok());

  UpdateAs(UpdateOrigin::kImport, "e1", R"({"OptOut":"NONE","Attributes":{"a":["1"]}})");
  UpdateAs(UpdateOrigin::kImport, "e2", R"({"OptOut":"NONE"})");

  EXPECT_EQ(Find("e1").opt_out, OptOut::kAll);
  EXPECT_EQ(AttributesOf("e1"), "a=1");
  EXPECT_EQ(Find("e2").opt_out, OptOut::kNone);
}

class EndpointLimitTest : public AudienceFixture {
 protected:
  // `{"Attributes":{"n0":[…],…}}`
  static std::string WithAttributes(size_t count, const std::string& values) {
    std::string json = R"({"Attributes":{)";
    for (size_t i = 0; i < count; ++i) {
      json += (i == 0 ? "\"n" : ",\"n") + std::to_string(i) + "\":" + values;
    }
    return json + "}}";
  }
};

TEST_F(EndpointLimitTest, NamesHaveUpTo128Characters) {
  std::string name;
  for (int i = 0; i < 128; ++i) {
    name += "é";
  }
  Update("e1", R"({"Attributes":{")" + name + R"(":["1"]}})");

  EXPECT_EQ(TryUpdate("e1", R"({"Attributes":{")" + name + R"(x":["1"]}})"),
            "Attributes: names must have 1 to 128 characters.");
  EXPECT_EQ(TryUpdate("e1", R"({"Metrics":{"":1}})"),
            "Metrics: names must have 1 to 128 characters.");
}

TEST_F(EndpointLimitTest, NamesOfPinionsOwnAreRefused) {
  EXPECT_EQ(TryUpdate("e1", R"({"User":{"UserAttributes":{"pinion:x":["1"]}}})"),
            "User.UserAttributes.pinion:x: names that begin with pinion: are reserved.");
}

TEST_F(EndpointLimitTest, ValuesHaveUpTo1000Characters) {
  Update("e1", R"({"Attributes":{"a":[")" + std::string(1000, 'v') + R"("]}})");

  EXPECT_EQ(TryUpdate("e1", R"({"Attributes":{"a":[")" + std::string(1001, 'v') + R"("]}})"),
            "Attributes.a: values must have at most 1000 characters.");
}

TEST_F(EndpointLimitTest, ANameHasUpTo200Values) {
  std::string values;
  for (int i = 0; i < 200; ++i) {
    values += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\"";
  }
  Update("e1", R"({"Attributes":{"a":[)" + values + "]}}");

  EXPECT_EQ(TryUpdate("e1", R"({"Attributes":{"a":[)" + values + R"(,"x"]}})"),
            "Attributes.a: must have at most 200 values.");
}

TEST_F(EndpointLimitTest, AnEndpointHasUpTo1000NamesOfAllKindsTogether) {
  Update("e1", WithAttributes(998, R"(["1"])"));
  Update("e1", R"({"Metrics":{"m":1},"User":{"UserId":"u","UserAttributes":{"a":["1"]}}})");

  EXPECT_EQ(TryUpdate("e1", R"({"Metrics":{"n":1}})"), "Too many custom attributes");
  EXPECT_EQ(TryUpdate("e1", R"({"User":{"UserAttributes":{"b":["1"]}}})"),
            "Too many custom attributes");
  Update("e1", R"({"Attributes":{"n0":[]},"Metrics":{"n":1}})");
}

TEST_F(EndpointLimitTest, AnEndpointHasUpTo64KilobytesOfJson) {
  const std::string value = "[\"" + std::string(1000, 'v') + "\"]";
  Update("e1", WithAttributes(60, value));

  EXPECT_EQ(TryUpdate("e1", WithAttributes(66, value)),
            "The endpoint must not be larger than 64 KB.");
  EXPECT_EQ(Find("e1").attributes.size(), 60u);
}

TEST_F(EndpointLimitTest, AddressesHaveUpTo4096Characters) {
  Update("e1", R"({"Address":")" + std::string(4096, 'a') + R"("})");

  EXPECT_EQ(TryUpdate("e1", R"({"Address":")" + std::string(4097, 'a') + R"("})"),
            "Address: must have at most 4096 characters.");
}

TEST_F(EndpointLimitTest, UserIdsHaveUpTo256Characters) {
  Update("e1", R"({"User":{"UserId":")" + std::string(256, 'u') + R"("}})");

  EXPECT_EQ(TryUpdate("e1", R"({"User":{"UserId":")" + std::string(257, 'u') + R"("}})"),
            "User.UserId: must have at most 256 characters.");
}

class EndpointBatchUpdateTest : public AudienceFixture {};

TEST_F(EndpointBatchUpdateTest, AppliesItemsInOrderAlsoToOneEndpoint) {
  EXPECT_EQ(TryBatch(R"({"Item":[{"Id":"e1","Attributes":{"a":["1"],"b":["1"]}},
                                 {"Id":"e2"},{"Id":"E1","Attributes":{"b":["2"]}}]})"),
            "");

  EXPECT_EQ(AttributesOf("e1"), "a=1;b=2");
  EXPECT_TRUE(Exists("e2"));
}

TEST_F(EndpointBatchUpdateTest, OneBadItemFailsAllAndIsNamed) {
  EXPECT_EQ(TryBatch(R"({"Item":[{"Id":"e1"},{"Id":"e2","Location":{"Latitude":91}}]})"),
            "Item[1].Location.Latitude: must be between -90 and 90.");
  EXPECT_FALSE(Exists("e1"));
}

TEST_F(EndpointBatchUpdateTest, AMissingOrBadIdIsNamed) {
  EXPECT_EQ(TryBatch(R"({"Item":[{"Id":"e1"},{}]})"), "Item[1].Id: is missing.");
  EXPECT_EQ(TryBatch(R"({"Item":[{"Id":""}]})"), "Item[0].Id: must have 1 to 256 characters.");
}

TEST_F(EndpointBatchUpdateTest, TakesUpTo100Items) {
  std::string items;
  for (int i = 0; i < 100; ++i) {
    items += (i == 0 ? "" : ",") + (R"({"Id":"e)" + std::to_string(i) + R"("})");
  }

  EXPECT_EQ(TryBatch(R"({"Item":[)" + items + "]}"), "");
  EXPECT_EQ(TryBatch(R"({"Item":[)" + items + R"(,{"Id":"x"}]})"),
            "Item: must have at most 100 items.");
  EXPECT_EQ(TryBatch(R"({"Item":[]})"), "");
}

class EventEndpointTest : public AudienceFixture {};

TEST_F(EventEndpointTest, AnEmptyOneChangesNothingInAnExistingEndpoint) {
  Update("e1", R"({"EndpointStatus":"INACTIVE"})");
  const EndpointRecord before = Find("e1");
  clock_.Advance(std::chrono::hours(1));

  UpdateAs(UpdateOrigin::kEvents, "e1", "{}");

  EXPECT_EQ(Find("e1"), before);
}

TEST_F(EventEndpointTest, AnEmptyOneMakesAnUnknownEndpointThatWasNeverActive) {
  UpdateAs(UpdateOrigin::kEvents, "anonymous", "{}");

  EXPECT_EQ(StatusOf("anonymous"), "ACTIVE");
  EXPECT_EQ(LastActiveOf("anonymous"), "");
}

TEST_F(EventEndpointTest, ARefusedOneLeavesTheRestOfTheTransactionAlone) {
  auto transaction = service_->Begin(app_);
  ASSERT_TRUE(transaction->Upsert("e1", Request("{}"), {}).ok());
  EXPECT_FALSE(transaction->Upsert("e1", Request(R"({"OptOut":"x","Address":"y"})"), {}).ok());
  ASSERT_TRUE(transaction->Commit().ok());

  EXPECT_EQ(Find("e1").address, "");
}

TEST(EventEndpointConversionTest, TakesTheMembersOver) {
  const auto item = model::Decode<model::EndpointBatchItem>(
      R"({"Id":"x","Address":"a","ChannelType":"SMS","Attributes":{"a":["1"]},"Metrics":{"m":1},
          "Demographic":{"Make":"M"},"EffectiveDate":"2026-01-01","EndpointStatus":"ACTIVE",
          "Location":{"City":"C"},"OptOut":"ALL","RequestId":"r","User":{"UserId":"u"}})");
  ASSERT_TRUE(item.ok());

  EXPECT_EQ(model::ToJson(ToEndpointRequest(*item)),
            R"({"Address":"a","Attributes":{"a":["1"]},"ChannelType":"SMS",)"
            R"("Demographic":{"Make":"M"},"EffectiveDate":"2026-01-01",)"
            R"("EndpointStatus":"ACTIVE","Location":{"City":"C"},"Metrics":{"m":1},)"
            R"("OptOut":"ALL","RequestId":"r","User":{"UserId":"u"}})");
}

}  // namespace
}  // namespace pinion::audience
