#include "recommenders/recommender_service.h"

#include <utility>

#include "base/time_text.h"
#include "model/codec.h"
#include "recommenders/recommender_rules.h"
#include "storage/chosen_id.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::recommenders {

namespace {

using model::RecommenderConfigurationResponse;
using model::RecommenderRecord;
using storage::KeySpace;
using storage::KeyWriter;

std::string KeyOf(std::string_view id) {
  return KeyWriter(KeySpace::kRecommender).Text(id).Take();
}

RecommenderConfigurationResponse ResponseOf(const RecommenderRecord& record) {
  const model::CreateRecommenderConfiguration& configuration = record.configuration;
  RecommenderConfigurationResponse response;
  response.attributes = configuration.attributes;
  response.creation_date = base::FormatIso8601(record.created_at);
  response.description = configuration.description;
  response.id = record.id;
  response.last_modified_date = base::FormatIso8601(record.modified_at);
  response.name = configuration.name;
  response.recommendation_provider_id_type = configuration.recommendation_provider_id_type;
  response.recommendation_provider_role_arn = configuration.recommendation_provider_role_arn;
  response.recommendation_provider_uri = configuration.recommendation_provider_uri;
  response.recommendation_transformer_uri = configuration.recommendation_transformer_uri;
  response.recommendations_display_name = configuration.recommendations_display_name;
  response.recommendations_per_message = configuration.recommendations_per_message;
  return response;
}

}  // namespace

RecommenderService::RecommenderService(storage::KeyValueStore& store,
                                       const base::Clock& clock,
                                       base::IdGenerator& ids)
    : store_(store), clock_(clock), ids_(ids) {}

base::Result<std::optional<RecommenderRecord>> RecommenderService::Find(std::string_view id) const {
  PINION_TRY(const auto stored, store_.Get(KeyOf(id)));
  if (!stored) {
    return std::optional<RecommenderRecord>();
  }
  PINION_TRY(auto record, model::Decode<RecommenderRecord>(*stored));
  return std::optional<RecommenderRecord>(std::move(record));
}

base::Result<RecommenderRecord> RecommenderService::Read(std::string_view id) const {
  PINION_TRY(auto record, Find(id));
  if (!record) {
    return base::NotFound("Resource not found");
  }
  return *std::move(record);
}

base::Status RecommenderService::Write(const RecommenderRecord& record) {
  storage::WriteBatch batch;
  batch.Put(KeyOf(record.id), model::ToJson(record));
  PINION_CHECK(store_.Apply(batch));
  return {};
}

base::Result<RecommenderConfigurationResponse> RecommenderService::Create(
    const NewRecommender& recommender) {
  RecommenderRecord record;
  PINION_TRY(record.configuration, CheckConfiguration(recommender.configuration));
  record.region = recommender.region;

  const std::lock_guard lock(writes_);
  record.created_at = clock_.Now();
  record.modified_at = record.created_at;
  if (recommender.chosen_id) {
    record.id = *recommender.chosen_id;
    PINION_CHECK(
        storage::CheckChosenId(store_, storage::kRecommenderIds, record.id, record.created_at));
    PINION_TRY(const auto taken, Find(record.id));
    if (taken) {
      return base::Conflict("The chosen recommender id is in use.");
    }
  } else {
    record.id = ids_.NewHexId();
  }
  PINION_CHECK(Write(record));
  return ResponseOf(record);
}

base::Result<RecommenderConfigurationResponse> RecommenderService::Get(std::string_view id) const {
  PINION_TRY(const auto record, Read(id));
  return ResponseOf(record);
}

base::Result<base::Page<RecommenderConfigurationResponse>> RecommenderService::List(
    const base::PageRequest& page) const {
  base::NewestFirst<RecommenderConfigurationResponse> newest(page);
  base::Status damaged;
  PINION_CHECK(store_.Scan({.prefix = KeyWriter(KeySpace::kRecommender).Take()},
                           [&](std::string_view, std::string_view value) {
                             const auto record = model::Decode<RecommenderRecord>(value);
                             if (!record.ok()) {
                               damaged = base::Internal("Recommender configuration: " +
                                                        record.error().message);
                               return false;
                             }
                             if (newest.Wants(record->created_at, record->id)) {
                               newest.Offer(record->created_at, record->id, ResponseOf(*record));
                             }
                             return true;
                           }));
  PINION_CHECK(damaged);
  return newest.Take();
}

base::Result<RecommenderConfigurationResponse> RecommenderService::Update(
    std::string_view id, const model::CreateRecommenderConfiguration& configuration) {
  const std::lock_guard lock(writes_);
  PINION_TRY(auto record, Read(id));
  PINION_TRY(record.configuration, CheckConfiguration(configuration));
  record.modified_at = clock_.Now();
  PINION_CHECK(Write(record));
  return ResponseOf(record);
}

base::Result<RecommenderConfigurationResponse> RecommenderService::Delete(std::string_view id) {
  const std::lock_guard lock(writes_);
  PINION_TRY(const auto record, Read(id));
  storage::WriteBatch batch;
  batch.Delete(KeyOf(id));
  storage::RestId(storage::kRecommenderIds, id, clock_.Now(), batch);
  PINION_CHECK(store_.Apply(batch));
  return ResponseOf(record);
}

}  // namespace pinion::recommenders
