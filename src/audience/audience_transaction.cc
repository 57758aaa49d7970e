#include "audience/audience_transaction.h"

#include <algorithm>

#include "audience/endpoint_identity.h"
#include "audience/endpoint_response.h"
#include "audience/user_plan.h"

namespace pinion::audience {
namespace {

// Ordinals are reserved in blocks, so that the limit in the store is written once per block only.
constexpr uint32_t kOrdinalBlock = 4096;

base::Error UnknownResource() {
  return base::NotFound("Resource not found");
}

void Deactivate(EndpointRecord& record, InactiveReason reason, base::Timestamp now) {
  record.status = EndpointStatus::kInactive;
  record.inactive_reason = reason;
  record.effective = now;
}

}  // namespace

AudienceTransaction::AudienceTransaction(storage::KeyValueStore& store,
                                         const base::Clock& clock,
                                         std::shared_ptr<ApplicationAudience> app,
                                         std::unique_lock<std::mutex> lock)
    : store_(store),
      clock_(clock),
      app_(std::move(app)),
      lock_(std::move(lock)),
      staged_(std::make_unique<StagedChanges>(store_, *app_)),
      next_ordinal_(app_->next_ordinal),
      reserved_ordinals_(app_->reserved_ordinals) {}

AudienceTransaction::~AudienceTransaction() = default;

MergeRules AudienceTransaction::RulesFor(const UpsertOptions& options) const {
  return MergeRules{.blocklist = app_->blocklist,
                    .settings = app_->settings,
                    .now = clock_.Now(),
                    .origin = options.origin,
                    .request_id = options.request_id,
                    .place = RequestPlace(options.item)};
}

// kNotFound for an unknown endpoint.
base::Result<const EndpointRecord*> AudienceTransaction::Existing(std::string_view endpoint_id) {
  PINION_TRY(const EndpointRecord* record, staged_->Find(EndpointKey(endpoint_id)));
  if (record == nullptr) {
    return UnknownResource();
  }
  return record;
}

EndpointRecord AudienceTransaction::NewRecord(std::string_view endpoint_id,
                                              const UpsertOptions& options) const {
  const base::Timestamp now = clock_.Now();
  EndpointRecord record;
  record.ordinal = next_ordinal_;
  record.id = std::string(endpoint_id);
  record.cohort = CohortOf(app_->id.value(), endpoint_id);
  record.created = std::min(options.creation_date.value_or(now), now);
  return record;
}

base::Result<Upserted> AudienceTransaction::Upsert(std::string_view endpoint_id,
                                                   const model::EndpointRequest& request,
                                                   const UpsertOptions& options) {
  const MergeRules rules = RulesFor(options);
  if (const auto wrong = EndpointIdViolation(endpoint_id)) {
    return rules.place.Refuse(options.item.empty() ? "EndpointId" : "Id", *wrong);
  }
  PINION_TRY(const EndpointRecord* stored, staged_->Find(EndpointKey(endpoint_id)));
  const bool created = stored == nullptr;
  // The empty endpoint of a PutEvents item makes an unknown endpoint and nothing else (AUD-33).
  const bool only_makes =
      options.origin == UpdateOrigin::kEvents && request == model::EndpointRequest();
  if (only_makes && !created) {
    return Upserted{stored->ordinal, false};
  }
  EndpointRecord record = created ? NewRecord(endpoint_id, options) : *stored;
  PINION_CHECK(
      MergeEndpoint(request, rules, created ? Existence::kNew : Existence::kExisting, record));
  if (only_makes) {
    record.last_active.reset();
  }
  PINION_TRY(const UserPlan plan, PlanUser(request, rules, *staged_, record));
  PINION_CHECK(CheckEndpointLimits(record, rules.place));
  PINION_TRY(const std::vector<uint32_t> rivals, Rivals(record));

  // Nothing can fail from here on.
  const Upserted result{record.ordinal, created};
  next_ordinal_ += created ? 1 : 0;
  for (const uint32_t sibling : plan.siblings) {
    staged_->Modify(sibling, [&record](EndpointRecord& other) {
      other.user_attributes = record.user_attributes;
    });
  }
  for (const uint32_t rival : rivals) {
    staged_->Modify(rival, [&rules](EndpointRecord& other) {
      Deactivate(other, InactiveReason::kAddressTaken, rules.now);
    });
  }
  if (plan.displaced.has_value()) {
    staged_->Modify(*plan.displaced, [&rules](EndpointRecord& other) {
      other.user_id.clear();
      other.user_attributes.clear();
      if (other.status == EndpointStatus::kActive) {
        Deactivate(other, InactiveReason::kUserFull, rules.now);
      }
    });
  }
  staged_->Put(std::move(record));
  return result;
}

// The other endpoints that must give up the address of `record` (AUD-42, AUD-43).
base::Result<std::vector<uint32_t>> AudienceTransaction::Rivals(const EndpointRecord& record) {
  std::vector<uint32_t> rivals;
  const AddressUniqueness uniqueness = app_->settings.address_uniqueness;
  if (record.status != EndpointStatus::kActive || !record.channel_type.has_value() ||
      record.address.empty() || uniqueness == AddressUniqueness::kNone ||
      (uniqueness == AddressUniqueness::kPush && !IsPush(*record.channel_type))) {
    return rivals;
  }
  PINION_TRY(const auto holders, staged_->ActiveWithAddress(*record.channel_type, record.address));
  for (const EndpointRecord* holder : holders) {
    if (holder->ordinal != record.ordinal) {
      rivals.push_back(holder->ordinal);
    }
  }
  return rivals;
}

base::Result<model::EndpointResponse> AudienceTransaction::Delete(std::string_view endpoint_id) {
  PINION_TRY(const EndpointRecord* record, Existing(endpoint_id));
  model::EndpointResponse response = ComposeResponse(app_->id.value(), *record);
  staged_->Delete(record->ordinal);
  return response;
}

base::Result<model::EndpointsResponse> AudienceTransaction::DeleteUser(const base::UserId& user) {
  std::vector<const EndpointRecord*> records;
  for (const uint32_t ordinal : staged_->MembersOf(user.value())) {
    PINION_TRY(const EndpointRecord* record, staged_->Endpoint(ordinal));
    if (record != nullptr) {
      records.push_back(record);
    }
  }
  if (user.empty() || records.empty()) {
    return UnknownResource();
  }
  std::sort(records.begin(), records.end(), [](const EndpointRecord* a, const EndpointRecord* b) {
    return a->id < b->id;
  });
  model::EndpointsResponse response;
  for (const EndpointRecord* record : records) {
    response.item.push_back(ComposeResponse(app_->id.value(), *record));
    staged_->Delete(record->ordinal);
  }
  return response;
}

base::Status AudienceTransaction::TouchActivity(std::string_view endpoint_id, base::Timestamp at) {
  PINION_TRY(const EndpointRecord* record, Existing(endpoint_id));
  const base::Timestamp active = std::min(at, clock_.Now());
  if (!record->last_active.has_value() || *record->last_active < active) {
    staged_->Modify(record->ordinal,
                    [active](EndpointRecord& endpoint) { endpoint.last_active = active; });
  }
  return {};
}

base::Status AudienceTransaction::OptOutByRecipient(std::string_view endpoint_id) {
  PINION_TRY(const EndpointRecord* record, Existing(endpoint_id));
  staged_->Modify(record->ordinal, [](EndpointRecord& endpoint) {
    endpoint.opt_out = OptOut::kAll;
    endpoint.opt_out_by = OptOutBy::kRecipient;
  });
  return {};
}

base::Result<size_t> AudienceTransaction::InvalidateAddress(model::ChannelType channel,
                                                            std::string_view address) {
  PINION_TRY(const auto records, staged_->ActiveWithAddress(channel, address));
  for (const EndpointRecord* record : records) {
    staged_->Modify(record->ordinal, [this](EndpointRecord& endpoint) {
      Deactivate(endpoint, InactiveReason::kInvalidToken, clock_.Now());
    });
  }
  return records.size();
}

base::Status AudienceTransaction::EraseAttribute(uint32_t ordinal,
                                                 AttributeKind kind,
                                                 std::string_view name) {
  PINION_TRY(const EndpointRecord* record, staged_->Endpoint(ordinal));
  if (record == nullptr) {
    return {};
  }
  std::vector<uint32_t> ordinals = {ordinal};
  if (kind == AttributeKind::kUser && !record->user_id.empty()) {
    ordinals = staged_->MembersOf(record->user_id);
  }
  const auto has_name = [name](const auto& entry) { return entry.name == name; };
  for (const uint32_t member : ordinals) {
    PINION_CHECK(staged_->Endpoint(member));
    staged_->Modify(member, [&](EndpointRecord& endpoint) {
      if (kind == AttributeKind::kMetric) {
        std::erase_if(endpoint.metrics, has_name);
      } else {
        std::erase_if(kind == AttributeKind::kUser ? endpoint.user_attributes : endpoint.attributes,
                      has_name);
      }
    });
  }
  return {};
}

base::Result<std::optional<EndpointRecord>> AudienceTransaction::Read(
    std::string_view endpoint_id) {
  PINION_TRY(const EndpointRecord* record, staged_->Find(EndpointKey(endpoint_id)));
  return record == nullptr ? std::optional<EndpointRecord>() : std::optional(*record);
}

base::Result<std::optional<std::string>> AudienceTransaction::FindByAddress(
    const AddressQuery& query) {
  PINION_TRY(const auto records, staged_->ActiveWithAddress(query.channel, query.address));
  const EndpointRecord* smallest = nullptr;
  for (const EndpointRecord* record : records) {
    const bool user_fits =
        record->user_id == query.user_id || record->user_id.empty() || query.user_id.empty();
    if (user_fits && (smallest == nullptr || record->id < smallest->id)) {
      smallest = record;
    }
  }
  return smallest == nullptr ? std::optional<std::string>() : std::optional(smallest->id);
}

void AudienceTransaction::ReserveOrdinals() {
  if (next_ordinal_ > reserved_ordinals_) {
    reserved_ordinals_ = next_ordinal_ + kOrdinalBlock;
    batch_.Put(app_->keys.OrdinalLimit(), EncodeOrdinal(reserved_ordinals_));
  }
}

base::Result<storage::Sequence> AudienceTransaction::Commit() {
  ReserveOrdinals();
  staged_->AddTo(batch_);
  if (batch_.empty()) {
    return store_.LastSequence();
  }
  PINION_TRY(const storage::Sequence sequence, store_.Apply(batch_));
  app_->next_ordinal = next_ordinal_;
  app_->reserved_ordinals = reserved_ordinals_;
  if (!staged_->empty()) {
    auto index = app_->index.Write();
    staged_->ApplyTo(*index);
  }
  lock_.unlock();
  return sequence;
}

}  // namespace pinion::audience
