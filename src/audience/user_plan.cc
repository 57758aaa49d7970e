#include "audience/user_plan.h"

#include <algorithm>

#include "audience/endpoint_identity.h"
#include "base/utf8.h"

namespace pinion::audience {
namespace {

constexpr size_t kUserIdCharactersMax = 256;

void Insert(std::vector<uint32_t>& ordinals, uint32_t ordinal) {
  const auto place = std::lower_bound(ordinals.begin(), ordinals.end(), ordinal);
  if (place == ordinals.end() || *place != ordinal) {
    ordinals.insert(place, ordinal);
  }
}

void Erase(std::vector<uint32_t>& ordinals, uint32_t ordinal) {
  std::erase(ordinals, ordinal);
}

bool IsOlder(const EndpointRecord& a, const EndpointRecord& b) {
  return a.effective != b.effective ? a.effective < b.effective : a.id < b.id;
}

// The oldest of the user's endpoints on a channel of devices (AUD-54); null if it has none.
base::Result<const EndpointRecord*> OldestDevice(const UserRecord& user, StagedChanges& staged) {
  const EndpointRecord* oldest = nullptr;
  for (const uint32_t ordinal : user.ordinals) {
    PINION_TRY(const EndpointRecord* endpoint, staged.Endpoint(ordinal));
    const bool is_device = endpoint != nullptr && endpoint->channel_type.has_value() &&
                           IsDevicePush(*endpoint->channel_type);
    if (is_device && (oldest == nullptr || IsOlder(*endpoint, *oldest))) {
      oldest = endpoint;
    }
  }
  return oldest;
}

base::Status MakeRoom(const EndpointRecord& joining,
                      const MergeRules& rules,
                      StagedChanges& staged,
                      UserRecord& user,
                      UserPlan& plan) {
  if (user.ordinals.size() < rules.settings.endpoints_per_user_max) {
    return {};
  }
  const EndpointRecord* oldest = nullptr;
  if (joining.channel_type.has_value() && IsDevicePush(*joining.channel_type)) {
    PINION_TRY(oldest, OldestDevice(user, staged));
  }
  if (oldest == nullptr) {
    return rules.place.Refuse("Exceeded maximum endpoint per user count: " +
                              std::to_string(rules.settings.endpoints_per_user_max));
  }
  EndpointRecord& displaced = plan.displaced.emplace(*oldest);
  displaced.user_id.clear();
  if (displaced.status == EndpointStatus::kActive) {
    displaced.status = EndpointStatus::kInactive;
    displaced.inactive_reason = InactiveReason::kUserFull;
    displaced.effective = rules.now;
  }
  Erase(user.ordinals, displaced.ordinal);
  return {};
}

base::Status Leave(const std::string& user_id,
                   uint32_t ordinal,
                   StagedChanges& staged,
                   UserPlan& plan) {
  PINION_TRY(const UserRecord* stored, staged.User(user_id));
  if (stored != nullptr) {
    UserRecord user = *stored;
    Erase(user.ordinals, ordinal);
    plan.users.emplace_back(user_id, std::move(user));
  }
  return {};
}

base::Status Join(const MergeRules& rules,
                  StagedChanges& staged,
                  EndpointRecord& record,
                  UserRecord& user,
                  UserPlan& plan) {
  PINION_CHECK(MakeRoom(record, rules, staged, user, plan));
  Insert(user.ordinals, record.ordinal);
  for (Attribute& own : record.user_attributes) {
    if (FindAttribute(user.attributes, own.name) == nullptr) {
      user.attributes.push_back(std::move(own));
    }
  }
  record.user_attributes.clear();
  return {};
}

}  // namespace

base::Result<UserPlan> PlanUser(const model::EndpointRequest& request,
                                const MergeRules& rules,
                                StagedChanges& staged,
                                EndpointRecord& record) {
  UserPlan plan;
  const std::string former = record.user_id;
  if (request.user.has_value() && request.user->user_id.has_value()) {
    record.user_id = *request.user->user_id;
    if (base::CountCodePoints(record.user_id) > kUserIdCharactersMax) {
      return rules.place.Refuse("User.UserId", "must have at most 256 characters.");
    }
  }
  const bool moves = record.user_id != former;
  if (moves && !former.empty()) {
    PINION_CHECK(Leave(former, record.ordinal, staged, plan));
  }
  if (record.user_id.empty()) {
    if (request.user.has_value()) {
      PINION_CHECK(MergeUserAttributes(*request.user, rules, record.user_attributes));
    }
    plan.attributes = &record.user_attributes;
    return plan;
  }
  PINION_TRY(const UserRecord* stored, staged.User(record.user_id));
  const bool gives_attributes =
      request.user.has_value() && request.user->user_attributes.has_value();
  if (!moves && !gives_attributes && stored != nullptr) {
    plan.attributes = &stored->attributes;
    return plan;
  }
  UserRecord user = stored != nullptr ? *stored : UserRecord();
  if (moves) {
    PINION_CHECK(Join(rules, staged, record, user, plan));
  }
  if (gives_attributes) {
    PINION_CHECK(MergeUserAttributes(*request.user, rules, user.attributes));
  }
  plan.users.emplace_back(record.user_id, std::move(user));
  plan.attributes = &plan.users.back().second.attributes;
  return plan;
}

}  // namespace pinion::audience
