#include "auth/policy_set.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "auth/access_key.h"
#include "auth/built_in_roles.h"
#include "auth/policy_document.h"
#include "base/assert.h"
#include "base/utf8.h"

namespace pinion::auth {
namespace {

constexpr size_t kActionBytesMax = 128;

char LowerLetter(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

std::string PlaceOf(size_t number) {
  return "Policies[" + std::to_string(number) + "]";
}

base::Result<std::vector<PolicyStatement>> StatementsOf(const std::string& text, size_t number) {
  const size_t start = text.find_first_not_of(" \t\r\n");
  if (start != std::string::npos && text[start] == '{') {
    return ParsePolicyDocument(text, PlaceOf(number));
  }
  auto role = BuiltInRole(text);
  if (!role) {
    return base::InvalidArgument("Member '" + PlaceOf(number) +
                                 "': expected a policy document or one of the roles " +
                                 BuiltInRoleNames() + ".");
  }
  return *std::move(role);
}

}  // namespace

ConditionKey ConditionKey::Parse(std::string_view text) {
  const size_t slash = text.find('/');
  ConditionKey key{std::string(text.substr(0, slash)), ""};
  std::transform(key.name.begin(), key.name.end(), key.name.begin(), LowerLetter);
  if (slash != std::string_view::npos) {
    key.tag = text.substr(slash + 1);
  }
  return key;
}

base::Status CheckPolicyLimits(std::span<const std::string> documents_and_role_names) {
  if (documents_and_role_names.size() > kPoliciesMax) {
    return base::InvalidArgument("Member 'Policies': must have at most " +
                                 std::to_string(kPoliciesMax) + " entries.");
  }
  for (size_t i = 0; i < documents_and_role_names.size(); ++i) {
    if (base::CountCodePoints(documents_and_role_names[i]) > kPolicyCharactersMax) {
      return base::InvalidArgument("Member '" + PlaceOf(i) + "': must have at most " +
                                   std::to_string(kPolicyCharactersMax) + " characters.");
    }
  }
  return {};
}

base::Result<PolicySet> PolicySet::Parse(std::span<const std::string> documents_and_role_names) {
  PolicySet set;
  for (size_t i = 0; i < documents_and_role_names.size(); ++i) {
    PINION_TRY(std::vector<PolicyStatement> statements,
               StatementsOf(documents_and_role_names[i], i));
    std::move(statements.begin(), statements.end(), std::back_inserter(set.statements_));
    set.is_administrator_ |= documents_and_role_names[i] == kAdministrator;
  }
  const auto first_allowing = std::stable_partition(
      set.statements_.begin(), set.statements_.end(), [](const PolicyStatement& statement) {
        return statement.effect == PolicyStatement::Effect::kDeny;
      });
  // An administrator with a denial is asked like everybody.
  set.is_administrator_ &= first_allowing == set.statements_.begin();
  return set;
}

PolicySet PolicySet::Everything() {
  const std::string administrator(kAdministrator);
  auto set = Parse({&administrator, 1});
  PINION_ASSERT(set.ok());
  return *std::move(set);
}

Decision PolicySet::Evaluate(const AuthorizationRequest& request) const {
  std::array<char, kActionBytesMax> buffer;
  if (request.action.size() > buffer.size()) {
    return {};
  }
  std::transform(request.action.begin(), request.action.end(), buffer.begin(), LowerLetter);
  const std::string_view action(buffer.data(), request.action.size());
  for (const PolicyStatement& statement : statements_) {
    if (statement.Matches(action, request)) {
      const bool allows = statement.effect == PolicyStatement::Effect::kAllow;
      return {allows ? Decision::Outcome::kAllow : Decision::Outcome::kExplicitDeny,
              statement.label};
    }
  }
  return {};
}

base::Result<std::shared_ptr<const PolicySet>> CompilePolicies(
    std::span<const std::string> documents_and_role_names) {
  if (documents_and_role_names.empty()) {
    return base::InvalidArgument("Member 'Policies': must not be empty.");
  }
  PINION_CHECK(CheckPolicyLimits(documents_and_role_names));
  PINION_TRY(PolicySet set, PolicySet::Parse(documents_and_role_names));
  return std::shared_ptr<const PolicySet>(std::make_shared<PolicySet>(std::move(set)));
}

}  // namespace pinion::auth
