#include "api/policy_texts.h"

#include "base/json_text.h"
#include "identities/guest_policy.h"

namespace pinion::api {

base::Result<std::vector<std::string>> PolicyTexts(const std::vector<model::RawJson>& given) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < given.size(); ++i) {
    PINION_TRY(std::string text,
               identities::PolicyText(given[i], "Policies[" + std::to_string(i) + "]"));
    texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<model::RawJson> ShownPolicies(const std::vector<std::string>& texts) {
  std::vector<model::RawJson> shown;
  for (const std::string& text : texts) {
    model::RawJson& policy = shown.emplace_back();
    const size_t start = text.find_first_not_of(" \t\r\n");
    if (start != std::string::npos && text[start] == '{') {
      policy.text = text;
    } else {
      policy.text.clear();
      base::AppendJsonString(policy.text, text);
    }
  }
  return shown;
}

}  // namespace pinion::api
