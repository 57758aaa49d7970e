// Section 4 of the rules: status, addresses, activity.
#include "audience/audience_fixture.h"

namespace pinion::audience {
namespace {

class EndpointStatusTest : public AudienceFixture {
 protected:
  void Invalidate(model::ChannelType channel, std::string_view address) {
    auto transaction = service_->Begin(app_);
    EXPECT_TRUE(transaction->InvalidateAddress(channel, address).ok());
    EXPECT_TRUE(transaction->Commit().ok());
  }
};

TEST_F(EndpointStatusTest, AnUpdateWithoutStatusRevives) {
  Update("e1", R"({"EndpointStatus":"INACTIVE"})");
  EXPECT_EQ(StatusOf("e1"), "INACTIVE CALLER");

  Update("e1", "{}");

  EXPECT_EQ(StatusOf("e1"), "ACTIVE");
}

TEST_F(EndpointStatusTest, ANonEmptyEventEndpointRevives) {
  Update("e1", R"({"EndpointStatus":"INACTIVE"})");

  UpdateAs(UpdateOrigin::kEvents, "e1", R"({"Attributes":{}})");

  EXPECT_EQ(StatusOf("e1"), "ACTIVE");
}

TEST_F(EndpointStatusTest, AnImportWithoutStatusNeverChangesIt) {
  Update("e1", R"({"EndpointStatus":"INACTIVE"})");

  UpdateAs(UpdateOrigin::kImport, "e1", R"({"Address":"new"})");
  EXPECT_EQ(StatusOf("e1"), "INACTIVE CALLER");

  UpdateAs(UpdateOrigin::kImport, "e1", R"({"EndpointStatus":"ACTIVE"})");
  EXPECT_EQ(StatusOf("e1"), "ACTIVE");
}

TEST_F(EndpointStatusTest, AfterAnInvalidTokenOnlyANewAddressOrAnExplicitActiveRevives) {
  for (const char* id : {"e1", "e2"}) {
    Update(id, R"({"ChannelType":"GCM","Address":")" + std::string(id) + R"("})");
    Invalidate(model::ChannelType::kGcm, id);
    ASSERT_EQ(StatusOf(id), "INACTIVE INVALID_TOKEN");
    Update(id, R"({"Attributes":{"a":["1"]}})");
    Update(id, R"({"Address":")" + std::string(id) + R"("})");
    ASSERT_EQ(StatusOf(id), "INACTIVE INVALID_TOKEN");
  }

  Update("e1", R"({"Address":"new"})");
  Update("e2", R"({"EndpointStatus":"ACTIVE"})");

  EXPECT_EQ(StatusOf("e1"), "ACTIVE");
  EXPECT_EQ(StatusOf("e2"), "ACTIVE");
}

TEST_F(EndpointStatusTest, APushAddressBelongsToTheLastWriter) {
  Update("e1", R"({"ChannelType":"APNS","Address":"token"})");
  Update("other-channel", R"({"ChannelType":"APNS_VOIP","Address":"token"})");
  clock_.Advance(std::chrono::hours(1));
  Update("e2", R"({"ChannelType":"APNS","Address":"token"})");

  EXPECT_EQ(StatusOf("e1"), "INACTIVE ADDRESS_TAKEN");
  EXPECT_EQ(StatusOf("e2"), "ACTIVE");
  EXPECT_EQ(StatusOf("other-channel"), "ACTIVE");

  Update("e1", "{}");

  EXPECT_EQ(StatusOf("e1"), "ACTIVE");
  EXPECT_EQ(StatusOf("e2"), "INACTIVE ADDRESS_TAKEN");
}

TEST_F(EndpointStatusTest, PushAddressesAreComparedByteByByte) {
  Update("e1", R"({"ChannelType":"GCM","Address":"token"})");
  Update("e2", R"({"ChannelType":"GCM","Address":"Token"})");

  EXPECT_EQ(StatusOf("e1"), "ACTIVE");
}

TEST_F(EndpointStatusTest, APushAddressIsTakenWithinOneBatchToo) {
  EXPECT_EQ(TryBatch(R"({"Item":[{"Id":"e1","ChannelType":"GCM","Address":"t"},
                                 {"Id":"e2","ChannelType":"GCM","Address":"t"}]})"),
            "");

  EXPECT_EQ(StatusOf("e1"), "INACTIVE ADDRESS_TAKEN");
  EXPECT_EQ(StatusOf("e2"), "ACTIVE");
}

TEST_F(EndpointStatusTest, AnInactiveUpdateTakesNoAddress) {
  Update("e1", R"({"ChannelType":"GCM","Address":"t"})");
  Update("e2", R"({"ChannelType":"GCM","Address":"t","EndpointStatus":"INACTIVE"})");

  EXPECT_EQ(StatusOf("e1"), "ACTIVE");
}

TEST_F(EndpointStatusTest, FamiliesShareAMailbox) {
  Update("e1", R"({"ChannelType":"EMAIL","Address":"a@example.com"})");
  Update("e2", R"({"ChannelType":"EMAIL","Address":"a@example.com"})");

  EXPECT_EQ(StatusOf("e1"), "ACTIVE");
  EXPECT_EQ(StatusOf("e2"), "ACTIVE");
}

TEST_F(EndpointStatusTest, UniquenessOnAllChannelsComparesAsTheChannelDoes) {
  ASSERT_TRUE(service_->Configure(app_, {.address_uniqueness = AddressUniqueness::kAll}).ok());
  Update("mail", R"({"ChannelType":"EMAIL","Address":"Ann@Example.com"})");
  Update("phone", R"({"ChannelType":"SMS","Address":"+1 (206) 555-0182"})");
  Update("custom", R"({"ChannelType":"CUSTOM","Address":"X"})");

  Update("mail2", R"({"ChannelType":"EMAIL","Address":"ann@example.COM"})");
  Update("phone2", R"({"ChannelType":"SMS","Address":"12065550182"})");
  Update("custom2", R"({"ChannelType":"CUSTOM","Address":"x"})");

  EXPECT_EQ(StatusOf("mail"), "INACTIVE ADDRESS_TAKEN");
  EXPECT_EQ(StatusOf("phone"), "INACTIVE ADDRESS_TAKEN");
  EXPECT_EQ(StatusOf("custom"), "ACTIVE");
}

TEST_F(EndpointStatusTest, WithoutUniquenessPushAddressesAreSharedToo) {
  ASSERT_TRUE(service_->Configure(app_, {.address_uniqueness = AddressUniqueness::kNone}).ok());
  Update("e1", R"({"ChannelType":"GCM","Address":"t"})");
  Update("e2", R"({"ChannelType":"GCM","Address":"t"})");

  EXPECT_EQ(StatusOf("e1"), "ACTIVE");
}

TEST_F(EndpointStatusTest, AutomaticChangesMoveEffectiveDateAndKeepRequestIdAndActivity) {
  Update("e1", R"({"ChannelType":"GCM","Address":"t","RequestId":"mine"})");
  clock_.Advance(std::chrono::hours(1));

  Invalidate(model::ChannelType::kGcm, "t");

  EXPECT_EQ(EffectiveDateOf("e1"), "2026-11-23T12:15:00.000Z");
  EXPECT_EQ(Get("e1").request_id, "mine");
  EXPECT_EQ(LastActiveOf("e1"), kStart);
}

TEST_F(EndpointStatusTest, ActivityIsTheEffectiveDateAndOnlyMovesForward) {
  Update("e1", R"({"EffectiveDate":"2026-11-20"})");
  EXPECT_EQ(LastActiveOf("e1"), "2026-11-20T00:00:00.000Z");

  Update("e1", R"({"EffectiveDate":"2026-11-01"})");
  EXPECT_EQ(LastActiveOf("e1"), "2026-11-20T00:00:00.000Z");
  EXPECT_EQ(EffectiveDateOf("e1"), "2026-11-01T00:00:00.000Z");

  Update("e1", "{}");
  EXPECT_EQ(LastActiveOf("e1"), kStart);
}

TEST_F(EndpointStatusTest, AnImportIsActivityOnlyWithEffectiveDate) {
  UpdateAs(UpdateOrigin::kImport, "e1", R"({"Address":"x"})");
  UpdateAs(UpdateOrigin::kImport, "e2", R"({"EffectiveDate":"2026-11-01"})");

  EXPECT_EQ(LastActiveOf("e1"), "");
  EXPECT_EQ(LastActiveOf("e2"), "2026-11-01T00:00:00.000Z");
}

TEST_F(EndpointStatusTest, EventsMoveActivityForwardToNowAtMost) {
  Update("e1", R"({"EffectiveDate":"2026-11-01"})");
  const auto touch = [this](std::string_view at) {
    auto transaction = service_->Begin(app_);
    EXPECT_TRUE(transaction->TouchActivity("e1", *base::ParseInstant(at)).ok());
    EXPECT_TRUE(transaction->Commit().ok());
    return LastActiveOf("e1");
  };

  EXPECT_EQ(touch("2026-11-02"), "2026-11-02T00:00:00.000Z");
  EXPECT_EQ(touch("2026-10-01"), "2026-11-02T00:00:00.000Z");
  EXPECT_EQ(touch("2028-01-01"), kStart);
  EXPECT_EQ(EffectiveDateOf("e1"), "2026-11-01T00:00:00.000Z");
}

TEST_F(EndpointStatusTest, TouchingAnUnknownEndpointFails) {
  auto transaction = service_->Begin(app_);

  EXPECT_EQ(transaction->TouchActivity("e1", clock_.Now()).error().code, base::Errc::kNotFound);
}

TEST_F(EndpointStatusTest, FindByAddressTakesTheSmallestIdWithAFittingUser) {
  Update("e3", R"({"ChannelType":"EMAIL","Address":"a@b.c"})");
  Update("e2", R"({"ChannelType":"EMAIL","Address":"A@b.c","User":{"UserId":"u2"}})");
  Update("e1",
         R"({"ChannelType":"EMAIL","Address":"a@b.c","User":{"UserId":"u1"},
             "EndpointStatus":"INACTIVE"})");
  auto transaction = service_->Begin(app_);
  const auto find = [&](std::string_view user) {
    return *transaction->FindByAddress({model::ChannelType::kEmail, "a@B.c", user});
  };

  EXPECT_EQ(find("u2"), "e2");
  EXPECT_EQ(find("u1"), "e3");
  EXPECT_EQ(find(""), "e2");
  EXPECT_EQ(*transaction->FindByAddress({model::ChannelType::kSms, "a@b.c", ""}), std::nullopt);
}

}  // namespace
}  // namespace pinion::audience
