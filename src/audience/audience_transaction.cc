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
      staged_(std::make_unique<StagedChanges>(store_, app_->keys)),
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

base::Result<std::optional<EndpointRecord>> AudienceTransaction::FindRecord(
    std::string_view endpoint_id) {
  PINION_TRY(const std::optional<uint32_t> ordinal, staged_->FindOrdinal(EndpointKey(endpoint_id)));
  if (!ordinal.has_value()) {
    return std::optional<EndpointRecord>();
  }
  PINION_TRY(const EndpointRecord* record, staged_->Endpoint(*ordinal));
  if (record == nullptr) {
    return base::Internal("The record of a stored endpoint is missing.");
  }
  return std::optional<EndpointRecord>(*record);
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
  PINION_TRY(std::optional<EndpointRecord> stored, FindRecord(endpoint_id));
  const bool created = !stored.has_value();
  // The empty endpoint of a PutEvents item makes an unknown endpoint and nothing else (AUD-33).
  const bool only_makes =
      options.origin == UpdateOrigin::kEvents && request == model::EndpointRequest();
  if (only_makes && !created) {
    return Upserted{stored->ordinal, false};
  }
  EndpointRecord record = created ? NewRecord(endpoint_id, options) : *std::move(stored);
  PINION_CHECK(
      MergeEndpoint(request, rules, created ? Existence::kNew : Existence::kExisting, record));
  if (only_makes) {
    record.last_active.reset();
  }
  PINION_TRY(UserPlan plan, PlanUser(request, rules, *staged_, record));
  PINION_CHECK(CheckEndpointLimits(record, *plan.attributes, rules.place));
  PINION_TRY(const std::vector<EndpointRecord> rivals, Rivals(record));

  // Nothing can fail from here on.
  const Upserted result{record.ordinal, created};
  next_ordinal_ += created ? 1 : 0;
  for (const EndpointRecord& rival : rivals) {
    EndpointRecord loser = rival;
    Deactivate(loser, InactiveReason::kAddressTaken, rules.now);
    staged_->PutEndpoint(std::move(loser));
  }
  if (plan.displaced.has_value()) {
    staged_->PutEndpoint(*std::move(plan.displaced));
  }
  for (auto& [user_id, user] : plan.users) {
    staged_->PutUser(user_id, std::move(user));
  }
  staged_->PutEndpoint(std::move(record));
  return result;
}

base::Result<std::vector<EndpointRecord>> AudienceTransaction::ActiveWithAddress(
    model::ChannelType channel, std::string_view address) {
  std::vector<uint32_t> ordinals;
  {
    const auto index = app_->index.Read();
    const bitmap::PostingSet* inactive =
        index->TextOf(FixedField::kEndpointStatus).Find(ToWire(EndpointStatus::kInactive));
    const bitmap::PostingSet* candidates = index->AddressCandidates(channel, address);
    if (candidates != nullptr) {
      candidates->ForEach([&](uint32_t ordinal) {
        if (inactive == nullptr || !inactive->Contains(ordinal)) {
          ordinals.push_back(ordinal);
        }
      });
    }
  }
  const auto put = staged_->PutWithAddress(channel, address);
  ordinals.insert(ordinals.end(), put.begin(), put.end());
  std::sort(ordinals.begin(), ordinals.end());
  ordinals.erase(std::unique(ordinals.begin(), ordinals.end()), ordinals.end());

  std::vector<EndpointRecord> found;
  for (const uint32_t ordinal : ordinals) {
    PINION_TRY(const EndpointRecord* record, staged_->Endpoint(ordinal));
    if (record != nullptr && record->status == EndpointStatus::kActive &&
        record->channel_type == channel && SameAddress(channel, record->address, address)) {
      found.push_back(*record);
    }
  }
  return found;
}

// The other endpoints that must give up the address of `record` (AUD-42, AUD-43).
base::Result<std::vector<EndpointRecord>> AudienceTransaction::Rivals(
    const EndpointRecord& record) {
  std::vector<EndpointRecord> none;
  const AddressUniqueness uniqueness = app_->settings.address_uniqueness;
  if (record.status != EndpointStatus::kActive || !record.channel_type.has_value() ||
      record.address.empty() || uniqueness == AddressUniqueness::kNone ||
      (uniqueness == AddressUniqueness::kPush && !IsPush(*record.channel_type))) {
    return none;
  }
  PINION_TRY(auto rivals, ActiveWithAddress(*record.channel_type, record.address));
  std::erase_if(rivals,
                [&record](const EndpointRecord& rival) { return rival.ordinal == record.ordinal; });
  return rivals;
}

base::Result<AudienceTransaction::Found> AudienceTransaction::ReadWhole(uint32_t ordinal) {
  PINION_TRY(const EndpointRecord* record, staged_->Endpoint(ordinal));
  if (record == nullptr) {
    return base::Internal("The record of a stored endpoint is missing.");
  }
  Found found{*record, record->user_attributes};
  if (!record->user_id.empty()) {
    PINION_TRY(const UserRecord* user, staged_->User(record->user_id));
    found.user_attributes = user != nullptr ? user->attributes : Attributes();
  }
  return found;
}

base::Status AudienceTransaction::LeaveUser(const EndpointRecord& record) {
  if (record.user_id.empty()) {
    return {};
  }
  PINION_TRY(const UserRecord* stored, staged_->User(record.user_id));
  if (stored != nullptr) {
    UserRecord user = *stored;
    std::erase(user.ordinals, record.ordinal);
    staged_->PutUser(record.user_id, std::move(user));
  }
  return {};
}

base::Result<model::EndpointResponse> AudienceTransaction::Delete(std::string_view endpoint_id) {
  PINION_TRY(const std::optional<uint32_t> ordinal, staged_->FindOrdinal(EndpointKey(endpoint_id)));
  if (!ordinal.has_value()) {
    return UnknownResource();
  }
  PINION_TRY(const Found found, ReadWhole(*ordinal));
  PINION_CHECK(LeaveUser(found.record));
  staged_->DeleteEndpoint(*ordinal);
  return ComposeResponse(app_->id.value(), found.record, found.user_attributes);
}

base::Result<model::EndpointsResponse> AudienceTransaction::DeleteUser(const base::UserId& user) {
  PINION_TRY(const UserRecord* stored, staged_->User(user.value()));
  if (stored == nullptr) {
    return UnknownResource();
  }
  const Attributes attributes = stored->attributes;
  std::vector<EndpointRecord> records;
  for (const uint32_t ordinal : stored->ordinals) {
    PINION_TRY(Found found, ReadWhole(ordinal));
    records.push_back(std::move(found.record));
  }
  std::sort(records.begin(), records.end(), [](const EndpointRecord& a, const EndpointRecord& b) {
    return a.id < b.id;
  });
  model::EndpointsResponse response;
  for (const EndpointRecord& record : records) {
    response.item.push_back(ComposeResponse(app_->id.value(), record, attributes));
    staged_->DeleteEndpoint(record.ordinal);
  }
  staged_->PutUser(user.value(), UserRecord());
  return response;
}

base::Status AudienceTransaction::TouchActivity(std::string_view endpoint_id, base::Timestamp at) {
  PINION_TRY(std::optional<EndpointRecord> record, FindRecord(endpoint_id));
  if (!record.has_value()) {
    return UnknownResource();
  }
  const base::Timestamp active = std::min(at, clock_.Now());
  if (!record->last_active.has_value() || *record->last_active < active) {
    record->last_active = active;
    staged_->PutEndpoint(*std::move(record));
  }
  return {};
}

base::Status AudienceTransaction::OptOutByRecipient(std::string_view endpoint_id) {
  PINION_TRY(std::optional<EndpointRecord> record, FindRecord(endpoint_id));
  if (!record.has_value()) {
    return UnknownResource();
  }
  record->opt_out = OptOut::kAll;
  record->opt_out_by = OptOutBy::kRecipient;
  staged_->PutEndpoint(*std::move(record));
  return {};
}

base::Result<size_t> AudienceTransaction::InvalidateAddress(model::ChannelType channel,
                                                            std::string_view address) {
  PINION_TRY(auto records, ActiveWithAddress(channel, address));
  for (EndpointRecord& record : records) {
    Deactivate(record, InactiveReason::kInvalidToken, clock_.Now());
    staged_->PutEndpoint(std::move(record));
  }
  return records.size();
}

base::Status AudienceTransaction::EraseAttribute(uint32_t ordinal,
                                                 AttributeKind kind,
                                                 std::string_view name) {
  PINION_TRY(const EndpointRecord* stored, staged_->Endpoint(ordinal));
  if (stored == nullptr) {
    return {};
  }
  const auto has_name = [name](const auto& entry) { return entry.name == name; };
  EndpointRecord record = *stored;
  if (kind == AttributeKind::kUser && !record.user_id.empty()) {
    PINION_TRY(const UserRecord* shared, staged_->User(record.user_id));
    UserRecord user = shared != nullptr ? *shared : UserRecord();
    if (std::erase_if(user.attributes, has_name) > 0) {
      staged_->PutUser(record.user_id, std::move(user));
    }
    return {};
  }
  size_t erased = 0;
  switch (kind) {
    case AttributeKind::kCustom:
      erased = std::erase_if(record.attributes, has_name);
      break;
    case AttributeKind::kMetric:
      erased = std::erase_if(record.metrics, has_name);
      break;
    case AttributeKind::kUser:
      erased = std::erase_if(record.user_attributes, has_name);
      break;
  }
  if (erased > 0) {
    staged_->PutEndpoint(std::move(record));
  }
  return {};
}

base::Result<std::optional<EndpointRecord>> AudienceTransaction::Read(
    std::string_view endpoint_id) {
  return FindRecord(endpoint_id);
}

base::Result<std::optional<std::string>> AudienceTransaction::FindByAddress(
    const AddressQuery& query) {
  PINION_TRY(const auto records, ActiveWithAddress(query.channel, query.address));
  const EndpointRecord* smallest = nullptr;
  for (const EndpointRecord& record : records) {
    const bool user_fits =
        record.user_id == query.user_id || record.user_id.empty() || query.user_id.empty();
    if (user_fits && (smallest == nullptr || record.id < smallest->id)) {
      smallest = &record;
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
