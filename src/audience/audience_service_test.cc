// The service as a whole: transactions, reading, applications, and names of attributes (section 7
// of the rules).
#include "audience/audience_service.h"

#include "audience/audience_fixture.h"
#include "storage/faulty_store.h"

namespace pinion::audience {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AudienceServiceTest : public AudienceFixture {
 protected:
  std::vector<std::string> Ids(std::string_view prefix, std::string_view after, size_t limit) {
    std::vector<std::string> ids;
    const auto entries =
        service_->ListIds(app_, {.prefix = prefix, .after = after, .limit = limit});
    EXPECT_TRUE(entries.ok());
    for (const auto& entry : *entries) {
      ids.push_back(entry.key);
    }
    return ids;
  }
  bitmap::Bitmap Everybody() { return (*service_->Index(app_))->Read()->All(); }
};

TEST_F(AudienceServiceTest, ADroppedTransactionChangesNothing) {
  {
    auto transaction = service_->Begin(app_);
    ASSERT_TRUE(transaction->Upsert("e1", Request(R"({"User":{"UserId":"u"}})"), {}).ok());
    transaction->batch().Put("other", "value");
  }

  EXPECT_FALSE(Exists("e1"));
  EXPECT_TRUE(Everybody().Empty());
  EXPECT_EQ(*store_.Get("other"), std::nullopt);
}

TEST_F(AudienceServiceTest, WritesOfTheOwnerAreInTheSameChange) {
  auto transaction = service_->Begin(app_);
  ASSERT_TRUE(transaction->Upsert("e1", Request("{}"), {}).ok());
  transaction->batch().Put("cursor", "1");
  const auto sequence = transaction->Commit();

  ASSERT_TRUE(sequence.ok());
  EXPECT_EQ(*sequence, store_.LastSequence());
  EXPECT_EQ(*store_.Get("cursor"), "1");
  EXPECT_TRUE(Exists("e1"));
}

TEST_F(AudienceServiceTest, AFailingStoreLeavesStoreAndIndexAlone) {
  storage::FaultyStore faulty(store_);
  AudienceService service(faulty, clock_);
  ASSERT_TRUE(service.OpenApp(app_).ok());
  faulty.FailNextApplies(1);

  EXPECT_FALSE(service.UpdateEndpoint(app_, "e1", Request("{}"), "call").ok());

  EXPECT_TRUE((*service.Index(app_))->Read()->All().Empty());
  EXPECT_TRUE(service.UpdateEndpoint(app_, "e1", Request("{}"), "call").ok());
  EXPECT_TRUE((*service.Index(app_))->Read()->All().Contains(0));
}

TEST_F(AudienceServiceTest, AnUnknownApplicationIsNotFound) {
  const base::AppId other("other");

  EXPECT_EQ(service_->Begin(other).error().code, base::Errc::kNotFound);
  EXPECT_EQ(service_->Get(other, "e1").error().code, base::Errc::kNotFound);
  EXPECT_EQ(service_->Index(other).error().code, base::Errc::kNotFound);
}

TEST_F(AudienceServiceTest, ApplicationsAreApart) {
  const base::AppId other("other");
  ASSERT_TRUE(service_->OpenApp(other).ok());
  Update("e1", "{}");

  EXPECT_FALSE(service_->Get(other, "e1").ok());
  EXPECT_EQ((*service_->Index(other))->Read()->All(), bitmap::Bitmap());
}

TEST_F(AudienceServiceTest, ADeletedApplicationLeavesNothing) {
  Update("e1", R"({"User":{"UserId":"u"}})");
  ASSERT_TRUE(service_->RemoveAttributes(app_, "endpoint-custom-attributes", {{{"secret"}}}).ok());
  storage::WriteBatch batch;

  service_->DeleteApp(app_, batch);
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_EQ(service_->Begin(app_).error().code, base::Errc::kNotFound);
  EXPECT_EQ(store_.ApproximateBytes(), 0u);
}

TEST_F(AudienceServiceTest, TheStoreIsLoadedWithProgress) {
  Update("e1", R"({"Attributes":{"a":["1"]},"User":{"UserId":"u","UserAttributes":{"b":["2"]}}})");
  Update("e2", R"({"User":{"UserId":"u"}})");
  LoadCounts counts;
  AudienceService service(store_, clock_);

  ASSERT_TRUE(service.Load([&counts](const LoadCounts& so_far) { counts = so_far; }).ok());

  EXPECT_EQ(counts.endpoints, 2u);
  const auto index = (*service.Index(app_))->Read();
  EXPECT_EQ(index->All().Cardinality(), 2u);
  EXPECT_EQ(index->UserAttribute("b")->Present().Cardinality(), 2u);
}

TEST_F(AudienceServiceTest, ADamagedRecordStopsLoading) {
  Update("e1", "{}");
  storage::WriteBatch batch;
  batch.Put(AudienceKeys(app_).Endpoint(0), "\xFF");
  ASSERT_TRUE(store_.Apply(batch).ok());
  AudienceService service(store_, clock_);

  EXPECT_EQ(service.Load().error().code, base::Errc::kInternal);
}

TEST_F(AudienceServiceTest, ReadsBatchesByOrdinalWithUserAttributes) {
  Update("e1", R"({"Address":"x","User":{"UserId":"u","UserAttributes":{"a":["1"]}}})");
  Update("e2", R"({"User":{"UserAttributes":{"a":["own"]}}})");
  Update("e3", R"({"User":{"UserId":"u"}})");
  const std::vector<uint32_t> ordinals = {2, 99, 1, 0};

  const auto batch = service_->ReadByOrdinals(app_, ordinals);

  ASSERT_TRUE(batch.ok());
  ASSERT_EQ(batch->size(), 3u);
  EXPECT_EQ((*batch)[0].record.id, "e3");
  EXPECT_EQ((*batch)[0].user_attributes()[0].values[0], "1");
  EXPECT_EQ((*batch)[1].user_attributes()[0].values[0], "own");
  EXPECT_EQ((*batch)[2].record.address, "x");
}

TEST_F(AudienceServiceTest, ListsIdsByPrefixAndFromAPlaceOn) {
  for (const char* id : {"b", "A-2", "a-1", "a-10", "c"}) {
    Update(id, "{}");
  }

  EXPECT_THAT(Ids("", "", 10), ElementsAre("a-1", "a-10", "a-2", "b", "c"));
  EXPECT_THAT(Ids("A-1", "", 10), ElementsAre("a-1", "a-10"));
  EXPECT_THAT(Ids("a", "A-1", 10), ElementsAre("a-10", "a-2"));
  EXPECT_THAT(Ids("", "a-2", 1), ElementsAre("b"));
  EXPECT_THAT(Ids("x", "", 10), IsEmpty());
}

TEST_F(AudienceServiceTest, FindsOrdinalsOfIdsInAnyCase) {
  Update("e1", "{}");

  EXPECT_EQ(*service_->OrdinalOf(app_, "E1"), std::optional<uint32_t>(0));
  EXPECT_EQ(*service_->OrdinalOf(app_, "e2"), std::nullopt);
}

TEST_F(AudienceServiceTest, DuplicatesHaveTheSameChannelAndAddress) {
  Update("e3", R"({"ChannelType":"EMAIL","Address":"a@b.c"})");
  Update("e2", R"({"ChannelType":"EMAIL","Address":"A@b.c","EndpointStatus":"INACTIVE"})");
  Update("e1", R"({"ChannelType":"EMAIL","Address":"a@B.c"})");
  Update("other", R"({"ChannelType":"CUSTOM","Address":"a@b.c"})");

  EXPECT_THAT(*service_->Duplicates(app_, Find("e2")), ElementsAre("e1", "e3"));
  EXPECT_THAT(*service_->Duplicates(app_, Find("other")), IsEmpty());
}

TEST_F(AudienceServiceTest, FindsEveryEndpointWithAnAddressWhateverItsSpelling) {
  Update("e2", R"({"ChannelType":"SMS","Address":"+47 912 34 567"})");
  Update("e1", R"({"ChannelType":"VOICE","Address":"+4791234567","EndpointStatus":"INACTIVE"})");
  Update("other", R"({"ChannelType":"SMS","Address":"+4791234568"})");

  const auto found = service_->FindByAddress(app_, "+47-91234567");

  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(0).id, "e1");
  EXPECT_EQ(found->at(1).id, "e2");
}

TEST_F(AudienceServiceTest, ScansRecordsUntilTold) {
  Update("e1", "{}");
  Update("e2", "{}");
  int visits = 0;

  ASSERT_TRUE(service_
                  ->ScanRecords(app_,
                                [&visits](const EndpointRecordView&) {
                                  ++visits;
                                  return false;
                                })
                  .ok());

  EXPECT_EQ(visits, 1);
}

class AttributeNameTest : public AudienceFixture {
 protected:
  std::vector<std::string> Remove(std::string_view type, std::vector<std::string> blacklist) {
    model::UpdateAttributesRequest request;
    request.blacklist = std::move(blacklist);
    const auto resource = service_->RemoveAttributes(app_, type, request);
    EXPECT_TRUE(resource.ok());
    EXPECT_EQ(resource->attribute_type, type);
    return *resource->attributes;
  }
};

TEST_F(AttributeNameTest, BlockedNamesKeepTheirValuesAndTakeNoNewOnes) {
  Update("e1", R"({"Attributes":{"tier":["gold"]},"Metrics":{"m":1}})");
  Remove("endpoint-custom-attributes", {"tier"});
  Remove("endpoint-metric-attributes", {"m"});

  Update("e1", R"({"Attributes":{"tier":["silver"],"x":["1"]},"Metrics":{"m":2}})");
  Update("e2", R"({"Attributes":{"tier":["silver"]},"User":{"UserAttributes":{"tier":["u"]}}})");

  EXPECT_EQ(AttributesOf("e1"), "tier=gold;x=1");
  EXPECT_EQ(Find("e1").metrics[0].value, 1);
  EXPECT_EQ(AttributesOf("e2"), "");
  EXPECT_EQ(UserAttributesOf("e2"), "tier=u");
}

TEST_F(AttributeNameTest, RemovalOfABlockedNameStillWorks) {
  Update("e1", R"({"Attributes":{"tier":["gold"]}})");
  Remove("endpoint-custom-attributes", {"*"});

  Update("e1", R"({"Attributes":{"tier":[]}})");

  EXPECT_EQ(AttributesOf("e1"), "");
}

TEST_F(AttributeNameTest, AnswersLiteralNamesAndThoseInUseThatAGlobMatches) {
  Update("e1", R"({"User":{"UserAttributes":{"ab":["1"],"ac":["1"],"abc":["1"]}}})");

  EXPECT_THAT(Remove("endpoint-user-attributes", {"zz", "a?"}), ElementsAre("ab", "ac", "zz"));
  EXPECT_THAT(Remove("endpoint-user-attributes", {}), IsEmpty());
}

TEST_F(AttributeNameTest, CallsAddUpAndSurviveARestart) {
  Remove("endpoint-custom-attributes", {"a"});
  Remove("endpoint-custom-attributes", {"b*"});
  Restart();

  Update("e1", R"({"Attributes":{"a":["1"],"bc":["1"],"c":["1"]}})");

  EXPECT_EQ(AttributesOf("e1"), "c=1");
  EXPECT_THAT(*service_->BlockedNames(app_, AttributeKind::kCustom), ElementsAre("a", "b*"));
}

TEST_F(AttributeNameTest, AnotherTypeIsRefused) {
  EXPECT_EQ(service_->RemoveAttributes(app_, "endpoint-attributes", {}).error().code,
            base::Errc::kInvalidArgument);
}

TEST_F(AttributeNameTest, UnblockedNamesTakeValuesAgain) {
  Remove("endpoint-custom-attributes", {"a"});

  ASSERT_TRUE(service_->Unblock(app_, AttributeKind::kCustom, "a").ok());
  EXPECT_EQ(service_->Unblock(app_, AttributeKind::kCustom, "a").error().code,
            base::Errc::kNotFound);
  Restart();
  Update("e1", R"({"Attributes":{"a":["1"]}})");

  EXPECT_EQ(AttributesOf("e1"), "a=1");
}

TEST_F(AttributeNameTest, ErasingRemovesTheValuesEverywhere) {
  for (int i = 0; i < 1500; ++i) {
    Update("e" + std::to_string(i), R"({"Attributes":{"a":["1"],"b":["1"]}})");
  }
  Update("s1", R"({"User":{"UserId":"u","UserAttributes":{"a":["1"],"b":["1"]}}})");
  Update("s2", R"({"User":{"UserId":"u"}})");

  ASSERT_TRUE(service_->EraseAttribute(app_, AttributeKind::kCustom, "a").ok());
  ASSERT_TRUE(service_->EraseAttribute(app_, AttributeKind::kUser, "a").ok());

  EXPECT_EQ(AttributesOf("e1499"), "b=1");
  EXPECT_EQ(UserAttributesOf("s2"), "b=1");
  const auto index = (*service_->Index(app_))->Read();
  EXPECT_EQ(index->Attribute("a"), nullptr);
  EXPECT_EQ(index->UserAttribute("a"), nullptr);
}

TEST(GlobTest, StarIsAnyRunAndQuestionMarkOneCharacter) {
  EXPECT_TRUE(GlobMatches("*", ""));
  EXPECT_TRUE(GlobMatches("a*c*e", "abcde"));
  EXPECT_TRUE(GlobMatches("a*c*e", "accce"));
  EXPECT_TRUE(GlobMatches("?", "é"));
  EXPECT_TRUE(GlobMatches("*b", "aabab"));
  EXPECT_FALSE(GlobMatches("a?", "a"));
  EXPECT_FALSE(GlobMatches("A", "a"));
  EXPECT_FALSE(GlobMatches("ab", "abc"));
  EXPECT_FALSE(GlobMatches("", "a"));
}

}  // namespace
}  // namespace pinion::audience
