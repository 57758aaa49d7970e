#include "audience/user_plan.h"

#include <algorithm>

#include "audience/endpoint_identity.h"
#include "base/utf8.h"

namespace pinion::audience {
namespace {

constexpr size_t kUserIdCharactersMax = 256;

bool IsOlder(const EndpointRecord& a, const EndpointRecord& b) {
  return a.effective != b.effective ? a.effective < b.effective : a.id < b.id;
}

// Nobody else is read unless somebody else changes.
base::Result<std::vector<const EndpointRecord*>> ReadAll(const std::vector<uint32_t>& ordinals,
                                                         StagedChanges& staged) {
  std::vector<const EndpointRecord*> records;
  for (const uint32_t ordinal : ordinals) {
    PINION_TRY(const EndpointRecord* record, staged.Endpoint(ordinal));
    if (record == nullptr) {
      return base::Internal("The record of a stored endpoint is missing.");
    }
    records.push_back(record);
  }
  return records;
}

// The member that a full user gives up for `joining`, removed from `members`; nothing if there is
// room (AUD-54).
base::Result<std::optional<uint32_t>> MakeRoom(const EndpointRecord& joining,
                                               const MergeRules& rules,
                                               StagedChanges& staged,
                                               std::vector<uint32_t>& members) {
  if (members.size() < rules.settings.endpoints_per_user_max) {
    return std::optional<uint32_t>();
  }
  const EndpointRecord* oldest = nullptr;
  if (joining.channel_type.has_value() && IsDevicePush(*joining.channel_type)) {
    PINION_TRY(const auto records, ReadAll(members, staged));
    for (const EndpointRecord* member : records) {
      const bool is_device =
          member->channel_type.has_value() && IsDevicePush(*member->channel_type);
      if (is_device && (oldest == nullptr || IsOlder(*member, *oldest))) {
        oldest = member;
      }
    }
  }
  if (oldest == nullptr) {
    return rules.place.Refuse("Exceeded maximum endpoint per user count: " +
                              std::to_string(rules.settings.endpoints_per_user_max));
  }
  std::erase(members, oldest->ordinal);
  return std::optional<uint32_t>(oldest->ordinal);
}

// The user's attributes, completed by those that the endpoint had while it had no user (AUD-51).
Attributes Joined(const Attributes& of_user, Attributes own) {
  Attributes joined = of_user;
  for (Attribute& attribute : own) {
    if (FindAttribute(of_user, attribute.name) == nullptr) {
      joined.push_back(std::move(attribute));
    }
  }
  return joined;
}

// For an endpoint that leaves `former` for the user in `record`.
base::Result<UserPlan> PlanMove(const std::string& former,
                                const model::EndpointRequest& request,
                                const MergeRules& rules,
                                StagedChanges& staged,
                                EndpointRecord& record) {
  UserPlan plan;
  Attributes own;
  // What it showed as a member of the former user stays with that user.
  if (former.empty()) {
    own.swap(record.user_attributes);
  }
  record.user_attributes.clear();
  if (record.user_id.empty()) {
    PINION_CHECK(MergeUserAttributes(*request.user, rules, record.user_attributes));
    return plan;
  }
  std::vector<uint32_t> members = staged.MembersOf(record.user_id);
  Attributes of_user;
  if (!members.empty()) {
    PINION_TRY(const auto records, ReadAll({members.front()}, staged));
    of_user = records.front()->user_attributes;
  }
  PINION_TRY(plan.displaced, MakeRoom(record, rules, staged, members));
  record.user_attributes = Joined(of_user, std::move(own));
  PINION_CHECK(MergeUserAttributes(*request.user, rules, record.user_attributes));
  if (record.user_attributes != of_user) {
    PINION_CHECK(ReadAll(members, staged));
    plan.siblings = std::move(members);
  }
  return plan;
}

}  // namespace

base::Result<UserPlan> PlanUser(const model::EndpointRequest& request,
                                const MergeRules& rules,
                                StagedChanges& staged,
                                EndpointRecord& record) {
  UserPlan plan;
  if (!request.user.has_value()) {
    return plan;
  }
  const std::string former = record.user_id;
  if (request.user->user_id.has_value()) {
    record.user_id = *request.user->user_id;
    if (base::CountCodePoints(record.user_id) > kUserIdCharactersMax) {
      return rules.place.Refuse("User.UserId", "must have at most 256 characters.");
    }
  }
  if (record.user_id != former) {
    return PlanMove(former, request, rules, staged, record);
  }
  const Attributes before = record.user_attributes;
  PINION_CHECK(MergeUserAttributes(*request.user, rules, record.user_attributes));
  if (!record.user_id.empty() && record.user_attributes != before) {
    plan.siblings = staged.MembersOf(record.user_id);
    std::erase(plan.siblings, record.ordinal);
    PINION_CHECK(ReadAll(plan.siblings, staged));
  }
  return plan;
}

}  // namespace pinion::audience
