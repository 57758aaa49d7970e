#include "audience/audience_service.h"

#include <algorithm>
#include <mutex>

#include "audience/endpoint_identity.h"
#include "audience/endpoint_response.h"
#include "storage/key.h"

namespace pinion::audience {
namespace {

constexpr size_t kBatchItemsMax = 100;

base::Error UnknownResource() {
  return base::NotFound("Resource not found");
}

std::string PlaceOfItem(size_t i) {
  return "Item[" + std::to_string(i) + "]";
}

base::Result<std::optional<uint32_t>> ReadOrdinal(const storage::Reader& reader,
                                                  const AudienceKeys& keys,
                                                  std::string_view endpoint_id) {
  PINION_TRY(const std::optional<std::string> bytes,
             reader.Get(keys.Ordinal(EndpointKey(endpoint_id))));
  if (!bytes.has_value()) {
    return std::optional<uint32_t>();
  }
  const std::optional<uint32_t> ordinal = DecodeOrdinal(*bytes);
  if (!ordinal.has_value()) {
    return base::Internal("The stored number of an endpoint is damaged.");
  }
  return ordinal;
}

// The ordinals that `find(index)` points to, if to any.
template <class Find>
std::vector<uint32_t> OrdinalsOf(const ApplicationAudience& audience, const Find& find) {
  std::vector<uint32_t> ordinals;
  const auto index = audience.index.Read();
  if (const bitmap::PostingSet* postings = find(*index)) {
    postings->ForEach([&ordinals](uint32_t ordinal) { ordinals.push_back(ordinal); });
  }
  return ordinals;
}

// At one moment of the store; endpoints that are gone are left out.
base::Result<std::vector<EndpointRecord>> ReadRecords(const storage::Reader& reader,
                                                      const AudienceKeys& keys,
                                                      const std::vector<uint32_t>& ordinals) {
  std::vector<std::string> names;
  for (const uint32_t ordinal : ordinals) {
    names.push_back(keys.Endpoint(ordinal));
  }
  PINION_TRY(const auto values, reader.MultiGet(names));
  std::vector<EndpointRecord> records;
  for (const std::optional<std::string>& bytes : values) {
    if (bytes.has_value()) {
      PINION_CHECK(Decode(*bytes, records.emplace_back()));
    }
  }
  return records;
}

}  // namespace

AudienceService::AudienceService(storage::KeyValueStore& store, const base::Clock& clock)
    : store_(store), clock_(clock) {}

AudienceService::~AudienceService() = default;

base::Status AudienceService::Load(const LoadCallback& progress) {
  LoadCounts counts;
  PINION_TRY(const std::vector<base::AppId> apps, StoredApplications(store_));
  for (const base::AppId& app : apps) {
    PINION_CHECK(OpenApp(app, counts, progress));
  }
  if (progress) {
    progress(counts);
  }
  return {};
}

base::Status AudienceService::OpenApp(const base::AppId& app) {
  LoadCounts counts;
  return OpenApp(app, counts, {});
}

base::Status AudienceService::OpenApp(const base::AppId& app,
                                      LoadCounts& counts,
                                      const LoadCallback& progress) {
  if (Application(app).ok()) {
    return {};
  }
  auto audience = std::make_shared<ApplicationAudience>(app);
  PINION_CHECK(LoadApplication(store_, *audience, counts, progress));
  const std::unique_lock lock(mutex_);
  apps_.try_emplace(app, std::move(audience));
  return {};
}

void AudienceService::CloseApp(const base::AppId& app) {
  const auto audience = Application(app);
  if (!audience.ok()) {
    return;
  }
  const std::unique_lock write((*audience)->write);
  (*audience)->closed = true;
  const std::unique_lock lock(mutex_);
  apps_.erase(app);
}

void AudienceService::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  CloseApp(app);
  const AudienceKeys keys(app);
  for (const std::string* prefix : {&keys.Endpoints(), &keys.Ordinals(), &keys.AllBlocked()}) {
    batch.DeletePrefix(*prefix);
  }
  batch.Delete(keys.OrdinalLimit());
}

base::Result<std::shared_ptr<ApplicationAudience>> AudienceService::Application(
    const base::AppId& app) const {
  const std::shared_lock lock(mutex_);
  const auto place = apps_.find(app);
  if (place == apps_.end()) {
    return UnknownResource();
  }
  return place->second;
}

base::Status AudienceService::Configure(const base::AppId& app, const AudienceSettings& settings) {
  PINION_TRY(const auto audience, Application(app));
  const std::unique_lock lock(audience->write);
  audience->settings = settings;
  return {};
}

base::Result<AudienceTransaction> AudienceService::Begin(const base::AppId& app) {
  PINION_TRY(auto audience, Application(app));
  std::unique_lock lock(audience->write);
  if (audience->closed) {
    return UnknownResource();
  }
  return AudienceTransaction(store_, clock_, std::move(audience), std::move(lock));
}

base::Result<storage::Sequence> AudienceService::UpdateEndpoint(
    const base::AppId& app,
    std::string_view endpoint_id,
    const model::EndpointRequest& request,
    std::string_view request_id) {
  PINION_TRY(AudienceTransaction transaction, Begin(app));
  PINION_CHECK(transaction.Upsert(endpoint_id, request, {.request_id = request_id}));
  return transaction.Commit();
}

base::Result<storage::Sequence> AudienceService::UpdateBatch(const base::AppId& app,
                                                             model::EndpointBatchRequest request,
                                                             std::string_view request_id) {
  if (request.item.size() > kBatchItemsMax) {
    return base::InvalidArgument("Item: must have at most 100 items.");
  }
  PINION_TRY(AudienceTransaction transaction, Begin(app));
  for (size_t i = 0; i < request.item.size(); ++i) {
    model::EndpointBatchItem& item = request.item[i];
    const std::string place = PlaceOfItem(i);
    if (!item.id.has_value()) {
      return RequestPlace(place).Refuse("Id", "is missing.");
    }
    const std::string id = *std::move(item.id);
    PINION_CHECK(transaction.Upsert(
        id,
        ToEndpointRequest(std::move(item)),
        {.origin = UpdateOrigin::kBatch, .request_id = request_id, .item = place}));
  }
  return transaction.Commit();
}

base::Result<model::EndpointResponse> AudienceService::DeleteEndpoint(
    const base::AppId& app, std::string_view endpoint_id) {
  PINION_TRY(AudienceTransaction transaction, Begin(app));
  PINION_TRY(model::EndpointResponse response, transaction.Delete(endpoint_id));
  PINION_CHECK(transaction.Commit());
  return response;
}

base::Result<model::EndpointsResponse> AudienceService::DeleteUser(const base::AppId& app,
                                                                   const base::UserId& user) {
  PINION_TRY(AudienceTransaction transaction, Begin(app));
  PINION_TRY(model::EndpointsResponse response, transaction.DeleteUser(user));
  PINION_CHECK(transaction.Commit());
  return response;
}

base::Result<EndpointRecord> AudienceService::Find(const base::AppId& app,
                                                   std::string_view endpoint_id) const {
  PINION_TRY(const auto audience, Application(app));
  const std::string key = EndpointKey(endpoint_id);
  const std::vector<uint32_t> candidates = OrdinalsOf(
      *audience, [&key](const AttributeIndex& index) { return index.IdCandidates(key); });
  PINION_TRY(std::vector<EndpointRecord> records, ReadRecords(store_, audience->keys, candidates));
  for (EndpointRecord& record : records) {
    if (EndpointKey(record.id) == key) {
      return std::move(record);
    }
  }
  return UnknownResource();
}

base::Result<model::EndpointResponse> AudienceService::Get(const base::AppId& app,
                                                           std::string_view endpoint_id) const {
  PINION_TRY(const EndpointRecord record, Find(app, endpoint_id));
  return ComposeResponse(app.value(), record);
}

base::Result<User> AudienceService::FindUser(const base::AppId& app,
                                             const base::UserId& user) const {
  PINION_TRY(const auto audience, Application(app));
  const std::vector<uint32_t> members = OrdinalsOf(*audience, [&user](const AttributeIndex& index) {
    return index.TextOf(FixedField::kUserId).Find(user.value());
  });
  PINION_TRY(std::vector<EndpointRecord> records, ReadRecords(store_, audience->keys, members));
  // One may have left the user since the index was asked.
  std::erase_if(records,
                [&user](const EndpointRecord& record) { return record.user_id != user.value(); });
  if (user.empty() || records.empty()) {
    return UnknownResource();
  }
  std::sort(records.begin(), records.end(), [](const EndpointRecord& a, const EndpointRecord& b) {
    return a.id < b.id;
  });
  return User{records.front().user_attributes, std::move(records)};
}

base::Result<model::EndpointsResponse> AudienceService::GetUserEndpoints(
    const base::AppId& app, const base::UserId& user) const {
  PINION_TRY(const User found, FindUser(app, user));
  model::EndpointsResponse response;
  for (const EndpointRecord& endpoint : found.endpoints) {
    response.item.push_back(ComposeResponse(app.value(), endpoint));
  }
  return response;
}

base::Result<std::vector<std::string>> AudienceService::Duplicates(
    const base::AppId& app, const EndpointRecord& endpoint) const {
  std::vector<std::string> ids;
  if (!endpoint.channel_type.has_value() || endpoint.address.empty()) {
    return ids;
  }
  PINION_TRY(const auto audience, Application(app));
  const std::vector<uint32_t> candidates =
      OrdinalsOf(*audience, [&endpoint](const AttributeIndex& index) {
        return index.AddressCandidates(*endpoint.channel_type, endpoint.address);
      });
  PINION_TRY(const auto records, ReadRecords(store_, audience->keys, candidates));
  for (const EndpointRecord& record : records) {
    if (record.ordinal != endpoint.ordinal && record.channel_type == endpoint.channel_type &&
        SameAddress(*endpoint.channel_type, record.address, endpoint.address)) {
      ids.push_back(record.id);
    }
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

base::Result<std::vector<EndpointRecord>> AudienceService::FindByAddress(
    const base::AppId& app, std::string_view address) const {
  PINION_TRY(const auto audience, Application(app));
  std::vector<EndpointRecord> found;
  for (uint8_t number = 0; number <= static_cast<uint8_t>(model::ChannelType::kInApp); ++number) {
    const auto channel = static_cast<model::ChannelType>(number);
    const std::vector<uint32_t> candidates = OrdinalsOf(
        *audience,
        [&](const AttributeIndex& index) { return index.AddressCandidates(channel, address); });
    PINION_TRY(std::vector<EndpointRecord> records,
               ReadRecords(store_, audience->keys, candidates));
    for (EndpointRecord& record : records) {
      if (record.channel_type == channel && SameAddress(channel, record.address, address)) {
        found.push_back(std::move(record));
      }
    }
  }
  std::sort(found.begin(), found.end(), [](const EndpointRecord& a, const EndpointRecord& b) {
    return a.id < b.id;
  });
  return found;
}

base::Result<std::optional<uint32_t>> AudienceService::OrdinalOf(
    const base::AppId& app, std::string_view endpoint_id) const {
  PINION_TRY(const auto audience, Application(app));
  return ReadOrdinal(store_, audience->keys, endpoint_id);
}

base::Result<EndpointBatch> AudienceService::ReadByOrdinals(
    const base::AppId& app, std::span<const uint32_t> ordinals) const {
  PINION_TRY(const auto audience, Application(app));
  return EndpointBatch::Read(store_, audience->keys, ordinals);
}

base::Result<std::vector<AudienceService::IdEntry>> AudienceService::ListIds(
    const base::AppId& app, const IdRange& range) const {
  PINION_TRY(const auto audience, Application(app));
  const std::string prefix = EndpointKey(range.prefix);
  // The end mark of a text follows in the key, so a scan from the bare text begins at its first
  // continuation.
  std::string from =
      audience->keys.Ordinal(EndpointKey(range.after.empty() ? range.prefix : range.after));
  if (range.after.empty()) {
    constexpr size_t kEndMarkBytes = 2;
    from.resize(from.size() - kEndMarkBytes);
  } else {
    from.push_back('\0');
  }
  std::vector<IdEntry> entries;
  bool damaged = false;
  PINION_CHECK(store_.Scan({.prefix = audience->keys.Ordinals(), .from = from},
                           [&](std::string_view key, std::string_view value) {
                             storage::KeyReader reader(key);
                             reader.Text();
                             std::string id = reader.Text();
                             const std::optional<uint32_t> ordinal = DecodeOrdinal(value);
                             damaged = !reader.AtEnd() || !ordinal.has_value();
                             if (damaged || id.compare(0, prefix.size(), prefix) != 0 ||
                                 entries.size() == range.limit) {
                               return false;
                             }
                             entries.push_back({std::move(id), *ordinal});
                             return true;
                           }));
  if (damaged) {
    return base::Internal("The stored number of an endpoint is damaged.");
  }
  return entries;
}

base::Status AudienceService::ScanRecords(
    const base::AppId& app, const std::function<bool(const EndpointRecordView&)>& visit) const {
  PINION_TRY(const auto audience, Application(app));
  EndpointRecordView record;
  base::Status status;
  PINION_CHECK(store_.Scan({.prefix = audience->keys.Endpoints()},
                           [&](std::string_view, std::string_view bytes) {
                             status = Decode(bytes, record);
                             return status.ok() && visit(record);
                           }));
  return status;
}

base::Result<std::shared_ptr<const SharedAttributeIndex>> AudienceService::Index(
    const base::AppId& app) const {
  PINION_TRY(const auto audience, Application(app));
  return std::shared_ptr<const SharedAttributeIndex>(audience, &audience->index);
}

}  // namespace pinion::audience
