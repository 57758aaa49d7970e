#include <algorithm>

#include "api/policy_texts.h"
#include "api/register_operations.h"
#include "auth/access_key_store.h"
#include "auth/policy_set.h"
#include "model/json_reader.h"
#include "model/keys.h"
#include "users/console_access.h"

namespace pinion::api {

namespace {

constexpr int64_t kGraceSecondsByDefault = 86'400;

base::Result<auth::AccessKeyStore*> KeysOf(const Call& call) {
  if (call.services.keys == nullptr) {
    return base::Conflict("This server keeps no access keys.");
  }
  return call.services.keys;
}

model::AccessKeyResponse Shown(const auth::AccessKey& key) {
  model::AccessKeyResponse shown;
  shown.access_key_id = key.id;
  shown.name = key.name;
  shown.status = key.status == auth::AccessKey::Status::kActive ? model::AccessKeyStatus::kActive
                                                                : model::AccessKeyStatus::kInactive;
  shown.policies = ShownPolicies(key.policies);
  shown.tags.entries().assign(key.tags.begin(), key.tags.end());
  if (key.rate_limit) {
    shown.rate_limit =
        model::AccessKeyRateLimit{key.rate_limit->requests_per_second, key.rate_limit->burst};
  }
  shown.expires_at = key.expires_at;
  shown.created_at = key.created_at;
  shown.last_used_at = key.last_used_at;
  shown.previous_secret_until = key.previous_secret_until;
  if (key.managed_by_config) {
    shown.managed = "config";
  }
  return shown;
}

// The only answers with a secret.
model::AccessKeyResponse ShownWithSecret(const auth::CreatedAccessKey& created) {
  model::AccessKeyResponse shown = Shown(created.key);
  shown.secret_access_key = created.secret;
  return shown;
}

std::optional<auth::RateLimit> LimitOf(const std::optional<model::AccessKeyRateLimit>& given) {
  return given ? std::optional(auth::RateLimit{given->requests_per_second, given->burst})
               : std::nullopt;
}

template <class Tags>
std::map<std::string, std::string> TagsOf(const Tags& given) {
  return {given.entries().begin(), given.entries().end()};
}

base::Result<model::AccessKeysResponse> ListAccessKeys(
    Call& call, const model::ListAccessKeysRequest& request) {
  PINION_TRY(const auth::AccessKeyStore* keys, KeysOf(call));
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  model::AccessKeysResponse response;
  std::string last;
  for (const auth::AccessKey& key : keys->List()) {
    if (key.id <= page.after) {
      continue;
    }
    if (response.items.size() == page.limit) {
      response.next_token = call.NextToken(last);
      break;
    }
    response.items.push_back(Shown(key));
    last = key.id;
  }
  return response;
}

base::Result<model::AccessKeyResponse> CreateAccessKey(
    Call& call, const model::CreateAccessKeyRequest& request) {
  PINION_TRY(auth::AccessKeyStore * keys, KeysOf(call));
  const model::NewAccessKeyRequest& given = request.body;
  auth::NewAccessKey wanted{.name = given.name};
  PINION_TRY(wanted.policies, PolicyTexts(given.policies));
  if (given.tags) {
    wanted.tags = TagsOf(*given.tags);
  }
  wanted.rate_limit = LimitOf(given.rate_limit);
  wanted.expires_at = given.expires_at;
  PINION_TRY(const auto created, keys->Create(wanted));
  return ShownWithSecret(created);
}

base::Result<model::AccessKeyResponse> GetAccessKey(Call& call,
                                                    const model::GetAccessKeyRequest& request) {
  PINION_TRY(const auth::AccessKeyStore* keys, KeysOf(call));
  PINION_TRY(const auth::AccessKey key, keys->Get(request.access_key_id));
  return Shown(key);
}

// OPS-42: they must not live again when the key does.
base::Status EndSessionsOf(Call& call, const std::string& access_key_id) {
  users::ConsoleAccess* console = call.services.console;
  return console == nullptr
             ? base::Status()
             : console->sessions().EndAllOf({users::SessionOwner::Kind::kKey, access_key_id});
}

// Whether a member of an object is there and null: the codec takes that for absent, but here it
// takes a setting away.
bool IsNull(const std::string& object, std::string_view member) {
  model::JsonReader reader;
  std::string_view key;
  bool null = false;
  if (reader.Open(object) && reader.BeginObject()) {
    while (reader.NextMember(key)) {
      model::JsonType type = model::JsonType::kNull;
      if (key == member && reader.PeekType(type)) {
        null = type == model::JsonType::kNull;
      }
      reader.SkipValue();
    }
  }
  return null;
}

base::Result<model::AccessKeyResponse> UpdateAccessKey(
    Call& call, const model::UpdateAccessKeyRequest& request) {
  PINION_TRY(auth::AccessKeyStore * keys, KeysOf(call));
  const std::string& text = request.body.text;
  PINION_TRY(const auto given, model::Decode<model::AccessKeyChange>(text));
  auth::AccessKeyChange change;
  if (given.policies) {
    PINION_TRY(change.policies, PolicyTexts(*given.policies));
  }
  if (given.status) {
    change.status = *given.status == model::AccessKeyStatus::kActive
                        ? auth::AccessKey::Status::kActive
                        : auth::AccessKey::Status::kInactive;
  }
  if (given.tags) {
    change.tags = TagsOf(*given.tags);
  }
  if (given.rate_limit || IsNull(text, "RateLimit")) {
    change.rate_limit = LimitOf(given.rate_limit);
  }
  if (given.expires_at || IsNull(text, "ExpiresAt")) {
    change.expires_at = given.expires_at;
  }
  PINION_TRY(const auth::AccessKey key, keys->Update(request.access_key_id, change));
  if (key.status == auth::AccessKey::Status::kInactive) {
    PINION_CHECK(EndSessionsOf(call, key.id));
  }
  return Shown(key);
}

base::Result<model::Empty> DeleteAccessKey(Call& call, const model::GetAccessKeyRequest& request) {
  PINION_TRY(auth::AccessKeyStore * keys, KeysOf(call));
  PINION_CHECK(keys->Delete(request.access_key_id));
  PINION_CHECK(EndSessionsOf(call, request.access_key_id));
  return model::Empty{};
}

base::Result<model::AccessKeyResponse> RotateAccessKey(
    Call& call, const model::RotateAccessKeyRequest& request) {
  PINION_TRY(auth::AccessKeyStore * keys, KeysOf(call));
  const std::chrono::seconds grace(request.body.grace_seconds.value_or(kGraceSecondsByDefault));
  PINION_TRY(const auto rotated, keys->Rotate(request.access_key_id, grace));
  return ShownWithSecret(rotated);
}

// The values of condition keys that the question gives; names in any case.
class GivenConditions final : public auth::ConditionContext {
 public:
  using Entries = std::vector<std::pair<std::string, std::vector<std::string>>>;
  explicit GivenConditions(const Entries& given) {
    for (const auto& [name, values] : given) {
      given_.emplace_back(auth::ConditionKey::Parse(name), values);
    }
  }
  std::vector<std::string> Values(const auth::ConditionKey& key) const override {
    const auto found = std::find_if(given_.begin(), given_.end(), [&](const auto& entry) {
      return entry.first.name == key.name && entry.first.tag == key.tag;
    });
    return found == given_.end() ? std::vector<std::string>() : found->second;
  }

 private:
  std::vector<std::pair<auth::ConditionKey, std::vector<std::string>>> given_;
};

std::string_view NameOf(auth::Decision::Outcome outcome) {
  switch (outcome) {
    case auth::Decision::Outcome::kAllow:
      return "Allow";
    case auth::Decision::Outcome::kExplicitDeny:
      return "ExplicitDeny";
    case auth::Decision::Outcome::kImplicitDeny:
      break;
  }
  return "ImplicitDeny";
}

base::Result<model::PolicyDecision> SimulatePolicies(
    Call& call, const model::SimulatePoliciesRequest& request) {
  const model::PolicyQuestion& question = request.body;
  if (question.access_key_id.has_value() == question.policies.has_value()) {
    return base::InvalidArgument("Give one of the members 'AccessKeyId' and 'Policies'.");
  }
  std::vector<std::string> texts;
  if (question.policies) {
    PINION_TRY(texts, PolicyTexts(*question.policies));
    PINION_CHECK(auth::CheckPolicyLimits(texts));
  } else {
    PINION_TRY(const auth::AccessKeyStore* keys, KeysOf(call));
    const auto key = keys->Get(*question.access_key_id);
    if (!key.ok()) {
      return base::InvalidArgument("Member 'AccessKeyId': there is no such key.");
    }
    texts = key->policies;
  }
  PINION_TRY(const auth::PolicySet policies, auth::PolicySet::Parse(texts));
  const GivenConditions conditions(
      question.context
          ? GivenConditions::Entries(question.context->begin(), question.context->end())
          : GivenConditions::Entries());
  const auth::Decision decision =
      policies.Evaluate({question.action, question.resource, conditions});
  model::PolicyDecision answer;
  answer.decision = NameOf(decision.outcome);
  if (!decision.statement.empty()) {
    answer.statement = std::string(decision.statement);
  }
  return answer;
}

}  // namespace

void RegisterKeysOperations(OperationTable& table) {
  table.Add<model::ops::CreateAccessKey>(Run::kInline, CreateAccessKey);
  table.Add<model::ops::DeleteAccessKey>(Run::kInline, DeleteAccessKey);
  table.Add<model::ops::GetAccessKey>(Run::kInline, GetAccessKey);
  table.Add<model::ops::ListAccessKeys>(Run::kInline, ListAccessKeys);
  table.Add<model::ops::RotateAccessKey>(Run::kInline, RotateAccessKey);
  table.Add<model::ops::SimulatePolicies>(Run::kInline, SimulatePolicies);
  table.Add<model::ops::UpdateAccessKey>(Run::kInline, UpdateAccessKey);
}

}  // namespace pinion::api
