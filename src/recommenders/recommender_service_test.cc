#include "recommenders/recommender_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "model/codec.h"
#include "storage/memory_store.h"

namespace pinion::recommenders {
namespace {

using ::testing::HasSubstr;

constexpr char kPlain[] =
    R"({"RecommendationProviderUri":"arn:aws:personalize:us-east-1:1:campaign/shoes",
        "RecommendationProviderRoleArn":"arn:aws:iam::1:role/r","RecommendationsDisplayName":"Shoes"})";
constexpr char kTransformed[] =
    R"({"RecommendationProviderUri":"https://rec.example","RecommendationProviderRoleArn":"r",
        "RecommendationTransformerUri":"arn:aws:lambda:us-east-1:1:function:f",
        "Attributes":{"Recommendations.x":"X"}})";

class RecommenderServiceTest : public ::testing::Test {
 protected:
  static model::CreateRecommenderConfiguration Parse(const std::string& json) {
    const auto configuration = model::Decode<model::CreateRecommenderConfiguration>(json);
    PINION_ASSERT(configuration.ok());
    return *configuration;
  }
  base::Result<model::RecommenderConfigurationResponse> Create(
      const model::CreateRecommenderConfiguration& configuration,
      std::optional<std::string> chosen_id = {}) {
    return service_.Create({configuration, "us-east-1", std::move(chosen_id)});
  }
  // The message with which a change of the plain configuration is refused; "" if it is not.
  template <class Change>
  std::string Refusal(Change change) {
    model::CreateRecommenderConfiguration configuration = Parse(kPlain);
    change(configuration);
    const auto created = Create(configuration);
    return created.ok() ? "" : created.error().message;
  }

  storage::MemoryStore store_;
  base::ManualClock clock_{base::TimestampFromMillis(1'000)};
  base::SeededRandom random_{1};
  base::IdGenerator ids_{random_};
  RecommenderService service_{store_, clock_, ids_};
};

TEST_F(RecommenderServiceTest, WhatIsCreatedIsReadBackWithItsDefaults) {
  const auto created = Create(Parse(kPlain));
  ASSERT_TRUE(created.ok());
  EXPECT_EQ(created->recommendation_provider_id_type, "PINPOINT_ENDPOINT_ID");
  EXPECT_EQ(created->recommendations_per_message, 5);
  EXPECT_EQ(created->creation_date, "1970-01-01T00:00:01.000Z");
  EXPECT_FALSE(created->attributes.has_value());

  const auto read = service_.Get(created->id);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, *created);
}

TEST_F(RecommenderServiceTest, ProviderIsAnArnOrAUrl) {
  EXPECT_THAT(Refusal([](auto& c) { c.recommendation_provider_uri = ""; }),
              HasSubstr("'RecommendationProviderUri'"));
  EXPECT_THAT(Refusal([](auto& c) { c.recommendation_provider_uri = "ftp://x"; }),
              HasSubstr("'RecommendationProviderUri'"));
  EXPECT_THAT(Refusal([](auto& c) { c.recommendation_provider_role_arn = ""; }),
              HasSubstr("'RecommendationProviderRoleArn'"));
}

TEST_F(RecommenderServiceTest, TextsAreBoundedInLengthAndAlphabet) {
  EXPECT_EQ(Refusal([](auto& c) { c.name = "a" + std::string(127, '-'); }), "");
  EXPECT_THAT(Refusal([](auto& c) { c.name = std::string(129, 'a'); }), HasSubstr("'Name'"));
  EXPECT_THAT(Refusal([](auto& c) { c.name = "-a"; }), HasSubstr("'Name'"));
  EXPECT_THAT(Refusal([](auto& c) { c.name = ""; }), HasSubstr("'Name'"));
  EXPECT_EQ(Refusal([](auto& c) { c.description = "a, b; (c) _-" + std::string(116, 'd'); }), "");
  EXPECT_THAT(Refusal([](auto& c) { c.description = std::string(129, 'a'); }),
              HasSubstr("'Description'"));
  EXPECT_THAT(Refusal([](auto& c) { c.description = "a!"; }), HasSubstr("'Description'"));
  EXPECT_THAT(Refusal([](auto& c) { c.recommendations_display_name = std::string(26, 'a'); }),
              HasSubstr("'RecommendationsDisplayName'"));
}

TEST_F(RecommenderServiceTest, OneToFiveRecommendationsAMessage) {
  EXPECT_EQ(Refusal([](auto& c) { c.recommendations_per_message = 1; }), "");
  for (const int32_t count : {0, 6, -1}) {
    EXPECT_THAT(Refusal([count](auto& c) { c.recommendations_per_message = count; }),
                HasSubstr("'RecommendationsPerMessage'"));
  }
}

TEST_F(RecommenderServiceTest, IdTypeIsOneOfTwo) {
  EXPECT_EQ(Refusal([](auto& c) { c.recommendation_provider_id_type = "PINPOINT_USER_ID"; }), "");
  EXPECT_THAT(Refusal([](auto& c) { c.recommendation_provider_id_type = "EMAIL"; }),
              HasSubstr("'RecommendationProviderIdType'"));
}

TEST_F(RecommenderServiceTest, DisplayNameIsNeededWithoutTransformer) {
  EXPECT_THAT(Refusal([](auto& c) { c.recommendations_display_name.reset(); }),
              HasSubstr("'RecommendationsDisplayName' is required"));
  EXPECT_EQ(Refusal([](auto& c) {
              c.recommendations_display_name.reset();
              c.recommendation_transformer_uri = "f";
              c.attributes.emplace().Set("title", "Title");
            }),
            "");
}

TEST_F(RecommenderServiceTest, AttributesBelongToATransformer) {
  EXPECT_THAT(Refusal([](auto& c) { c.attributes.emplace().Set("a", "A"); }),
              HasSubstr("'Attributes'"));
  EXPECT_THAT(Refusal([](auto& c) { c.recommendation_transformer_uri = "f"; }),
              HasSubstr("'Attributes' must have 1 to 10 entries"));
}

TEST_F(RecommenderServiceTest, AttributesAreBounded) {
  const auto with = [this](size_t count, const std::string& name, const std::string& shown) {
    return Refusal([&](auto& c) {
      c.recommendation_transformer_uri = "f";
      c.attributes.emplace();
      for (size_t i = 0; i < count; ++i) {
        c.attributes->Set(name + std::to_string(i), shown);
      }
    });
  };
  EXPECT_EQ(with(10, "a", std::string(25, 'x')), "");
  EXPECT_THAT(with(11, "a", "x"), HasSubstr("'Attributes'"));
  EXPECT_THAT(with(1, std::string(50, 'a'), "x"), HasSubstr("'Attributes'"));
  EXPECT_THAT(with(1, "a.b", "x"), HasSubstr("'Attributes'"));
  EXPECT_THAT(with(1, "a", ""), HasSubstr("'Attributes.a0'"));
  EXPECT_THAT(with(1, "a", std::string(26, 'x')), HasSubstr("'Attributes.a0'"));
}

TEST_F(RecommenderServiceTest, UpdateReplacesAllButIdAndCreationDate) {
  const auto created = Create(Parse(kPlain));
  ASSERT_TRUE(created.ok());
  clock_.Advance(std::chrono::seconds(5));
  model::CreateRecommenderConfiguration other = Parse(kTransformed);
  other.attributes.emplace().Set("title", "Title");

  const auto updated = service_.Update(created->id, other);

  ASSERT_TRUE(updated.ok());
  EXPECT_EQ(updated->id, created->id);
  EXPECT_EQ(updated->creation_date, created->creation_date);
  EXPECT_EQ(updated->last_modified_date, "1970-01-01T00:00:06.000Z");
  EXPECT_FALSE(updated->recommendations_display_name.has_value());
  EXPECT_EQ(*service_.Get(created->id), *updated);
}

TEST_F(RecommenderServiceTest, RefusedUpdateChangesNothing) {
  const auto created = Create(Parse(kPlain));
  ASSERT_TRUE(created.ok());
  EXPECT_EQ(service_.Update(created->id, Parse(kTransformed)).error().code,
            base::Errc::kInvalidArgument);
  EXPECT_EQ(*service_.Get(created->id), *created);
}

TEST_F(RecommenderServiceTest, DeleteAnswersTheLastStateOnce) {
  const auto created = Create(Parse(kPlain));
  ASSERT_TRUE(created.ok());
  EXPECT_EQ(*service_.Delete(created->id), *created);
  EXPECT_EQ(service_.Delete(created->id).error().code, base::Errc::kNotFound);
  EXPECT_EQ(service_.Get(created->id).error().code, base::Errc::kNotFound);
  EXPECT_EQ(service_.Update(created->id, Parse(kPlain)).error().code, base::Errc::kNotFound);
}

TEST_F(RecommenderServiceTest, ChosenIdRestsForADayAfterItsDeletion) {
  const std::string id = "0123456789abcdef0123456789abcdef";
  EXPECT_EQ(Create(Parse(kPlain), "x").error().code, base::Errc::kInvalidArgument);
  ASSERT_TRUE(Create(Parse(kPlain), id).ok());
  EXPECT_EQ(Create(Parse(kPlain), id).error().code, base::Errc::kConflict);
  ASSERT_TRUE(service_.Delete(id).ok());
  clock_.Advance(std::chrono::hours(24) - std::chrono::milliseconds(1));
  EXPECT_EQ(Create(Parse(kPlain), id).error().code, base::Errc::kConflict);
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(Create(Parse(kPlain), id).ok());
}

TEST_F(RecommenderServiceTest, ListIsPagedFromTheNewest) {
  std::vector<std::string> made;
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(std::chrono::seconds(1));
    made.push_back(Create(Parse(kPlain))->id);
  }
  const auto first = service_.List({.limit = 2});
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->items.size(), 2u);
  EXPECT_EQ(first->items[0].id, made[2]);
  EXPECT_EQ(first->items[1].id, made[1]);
  const auto second = service_.List({.after = first->next, .limit = 2});
  ASSERT_EQ(second->items.size(), 1u);
  EXPECT_EQ(second->items[0].id, made[0]);
  EXPECT_EQ(second->next, "");
}

}  // namespace
}  // namespace pinion::recommenders
