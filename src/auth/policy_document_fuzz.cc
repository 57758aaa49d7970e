// Whatever is given as a policy is refused with a reason, or can be asked.
#include <cstddef>
#include <cstdint>
#include <string>

#include "auth/policy_set.h"
#include "base/assert.h"

namespace {

class SomeContext final : public pinion::auth::ConditionContext {
 public:
  std::vector<std::string> Values(const pinion::auth::ConditionKey& key) const override {
    if (key.name == "aws:tagkeys") {
      return {"a", "b"};
    }
    return key.tag.empty() ? std::vector<std::string>{"10.0.0.1"} : std::vector<std::string>{};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto set = pinion::auth::PolicySet::Parse({&text, 1});
  if (!set.ok()) {
    PINION_ASSERT(!set.error().message.empty());
    return 0;
  }
  const SomeContext context;
  const auto decision = set->Evaluate(
      {"mobiletargeting:GetApp", "arn:aws:mobiletargeting:us-east-1:123456789012:apps/x", context});
  PINION_ASSERT(decision.allowed() || !set->is_administrator());
  return 0;
}
