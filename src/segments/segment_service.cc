#include "segments/segment_service.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "apps/tagged_records.h"
#include "base/arn.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "model/codec.h"
#include "segments/definition_parser.h"
#include "segments/imported_members.h"
#include "segments/passes.h"
#include "storage/chosen_id.h"
#include "storage/key.h"

namespace pinion::segments {
namespace {

using storage::KeySpace;
using storage::KeyWriter;

std::string RecordPrefix(const base::AppId& app) {
  return KeyWriter(KeySpace::kSegment).Text(app.value()).Take();
}

std::string RecordKey(const base::AppId& app, std::string_view id) {
  return KeyWriter(KeySpace::kSegment).Text(app.value()).Text(id).Take();
}

std::string VersionsPrefix(const base::AppId& app, std::string_view id) {
  return KeyWriter(KeySpace::kSegmentVersion).Text(app.value()).Text(id).Take();
}

std::string VersionKey(const base::AppId& app, std::string_view id, int32_t version) {
  return KeyWriter(KeySpace::kSegmentVersion)
      .Text(app.value())
      .Text(id)
      .U32(static_cast<uint32_t>(version))
      .Take();
}

std::string MembersKey(const base::AppId& app, std::string_view id, int32_t version) {
  return KeyWriter(KeySpace::kSegmentMembers)
      .Text(app.value())
      .Text(id)
      .U32(static_cast<uint32_t>(version))
      .Take();
}

std::optional<int32_t> ParseVersion(std::string_view text) {
  int32_t version = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), version);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole && version >= 0 ? std::optional(version) : std::nullopt;
}

Definition DefinitionOf(const model::SegmentVersionRecord& version) {
  return {.dimensions = version.dimensions, .groups = version.segment_groups};
}

model::SegmentResponse ResponseOf(const base::AppId& app,
                                  const model::SegmentRecord& record,
                                  const model::SegmentVersionRecord& version) {
  model::SegmentResponse response;
  response.application_id = app.value();
  response.arn = record.arn;
  response.creation_date = base::FormatIso8601(record.created_at);
  response.dimensions = version.dimensions;
  response.id = record.id;
  response.import_definition = version.import_definition;
  response.last_modified_date = base::FormatIso8601(version.modified_at);
  response.name = version.name;
  response.segment_groups = version.segment_groups;
  response.segment_type = record.type;
  response.tags = record.tags;
  response.version = version.version;
  return response;
}

base::Status CheckName(const std::optional<std::string>& name) {
  if (name && base::CountCodePoints(*name) > kSegmentNameCharactersMax) {
    return base::InvalidArgument("Member 'Name': at most " +
                                 std::to_string(kSegmentNameCharactersMax) + " characters.");
  }
  return {};
}

// Every reference of a definition.
std::vector<model::SegmentReference> ReferencesOf(const Definition& definition) {
  std::vector<model::SegmentReference> references;
  if (definition.groups && definition.groups->groups) {
    for (const model::SegmentGroup& group : *definition.groups->groups) {
      if (group.source_segments) {
        references.insert(
            references.end(), group.source_segments->begin(), group.source_segments->end());
      }
    }
  }
  return references;
}

base::Tags ToTags(const model::Map<std::string>& map) {
  return {map.begin(), map.end()};
}

// `apps/{app}/segments/{segment}` → its ids.
base::Result<std::pair<base::AppId, std::string>> ParseResource(std::string_view resource) {
  constexpr std::string_view kApps = "apps/";
  constexpr std::string_view kSegments = "/segments/";
  const size_t middle = resource.find(kSegments);
  if (!resource.starts_with(kApps) || middle == std::string_view::npos) {
    return base::NotFound("Resource not found");
  }
  return std::pair(base::AppId(resource.substr(kApps.size(), middle - kApps.size())),
                   std::string(resource.substr(middle + kSegments.size())));
}

}  // namespace

SegmentService::SegmentService(storage::KeyValueStore& store,
                               const base::Clock& clock,
                               base::IdGenerator& ids,
                               const apps::ApplicationService& applications)
    : store_(store), clock_(clock), ids_(ids), applications_(applications) {}

base::Result<std::optional<model::SegmentRecord>> SegmentService::FindRecord(
    const base::AppId& app, std::string_view id) const {
  PINION_TRY(const std::optional<std::string> bytes, store_.Get(RecordKey(app, id)));
  if (!bytes) {
    return std::optional<model::SegmentRecord>();
  }
  PINION_TRY(auto record, model::Decode<model::SegmentRecord>(*bytes));
  return std::optional(std::move(record));
}

base::Result<model::SegmentRecord> SegmentService::ReadRecord(const base::AppId& app,
                                                              std::string_view id) const {
  PINION_TRY(auto record, FindRecord(app, id));
  if (!record) {
    return base::NotFound("Resource not found");
  }
  return *std::move(record);
}

base::Result<std::optional<model::SegmentVersionRecord>> SegmentService::FindVersion(
    const base::AppId& app, std::string_view id, int32_t version) const {
  PINION_TRY(const std::optional<std::string> bytes, store_.Get(VersionKey(app, id, version)));
  if (!bytes) {
    return std::optional<model::SegmentVersionRecord>();
  }
  PINION_TRY(auto record, model::Decode<model::SegmentVersionRecord>(*bytes));
  return std::optional(std::move(record));
}

base::Result<SegmentService::Stored> SegmentService::ReadLatest(const base::AppId& app,
                                                                std::string_view id) const {
  PINION_TRY(model::SegmentRecord record, ReadRecord(app, id));
  PINION_TRY(auto version, FindVersion(app, id, record.latest_version));
  if (!version) {
    return base::Internal("Version " + std::to_string(record.latest_version) + " of segment " +
                          std::string(id) + " is missing in the store.");
  }
  return Stored{.record = std::move(record), .version = *std::move(version)};
}

base::Result<Node> SegmentService::Check(const base::AppId& app,
                                         const Definition& definition) const {
  PINION_TRY(Node expression, ParseDefinition(definition));
  PINION_CHECK(CheckReferences(app, definition, "", 1));
  return Simplify(std::move(expression));
}

// Follows references down from `definition`, which stands at `depth`; the latest version of
// unversioned ones.
base::Status SegmentService::CheckReferences(const base::AppId& app,
                                             const Definition& definition,
                                             std::string_view self,
                                             size_t depth) const {
  for (const model::SegmentReference& reference : ReferencesOf(definition)) {
    if (depth >= kNestingMax) {
      return base::InvalidArgument(
          "Member 'SegmentGroups': segments may build on each other at most " +
          std::to_string(kNestingMax) + " levels deep.");
    }
    if (reference.id == self && !reference.version) {
      return base::InvalidArgument("Member 'SegmentGroups': segment " + std::string(self) +
                                   " would lead back to itself.");
    }
    PINION_TRY(const auto record, FindRecord(app, reference.id));
    if (!record) {
      if (depth == 1) {
        return base::InvalidArgument("Member 'SegmentGroups': source segment '" +
                                     reference.id.substr(0, 100) + "' does not exist.");
      }
      continue;
    }
    PINION_TRY(const auto version,
               FindVersion(app, reference.id, reference.version.value_or(record->latest_version)));
    if (!version) {
      return base::InvalidArgument("Member 'SegmentGroups': source segment " + reference.id +
                                   " has no version " + std::to_string(*reference.version) + ".");
    }
    PINION_CHECK(CheckReferences(app, DefinitionOf(*version), self, depth + 1));
  }
  return {};
}

base::Result<model::SegmentResponse> SegmentService::Create(
    const base::AppId& app,
    const model::WriteSegmentRequest& request,
    const std::optional<std::string>& chosen_id) {
  PINION_CHECK(CheckName(request.name));
  if (request.tags) {
    PINION_CHECK(base::CheckTags(ToTags(*request.tags)));
  }
  PINION_CHECK(Check(app, {.dimensions = request.dimensions, .groups = request.segment_groups}));
  PINION_TRY(const base::ArnScope scope, applications_.ArnScopeOf(app));

  const std::lock_guard lock(writes_);
  model::SegmentRecord record;
  if (chosen_id) {
    PINION_CHECK(storage::CheckChosenId(store_, storage::kSegmentIds, *chosen_id, clock_.Now()));
  }
  record.id = chosen_id.value_or(ids_.NewHexId());
  PINION_TRY(const auto taken, FindRecord(app, record.id));
  if (taken) {
    return base::Conflict("The id " + record.id + " is in use.");
  }
  record.arn = base::MakeArn(scope, "apps/" + app.value() + "/segments/" + record.id);
  record.created_at = clock_.Now();
  record.type = model::SegmentType::kDimensional;
  record.tags = request.tags.value_or(model::Map<std::string>());
  record.latest_version = 1;
  model::SegmentVersionRecord version;
  version.version = 1;
  version.name = request.name.value_or("");
  version.modified_at = record.created_at;
  version.dimensions = request.dimensions;
  version.segment_groups = request.segment_groups;

  storage::WriteBatch batch;
  batch.Put(RecordKey(app, record.id), model::ToJson(record));
  batch.Put(VersionKey(app, record.id, 1), model::ToJson(version));
  PINION_CHECK(store_.Apply(batch));
  return ResponseOf(app, record, version);
}

base::Result<model::SegmentResponse> SegmentService::Get(const base::AppId& app,
                                                         const base::SegmentId& id) const {
  PINION_TRY(const Stored stored, ReadLatest(app, id.value()));
  return ResponseOf(app, stored.record, stored.version);
}

base::Result<model::SegmentResponse> SegmentService::GetVersion(const base::AppId& app,
                                                                const base::SegmentId& id,
                                                                std::string_view version) const {
  PINION_TRY(const model::SegmentRecord record, ReadRecord(app, id.value()));
  const std::optional<int32_t> number = ParseVersion(version);
  if (!number) {
    return base::InvalidArgument("Path parameter 'version': expected a number.");
  }
  PINION_TRY(const auto found, FindVersion(app, id.value(), *number));
  if (!found) {
    return base::NotFound("Resource not found");
  }
  return ResponseOf(app, record, *found);
}

base::Result<base::Page<model::SegmentResponse>> SegmentService::List(
    const base::AppId& app, const base::PageRequest& page) const {
  base::NewestFirst<model::SegmentRecord> newest(page);
  base::Status failure;
  const auto visit = [&](std::string_view, std::string_view bytes) {
    auto record = model::Decode<model::SegmentRecord>(bytes);
    if (!record.ok()) {
      failure = std::move(record).error();
      return false;
    }
    const base::Timestamp created = record->created_at;
    const std::string id = record->id;
    newest.Offer(created, id, *std::move(record));
    return true;
  };
  PINION_CHECK(store_.Scan({.prefix = RecordPrefix(app)}, visit));
  PINION_CHECK(std::move(failure));
  base::Page<model::SegmentRecord> records = newest.Take();
  base::Page<model::SegmentResponse> responses;
  responses.next = std::move(records.next);
  for (const model::SegmentRecord& record : records.items) {
    PINION_TRY(const auto version, FindVersion(app, record.id, record.latest_version));
    if (version) {
      responses.items.push_back(ResponseOf(app, record, *version));
    }
  }
  return responses;
}

base::Result<base::Page<model::SegmentResponse>> SegmentService::ListVersions(
    const base::AppId& app, const base::SegmentId& id, const base::PageRequest& page) const {
  PINION_TRY(const model::SegmentRecord record, ReadRecord(app, id.value()));
  base::Page<model::SegmentResponse> responses;
  base::Status failure;
  const auto visit = [&](std::string_view, std::string_view bytes) {
    auto version = model::Decode<model::SegmentVersionRecord>(bytes);
    if (!version.ok()) {
      failure = std::move(version).error();
      return false;
    }
    if (responses.items.size() == page.limit) {
      responses.next = std::to_string(version->version);
      return false;
    }
    responses.items.push_back(ResponseOf(app, record, *version));
    return true;
  };
  const std::optional<int32_t> first = ParseVersion(page.after);
  const std::string from = first ? VersionKey(app, id.value(), *first) : std::string();
  PINION_CHECK(store_.Scan({.prefix = VersionsPrefix(app, id.value()),
                            .from = from,
                            .direction = storage::Direction::kBackward},
                           visit));
  PINION_CHECK(std::move(failure));
  return responses;
}

base::Result<model::SegmentResponse> SegmentService::Update(
    const base::AppId& app, const base::SegmentId& id, const model::WriteSegmentRequest& request) {
  PINION_CHECK(CheckName(request.name));
  const bool new_criteria = request.dimensions || request.segment_groups;
  const Definition definition{.dimensions = request.dimensions, .groups = request.segment_groups};
  const std::lock_guard lock(writes_);
  PINION_TRY(Stored stored, ReadLatest(app, id.value()));
  if (new_criteria) {
    if (stored.record.type == model::SegmentType::kImport) {
      return base::InvalidArgument(
          "An imported segment has no criteria: only its Name can be changed.");
    }
    PINION_CHECK(ParseDefinition(definition));
    PINION_CHECK(CheckReferences(app, definition, id.value(), 1));
    stored.version.dimensions = request.dimensions;
    stored.version.segment_groups = request.segment_groups;
  }
  if (request.name) {
    stored.version.name = *request.name;
  }
  stored.version.version = ++stored.record.latest_version;
  stored.version.modified_at = std::max(clock_.Now(), stored.record.created_at);

  storage::WriteBatch batch;
  batch.Put(RecordKey(app, id.value()), model::ToJson(stored.record));
  batch.Put(VersionKey(app, id.value(), stored.version.version), model::ToJson(stored.version));
  PINION_CHECK(store_.Apply(batch));
  return ResponseOf(app, stored.record, stored.version);
}

base::Result<std::vector<std::string>> SegmentService::Dependents(const base::AppId& app,
                                                                  std::string_view id) const {
  std::vector<std::string> dependents;
  base::Status failure;
  const auto visit = [&](std::string_view, std::string_view bytes) {
    const auto record = model::Decode<model::SegmentRecord>(bytes);
    if (!record.ok()) {
      failure = record.error();
      return false;
    }
    const auto version = FindVersion(app, record->id, record->latest_version);
    if (!version.ok()) {
      failure = version.error();
      return false;
    }
    if (*version) {
      const auto references = ReferencesOf(DefinitionOf(**version));
      if (std::any_of(references.begin(), references.end(), [id](const auto& reference) {
            return reference.id == id;
          })) {
        dependents.push_back(record->id);
      }
    }
    return true;
  };
  PINION_CHECK(store_.Scan({.prefix = RecordPrefix(app)}, visit));
  PINION_CHECK(std::move(failure));
  return dependents;
}

base::Result<model::SegmentResponse> SegmentService::Delete(const base::AppId& app,
                                                            const base::SegmentId& id) {
  const std::lock_guard lock(writes_);
  PINION_TRY(const Stored stored, ReadLatest(app, id.value()));
  PINION_TRY(const std::vector<std::string> dependents, Dependents(app, id.value()));
  std::string others;
  for (const std::string& other : dependents) {
    others += other == id.value() ? "" : (others.empty() ? "" : ", ") + other;
  }
  if (!others.empty()) {
    return base::InvalidArgument(
        "The segment cannot be deleted while other segments build on it: " + others + ".");
  }
  storage::WriteBatch batch;
  batch.Delete(RecordKey(app, id.value()));
  batch.DeletePrefix(VersionsPrefix(app, id.value()));
  batch.DeletePrefix(
      KeyWriter(KeySpace::kSegmentMembers).Text(app.value()).Text(id.value()).Take());
  storage::RestId(storage::kSegmentIds, id.value(), clock_.Now(), batch);
  for (DeletionHook* hook : hooks_) {
    PINION_CHECK(hook->OnSegmentDelete(app, id, batch));
  }
  PINION_CHECK(store_.Apply(batch));
  for (DeletionHook* hook : hooks_) {
    hook->OnSegmentDeleted(app, id);
  }
  return ResponseOf(app, stored.record, stored.version);
}

base::Result<int32_t> SegmentService::RequireVersion(const base::AppId& app,
                                                     std::string_view id,
                                                     std::optional<int32_t> version,
                                                     std::string_view member) const {
  PINION_TRY(const auto record, FindRecord(app, id));
  if (!record) {
    return base::InvalidArgument("Member '" + std::string(member) +
                                 "Id': the segment does not exist.");
  }
  if (!version) {
    return record->latest_version;
  }
  PINION_TRY(const auto found, FindVersion(app, id, *version));
  if (!found) {
    return base::InvalidArgument("Member '" + std::string(member) +
                                 "Version': the segment has no version " +
                                 std::to_string(*version) + ".");
  }
  return *version;
}

base::Result<bool> SegmentService::ContainsImport(const base::AppId& app,
                                                  const base::SegmentId& id) const {
  return BuildsOnImport(app, id.value(), std::nullopt, 1);
}

base::Result<bool> SegmentService::BuildsOnImport(const base::AppId& app,
                                                  std::string_view id,
                                                  std::optional<int32_t> version,
                                                  size_t depth) const {
  PINION_TRY(const auto record, FindRecord(app, id));
  if (!record || depth > kNestingMax) {
    return false;
  }
  if (record->type == model::SegmentType::kImport) {
    return true;
  }
  PINION_TRY(const auto found, FindVersion(app, id, version.value_or(record->latest_version)));
  if (found) {
    for (const model::SegmentReference& reference : ReferencesOf(DefinitionOf(*found))) {
      PINION_TRY(const bool imported,
                 BuildsOnImport(app, reference.id, reference.version, depth + 1));
      if (imported) {
        return true;
      }
    }
  }
  return false;
}

base::Status SegmentService::PutImported(const base::AppId& app,
                                         const base::SegmentId& id,
                                         const ImportedSegment& segment,
                                         storage::WriteBatch& batch) {
  PINION_TRY(auto record, FindRecord(app, id.value()));
  const base::Timestamp now = clock_.Now();
  if (!record) {
    PINION_TRY(const base::ArnScope scope, applications_.ArnScopeOf(app));
    record.emplace();
    record->id = id.value();
    record->arn = base::MakeArn(scope, "apps/" + app.value() + "/segments/" + id.value());
    record->created_at = now;
    record->type = model::SegmentType::kImport;
  }
  model::SegmentVersionRecord version;
  version.version = ++record->latest_version;
  version.name = segment.name;
  version.modified_at = now;
  version.import_definition = segment.definition;
  version.members_version = version.version;
  batch.Put(RecordKey(app, id.value()), model::ToJson(*record));
  batch.Put(VersionKey(app, id.value(), version.version), model::ToJson(version));
  batch.Put(MembersKey(app, id.value(), version.version), EncodeMembers(segment.members));
  return {};
}

base::Result<ImportedMembers> SegmentService::MembersOfImport(const base::AppId& app,
                                                              const base::SegmentId& id) const {
  PINION_TRY(const auto content, ContentOf(app, id.value(), std::nullopt));
  if (content == nullptr || content->imported == nullptr) {
    return base::InvalidArgument("Member 'SegmentId': there is no imported segment with this id.");
  }
  return *content->imported;
}

base::Result<size_t> SegmentService::ForgetUsers(const base::AppId& app,
                                                 const std::set<std::string>& user_ids) {
  const std::lock_guard lock(writes_);
  storage::WriteBatch batch;
  size_t lists = 0;
  base::Status failure;
  PINION_CHECK(
      store_.Scan({.prefix = KeyWriter(KeySpace::kSegmentMembers).Text(app.value()).Take()},
                  [&](std::string_view key, std::string_view bytes) {
                    auto members = DecodeMembers(bytes);
                    if (!members.ok()) {
                      failure = std::move(members).error();
                      return false;
                    }
                    size_t removed = 0;
                    for (const std::string& user : user_ids) {
                      removed += members->user_ids.erase(user);
                    }
                    if (removed > 0) {
                      batch.Put(std::string(key), EncodeMembers(*members));
                      ++lists;
                    }
                    return true;
                  }));
  PINION_CHECK(std::move(failure));
  if (lists > 0) {
    PINION_CHECK(store_.Apply(batch));
  }
  return lists;
}

base::Result<std::shared_ptr<const SegmentService::Content>> SegmentService::ContentOf(
    const base::AppId& app, std::string_view id, std::optional<int32_t> version) const {
  std::shared_ptr<const Content> nothing;
  PINION_TRY(const auto record, FindRecord(app, id));
  if (!record) {
    return nothing;
  }
  PINION_TRY(const auto found, FindVersion(app, id, version.value_or(record->latest_version)));
  if (!found) {
    return nothing;
  }
  auto content = std::make_shared<Content>();
  if (record->type == model::SegmentType::kImport) {
    PINION_TRY(const auto bytes,
               store_.Get(MembersKey(app, id, found->members_version.value_or(found->version))));
    PINION_TRY(ImportedMembers members, DecodeMembers(bytes.value_or("")));
    content->imported = std::make_shared<const ImportedMembers>(std::move(members));
  } else {
    PINION_TRY(Node expression, ParseDefinition(DefinitionOf(*found)));
    content->expression = Simplify(std::move(expression));
  }
  return std::shared_ptr<const Content>(std::move(content));
}

base::Result<base::Tags> SegmentService::TagsOf(std::string_view resource) const {
  PINION_TRY(const auto ids, ParseResource(resource));
  PINION_TRY(const model::SegmentRecord record, ReadRecord(ids.first, ids.second));
  return ToTags(record.tags);
}

base::Status SegmentService::UpdateTags(std::string_view resource, const base::TagChange& change) {
  PINION_TRY(const auto ids, ParseResource(resource));
  const std::lock_guard lock(writes_);
  PINION_TRY(model::SegmentRecord record, ReadRecord(ids.first, ids.second));
  PINION_TRY(const base::Tags tags, base::ChangeTags(ToTags(record.tags), change));
  record.tags = {};
  for (const auto& [key, value] : tags) {
    record.tags.Set(key, value);
  }
  storage::WriteBatch batch;
  batch.Put(RecordKey(ids.first, ids.second), model::ToJson(record));
  PINION_CHECK(store_.Apply(batch));
  return {};
}

base::Status SegmentService::VisitTags(std::string_view after, const TagVisitor& visit) const {
  return apps::VisitTagsOfRecords(
      store_, {.space = KeySpace::kSegment, .kind = "segments"}, after, visit);
}

base::Status SegmentService::OnDelete(const base::AppId& app, storage::WriteBatch& batch) {
  for (const KeySpace space :
       {KeySpace::kSegment, KeySpace::kSegmentVersion, KeySpace::kSegmentMembers}) {
    batch.DeletePrefix(KeyWriter(space).Text(app.value()).Take());
  }
  return {};
}

}  // namespace pinion::segments
