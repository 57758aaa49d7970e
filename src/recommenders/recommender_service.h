// The recommender configurations of the account, which templates refer to (templates.md section 9):
// made, read, listed, replaced, deleted. Nothing is asked of a recommender here. Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "model/recommenders.h"
#include "storage/key_value_store.h"

namespace pinion::recommenders {

struct NewRecommender {
  model::CreateRecommenderConfiguration configuration;
  std::string region;                    // of the signing scope
  std::optional<std::string> chosen_id;  // x-pinion-resource-id, not yet checked
};

class RecommenderService {
 public:
  // Everything must outlive the service.
  RecommenderService(storage::KeyValueStore& store,
                     const base::Clock& clock,
                     base::IdGenerator& ids);

  // kInvalidArgument for a configuration that breaks a rule and for a malformed id, kConflict when
  // the chosen id is taken or was until a day ago (API-72).
  base::Result<model::RecommenderConfigurationResponse> Create(const NewRecommender& recommender);
  // kNotFound.
  base::Result<model::RecommenderConfigurationResponse> Get(std::string_view id) const;
  // Newest first (API-64).
  base::Result<base::Page<model::RecommenderConfigurationResponse>> List(
      const base::PageRequest& page) const;
  // Replaces the whole configuration (TPL-123). kNotFound, kInvalidArgument.
  base::Result<model::RecommenderConfigurationResponse> Update(
      std::string_view id, const model::CreateRecommenderConfiguration& configuration);
  // Answers the last state; templates may still name it (TPL-123). kNotFound.
  base::Result<model::RecommenderConfigurationResponse> Delete(std::string_view id);

 private:
  base::Result<std::optional<model::RecommenderRecord>> Find(std::string_view id) const;
  base::Result<model::RecommenderRecord> Read(std::string_view id) const;
  base::Status Write(const model::RecommenderRecord& record);

  storage::KeyValueStore& store_;
  const base::Clock& clock_;
  base::IdGenerator& ids_;
  std::mutex writes_;  // held from reading to writing a record
};

}  // namespace pinion::recommenders
