// Values of condition keys, given by hand, for tests.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "auth/authorization_request.h"

namespace pinion::auth {

class GivenContext final : public ConditionContext {
 public:
  // By the text of the key, in lower case up to the slash.
  using Given = std::map<std::string, std::vector<std::string>>;
  GivenContext() = default;
  explicit GivenContext(Given given) : given_(std::move(given)) {}

  std::vector<std::string> Values(const ConditionKey& key) const override {
    const auto found = given_.find(key.tag.empty() ? key.name : key.name + "/" + key.tag);
    return found == given_.end() ? std::vector<std::string>() : found->second;
  }

 private:
  Given given_;
};

}  // namespace pinion::auth
