#include "apps/application_service.h"

#include <algorithm>
#include <utility>

#include "apps/application_key.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "model/codec.h"
#include "storage/chosen_id.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::apps {

namespace {

using storage::KeySpace;
using storage::KeyWriter;

constexpr std::string_view kResourcePrefix = "apps/";

base::Error ApplicationNotFound() {
  return base::NotFound("Application not found");
}

base::Status CheckName(std::string_view name) {
  const bool has_control = std::any_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
  if (name.empty() || base::CountCodePoints(name) > kNameCharactersMax || has_control) {
    return base::InvalidArgument(
        "Member 'Name' must have 1 to 256 characters without control characters.");
  }
  return {};
}

base::Result<base::AppId> AppOfResource(std::string_view resource) {
  if (!resource.starts_with(kResourcePrefix)) {
    return ApplicationNotFound();
  }
  return base::AppId(resource.substr(kResourcePrefix.size()));
}

}  // namespace

ApplicationService::ApplicationService(storage::KeyValueStore& store,
                                       const base::Clock& clock,
                                       base::IdGenerator& ids,
                                       std::string account_id)
    : store_(store),
      clock_(clock),
      ids_(ids),
      account_id_(std::move(account_id)),
      records_(store) {}

void ApplicationService::AddDeletionHook(AppDeletionHook& hook) {
  hooks_.push_back(&hook);
}

base::Result<model::ApplicationResponse> ApplicationService::Create(
    const NewApplication& application) {
  const model::CreateApplicationRequest& request = application.request;
  PINION_CHECK(CheckName(request.name));
  model::ApplicationRecord record;
  record.name = request.name;
  record.created_at = clock_.Now();
  record.region = application.region;
  if (request.tags) {
    PINION_CHECK(base::CheckTags(request.tags->entries()));
    record.tags = *request.tags;
  }

  const std::lock_guard lock(writes_);
  if (application.chosen_id) {
    PINION_CHECK(CheckChosenId(*application.chosen_id));
  }
  record.id = application.chosen_id ? *application.chosen_id : ids_.NewHexId();
  PINION_CHECK(Store(record));
  return ResponseOf(record);
}

base::Status ApplicationService::EnsureHidden(const base::AppId& app, std::string_view region) {
  const std::lock_guard lock(writes_);
  const auto existing = records_.Get(app);
  if (existing.ok()) {
    return {};
  }
  if (existing.error().code != base::Errc::kNotFound) {
    return existing.error();
  }
  model::ApplicationRecord record;
  record.id = app.value();
  record.name = app.value();
  record.created_at = clock_.Now();
  record.region = region;
  record.hidden = true;
  return Store(record);
}

base::Status ApplicationService::Store(const model::ApplicationRecord& record) {
  const base::AppId app(record.id);
  storage::WriteBatch batch;
  batch.Put(ApplicationKey(app), model::ToJson(record));
  PINION_CHECK(store_.Apply(batch));
  records_.Changed(app);
  return opened_ ? opened_(app) : base::Status();
}

base::Status ApplicationService::ForEach(
    const std::function<base::Status(const base::AppId& app)>& visit) const {
  base::Status failure;
  PINION_CHECK(store_.Scan({.prefix = KeyWriter(KeySpace::kApp).Take()},
                           [&](std::string_view key, std::string_view) {
                             storage::KeyReader reader(key);
                             failure = visit(base::AppId(reader.Text()));
                             return failure.ok();
                           }));
  return failure;
}

base::Status ApplicationService::CheckChosenId(const std::string& id) const {
  PINION_CHECK(storage::CheckChosenId(store_, storage::kApplicationIds, id, clock_.Now()));
  PINION_TRY(const auto existing, store_.Get(ApplicationKey(base::AppId(id))));
  return existing ? base::Conflict("The chosen application id is in use.") : base::Status();
}

model::ApplicationResponse ApplicationService::ResponseOf(
    const model::ApplicationRecord& record) const {
  model::ApplicationResponse response;
  response.id = record.id;
  response.arn = base::MakeArn({record.region, account_id_}, "apps/" + record.id);
  response.name = record.name;
  response.creation_date = base::FormatIso8601(record.created_at);
  response.tags = record.tags;
  return response;
}

base::Result<model::ApplicationResponse> ApplicationService::Get(const base::AppId& app) const {
  PINION_TRY(const auto record, records_.Get(app));
  return ResponseOf(*record);
}

base::Result<base::Page<model::ApplicationResponse>> ApplicationService::List(
    const base::PageRequest& page) const {
  base::NewestFirst<model::ApplicationResponse> newest(page);
  base::Status damaged;
  PINION_CHECK(store_.Scan(
      {.prefix = KeyWriter(KeySpace::kApp).Take()}, [&](std::string_view, std::string_view value) {
        auto record = model::Decode<model::ApplicationRecord>(value);
        if (!record.ok()) {
          damaged = base::Internal("Application record: " + record.error().message);
          return false;
        }
        if (!record->hidden.value_or(false) && newest.Wants(record->created_at, record->id)) {
          newest.Offer(record->created_at, record->id, ResponseOf(*record));
        }
        return true;
      }));
  PINION_CHECK(damaged);
  return newest.Take();
}

base::Result<model::ApplicationResponse> ApplicationService::Delete(const base::AppId& app) {
  const std::lock_guard unused(UseGuardOf(app));
  const std::lock_guard lock(writes_);
  PINION_TRY(const auto record, records_.Get(app));
  storage::WriteBatch batch;
  for (AppDeletionHook* hook : hooks_) {
    PINION_CHECK(hook->OnDelete(app, batch));
  }
  batch.Delete(ApplicationKey(app));
  storage::RestId(storage::kApplicationIds, app.value(), clock_.Now(), batch);
  PINION_CHECK(store_.Apply(batch));
  records_.Changed(app);
  for (AppDeletionHook* hook : hooks_) {
    hook->OnDeleted(app);
  }
  return ResponseOf(*record);
}

base::Status ApplicationService::RequireExists(const base::AppId& app) const {
  PINION_TRY(const auto record, records_.Get(app));
  return {};
}

std::shared_mutex& ApplicationService::UseGuardOf(const base::AppId& app) const {
  return uses_[std::hash<base::AppId>{}(app) % kUseGuards];
}

base::Result<ApplicationService::Use> ApplicationService::UseForCall(const base::AppId& app) const {
  Use use(UseGuardOf(app));
  PINION_CHECK(RequireExists(app));
  return use;
}

base::Result<base::Timestamp> ApplicationService::CreatedAt(const base::AppId& app) const {
  PINION_TRY(const auto record, records_.Get(app));
  return record->created_at;
}

base::Result<base::ArnScope> ApplicationService::ArnScopeOf(const base::AppId& app) const {
  PINION_TRY(const auto record, records_.Get(app));
  return base::ArnScope{record->region, account_id_};
}

base::Result<base::Tags> ApplicationService::TagsOf(std::string_view resource) const {
  PINION_TRY(const base::AppId app, AppOfResource(resource));
  PINION_TRY(const auto record, records_.Get(app));
  return record->tags.entries();
}

base::Status ApplicationService::UpdateTags(std::string_view resource,
                                            const base::TagChange& change) {
  PINION_TRY(const base::AppId app, AppOfResource(resource));
  const std::lock_guard lock(writes_);
  PINION_TRY(const auto stored, records_.Get(app));
  model::ApplicationRecord record = *stored;
  PINION_TRY(record.tags.entries(), base::ChangeTags(record.tags.entries(), change));
  storage::WriteBatch batch;
  batch.Put(ApplicationKey(app), model::ToJson(record));
  PINION_CHECK(store_.Apply(batch));
  records_.Changed(app);
  return {};
}

base::Status ApplicationService::VisitTags(std::string_view after, const TagVisitor& visit) const {
  const auto last = AppOfResource(after);
  // The smallest key behind that of the last one.
  const std::string from = last.ok() ? ApplicationKey(*last) + '\0' : std::string();
  base::Status damaged;
  PINION_CHECK(
      store_.Scan({.prefix = KeyWriter(KeySpace::kApp).Take(), .from = from},
                  [&](std::string_view, std::string_view value) {
                    auto record = model::Decode<model::ApplicationRecord>(value);
                    if (!record.ok()) {
                      damaged = base::Internal("Application record: " + record.error().message);
                      return false;
                    }
                    return record->hidden.value_or(false) ||
                           visit(std::string(kResourcePrefix) + record->id, record->tags.entries());
                  }));
  return damaged;
}

}  // namespace pinion::apps
