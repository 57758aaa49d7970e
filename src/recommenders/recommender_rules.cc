#include "recommenders/recommender_rules.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace pinion::recommenders {

namespace {

using model::CreateRecommenderConfiguration;

constexpr std::string_view kEndpointIds = "PINPOINT_ENDPOINT_ID";
constexpr std::string_view kUserIds = "PINPOINT_USER_ID";
constexpr size_t kNameCharactersMax = 128;
constexpr size_t kAttributeNameCharactersMax = 50;

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Letters, digits and `others` only.
bool ConsistsOf(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [others](char c) {
    return IsLetterOrDigit(c) || others.find(c) != std::string_view::npos;
  });
}

bool IsName(std::string_view text, std::string_view others, size_t characters_max) {
  return !text.empty() && text.size() <= characters_max && IsLetterOrDigit(text.front()) &&
         ConsistsOf(text, others);
}

bool IsDisplayName(std::string_view text) {
  return !text.empty() && text.size() <= kDisplayNameCharactersMax && ConsistsOf(text, " _-");
}

base::Error Refuse(std::string_view member, std::string_view rule) {
  return base::InvalidArgument("Member '" + std::string(member) + "' " + std::string(rule));
}

// TPL-120, TPL-124.
base::Status CheckProvider(const CreateRecommenderConfiguration& configuration) {
  const std::string& uri = configuration.recommendation_provider_uri;
  if (!uri.starts_with("arn:") && !uri.starts_with("http://") && !uri.starts_with("https://")) {
    return Refuse("RecommendationProviderUri", "must be an ARN or an http or https URL.");
  }
  if (configuration.recommendation_provider_role_arn.empty()) {
    return Refuse("RecommendationProviderRoleArn", "must not be empty.");
  }
  const auto& id_type = configuration.recommendation_provider_id_type;
  if (id_type != kEndpointIds && id_type != kUserIds) {
    return Refuse("RecommendationProviderIdType",
                  "must be PINPOINT_ENDPOINT_ID or PINPOINT_USER_ID.");
  }
  return {};
}

base::Status CheckTexts(const CreateRecommenderConfiguration& configuration) {
  if (configuration.name && !IsName(*configuration.name, " _-", kNameCharactersMax)) {
    return Refuse("Name",
                  "must begin with a letter or digit and have 1 to 128 letters, digits, blanks, _ "
                  "and -.");
  }
  const std::string description = configuration.description.value_or("");
  if (description.size() > kDescriptionCharactersMax || !ConsistsOf(description, " _;(),-")) {
    return Refuse("Description", "must have at most 128 letters, digits, blanks, _ ; ( ) , and -.");
  }
  const auto& display_name = configuration.recommendations_display_name;
  if (display_name && !IsDisplayName(*display_name)) {
    return Refuse("RecommendationsDisplayName",
                  "must have 1 to 25 letters, digits, blanks, _ and -.");
  }
  return {};
}

base::Status CheckAttributes(const CreateRecommenderConfiguration& configuration) {
  if (!configuration.recommendation_transformer_uri) {
    if (configuration.attributes) {
      return Refuse("Attributes", "needs 'RecommendationTransformerUri'.");
    }
    if (!configuration.recommendations_display_name) {
      return Refuse("RecommendationsDisplayName",
                    "is required without 'RecommendationTransformerUri'.");
    }
    return {};
  }
  if (!configuration.attributes || configuration.attributes->size() > kAttributesMax) {
    return Refuse("Attributes", "must have 1 to 10 entries with 'RecommendationTransformerUri'.");
  }
  for (const auto& [name, display_name] : *configuration.attributes) {
    if (!IsName(name, "_-", kAttributeNameCharactersMax)) {
      return Refuse("Attributes",
                    "must have names that begin with a letter or digit, of 1 to 50 letters, "
                    "digits, _ and -.");
    }
    if (!IsDisplayName(display_name)) {
      return Refuse("Attributes." + name, "must have 1 to 25 letters, digits, blanks, _ and -.");
    }
  }
  return {};
}

}  // namespace

base::Result<CreateRecommenderConfiguration> CheckConfiguration(
    CreateRecommenderConfiguration configuration) {
  if (configuration.recommendation_transformer_uri == "") {
    configuration.recommendation_transformer_uri.reset();
  }
  if (configuration.attributes && configuration.attributes->empty()) {
    configuration.attributes.reset();
  }
  if (!configuration.recommendation_provider_id_type) {
    configuration.recommendation_provider_id_type = kEndpointIds;
  }
  if (!configuration.recommendations_per_message) {
    configuration.recommendations_per_message = kRecommendationsMax;
  }
  PINION_CHECK(CheckProvider(configuration));
  PINION_CHECK(CheckTexts(configuration));
  if (*configuration.recommendations_per_message < 1 ||
      *configuration.recommendations_per_message > kRecommendationsMax) {
    return Refuse("RecommendationsPerMessage", "must be from 1 to 5.");
  }
  PINION_CHECK(CheckAttributes(configuration));
  return configuration;
}

}  // namespace pinion::recommenders
