// What makes a recommender configuration acceptable (TPL-120 to TPL-122). Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "model/recommenders.h"

namespace pinion::recommenders {

inline constexpr int32_t kRecommendationsMax = 5;
inline constexpr size_t kAttributesMax = 10;
inline constexpr size_t kDisplayNameCharactersMax = 25;
inline constexpr size_t kDescriptionCharactersMax = 128;

// The configuration with its defaults; an empty transformer and an empty map of attributes count as
// not given. kInvalidArgument names the member that breaks a rule.
base::Result<model::CreateRecommenderConfiguration> CheckConfiguration(
    model::CreateRecommenderConfiguration configuration);

}  // namespace pinion::recommenders
