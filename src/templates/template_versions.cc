#include "templates/template_versions.h"

#include <charconv>
#include <functional>
#include <utility>
#include <vector>

#include "model/codec.h"
#include "storage/key.h"

namespace pinion::templates {
namespace {

using storage::KeyReader;
using storage::KeySpace;
using storage::KeyWriter;

constexpr std::string_view kLatest = "latest";

std::string RecordKey(const TemplateId& id) {
  return KeyWriter(KeySpace::kTemplate).Text(id.name).Text(model::ToWire(id.type)).Take();
}

std::string PolicyKey() {
  return KeyWriter(KeySpace::kSetting).Text("templates-policy").Take();
}

std::string VersionsPrefix(const TemplateId& id) {
  return KeyWriter(KeySpace::kTemplateVersion).Text(id.name).Text(model::ToWire(id.type)).Take();
}

std::string VersionKey(const TemplateId& id, int32_t version) {
  return KeyWriter(KeySpace::kTemplateVersion)
      .Text(id.name)
      .Text(model::ToWire(id.type))
      .U32(static_cast<uint32_t>(version))
      .Take();
}

base::Error NoTemplate(const TemplateId& id) {
  return base::NotFound("Template " + id.name + " of type " + std::string(model::ToWire(id.type)) +
                        " does not exist.");
}

base::Error NoVersion(const std::string& name, std::string_view version) {
  constexpr size_t kShownMax = 100;
  return base::NotFound("Version '" + std::string(version.substr(0, kShownMax)) + "' of template " +
                        name + " does not exist.");
}

// A number from 1 on, written without leading zeros.
std::optional<int32_t> ParseVersion(std::string_view text) {
  int32_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole && number > 0 && text[0] != '0' ? std::optional(number) : std::nullopt;
}

model::TemplateVersionRecord VersionOf(int32_t number,
                                       base::Timestamp created_at,
                                       base::Timestamp modified_at,
                                       TemplateContent content) {
  model::TemplateVersionRecord version;
  version.version = number;
  version.created_at = created_at;
  version.modified_at = modified_at;
  version.description = std::move(content.description);
  version.default_substitutions = std::move(content.default_substitutions);
  version.content.text = std::move(content.json);
  return version;
}

base::Result<model::TemplateRecord> ReadRecordFrom(const storage::Reader& reader,
                                                   const TemplateId& id) {
  PINION_TRY(const std::optional<std::string> bytes, reader.Get(RecordKey(id)));
  if (!bytes) {
    return NoTemplate(id);
  }
  return model::Decode<model::TemplateRecord>(*bytes);
}

base::Result<std::optional<model::TemplateVersionRecord>> FindVersion(const storage::Reader& reader,
                                                                      const TemplateId& id,
                                                                      int32_t number) {
  PINION_TRY(const std::optional<std::string> bytes, reader.Get(VersionKey(id, number)));
  if (!bytes) {
    return std::optional<model::TemplateVersionRecord>();
  }
  PINION_TRY(auto version, model::Decode<model::TemplateVersionRecord>(*bytes));
  return std::optional(std::move(version));
}

base::Result<model::TemplateVersionRecord> RequireVersion(const storage::Reader& reader,
                                                          const TemplateId& id,
                                                          int32_t number) {
  PINION_TRY(auto version, FindVersion(reader, id, number));
  if (!version) {
    return NoVersion(id.name, std::to_string(number));
  }
  return *std::move(version);
}

base::Error NotApproved(int32_t version) {
  return base::Forbidden("Version " + std::to_string(version) + " is not approved.");
}

}  // namespace

std::mutex& TemplateVersions::WritesOf(const TemplateId& id) {
  return writes_[std::hash<std::string>{}(RecordKey(id)) % kStripes];
}

// Every change gives the template another revision, also after it was deleted and made again: what
// was compiled for an earlier one is then known to be old.
base::Status TemplateVersions::Store(const TemplateId& id,
                                     model::TemplateRecord record,
                                     storage::WriteBatch& batch) {
  record.revision = static_cast<int64_t>(store_.LastSequence()) + 1;
  batch.Put(RecordKey(id), model::ToJson(record));
  PINION_CHECK(store_.Apply(batch));
  return {};
}

base::Status TemplateVersions::Create(const TemplateId& id, NewTemplate created) {
  const std::lock_guard lock(WritesOf(id));
  PINION_TRY(const std::optional<std::string> existing, store_.Get(RecordKey(id)));
  if (existing) {
    return base::InvalidArgument("Template " + id.name + " of type " +
                                 std::string(model::ToWire(id.type)) + " already exists.");
  }
  const base::Timestamp now = clock_.Now();
  model::TemplateRecord record;
  record.name = id.name;
  record.type = id.type;
  record.arn = std::move(created.arn);
  record.active_version = record.latest_version = record.highest_version = 1;
  record.tags = std::move(created.tags);
  auto version = VersionOf(1, now, now, std::move(created.content));
  version.approval = ApprovalOfNewContent({}, created.by, now);
  storage::WriteBatch batch;
  batch.Put(VersionKey(id, 1), model::ToJson(version));
  return Store(id, std::move(record), batch);
}

base::Result<model::TemplateRecord> TemplateVersions::ReadRecord(const TemplateId& id) const {
  return ReadRecordFrom(store_, id);
}

base::Result<int32_t> TemplateVersions::NumberOf(const model::TemplateRecord& record,
                                                 const std::optional<std::string>& version) {
  if (!version) {
    return record.active_version;
  }
  if (*version == kLatest) {
    return record.latest_version;
  }
  const std::optional<int32_t> number = ParseVersion(*version);
  if (!number) {
    return NoVersion(record.name, *version);
  }
  return *number;
}

base::Result<StoredTemplate> TemplateVersions::Read(
    const TemplateId& id, const std::optional<std::string>& version) const {
  const auto snapshot = store_.Snapshot();
  PINION_TRY(model::TemplateRecord record, ReadRecordFrom(*snapshot, id));
  PINION_TRY(const int32_t number, NumberOf(record, version));
  PINION_TRY(model::TemplateVersionRecord stored, RequireVersion(*snapshot, id, number));
  return StoredTemplate{std::move(record), std::move(stored)};
}

base::Status TemplateVersions::Update(const TemplateId& id,
                                      const UpdateTarget& target,
                                      TemplateContent content) {
  if (target.create_new_version && target.version) {
    return base::InvalidArgument(
        "Parameter 'version' cannot be given together with 'create-new-version'.");
  }
  const std::lock_guard lock(WritesOf(id));
  PINION_TRY(model::TemplateRecord record, ReadRecord(id));
  const base::Timestamp now = clock_.Now();
  base::Timestamp created_at = now;
  std::optional<model::TemplateApprovalRecord> before;
  if (target.create_new_version) {
    record.latest_version = ++record.highest_version;
  } else {
    const std::optional<std::string> wanted = target.version.value_or(std::string(kLatest));
    PINION_TRY(const int32_t number, NumberOf(record, wanted));
    PINION_TRY(const auto overwritten, RequireVersion(store_, id, number));
    if (number != record.latest_version) {
      return base::InvalidArgument("Only the latest version, " +
                                   std::to_string(record.latest_version) +
                                   ", can be updated, not version " + std::to_string(number) + ".");
    }
    PINION_TRY(const ApprovalPolicy policy, PolicyFor(record));
    if (policy.require_approval && (IsApproved(overwritten) || number == record.active_version)) {
      return base::Forbidden("Version " + std::to_string(number) +
                             " is approved or active and cannot be overwritten; use "
                             "create-new-version=true.");
    }
    created_at = overwritten.created_at;
    before = ApprovalOf(overwritten);
  }
  const int32_t number = record.latest_version;
  auto version = VersionOf(number, created_at, now, std::move(content));
  version.approval = ApprovalOfNewContent(before, target.by, now);
  storage::WriteBatch batch;
  batch.Put(VersionKey(id, number), model::ToJson(version));
  return Store(id, std::move(record), batch);
}

base::Status TemplateVersions::Delete(const TemplateId& id,
                                      const std::optional<std::string>& version) {
  const std::lock_guard lock(WritesOf(id));
  if (version) {
    return DeleteVersion(id, *version);
  }
  PINION_CHECK(ReadRecord(id));
  storage::WriteBatch batch;
  batch.Delete(RecordKey(id));
  batch.DeletePrefix(VersionsPrefix(id));
  PINION_CHECK(store_.Apply(batch));
  return {};
}

base::Status TemplateVersions::DeleteVersion(const TemplateId& id, const std::string& version) {
  PINION_TRY(model::TemplateRecord record, ReadRecord(id));
  PINION_TRY(const int32_t number, NumberOf(record, version));
  PINION_CHECK(RequireVersion(store_, id, number));
  size_t versions = 0;
  PINION_CHECK(store_.Scan({.prefix = VersionsPrefix(id)},
                           [&](std::string_view, std::string_view) { return ++versions < 2; }));
  storage::WriteBatch batch;
  batch.Delete(VersionKey(id, number));
  if (versions == 1) {
    batch.Delete(RecordKey(id));
    PINION_CHECK(store_.Apply(batch));
    return {};
  }
  if (number == record.active_version) {
    return base::InvalidArgument("Version " + std::to_string(number) +
                                 " is the active version and cannot be deleted.");
  }
  if (number == record.latest_version) {
    PINION_TRY(const std::optional<int32_t> newest, NewestBelow(id, number));
    record.latest_version = newest.value_or(record.active_version);
  }
  return Store(id, std::move(record), batch);
}

base::Result<std::optional<int32_t>> TemplateVersions::NewestBelow(const TemplateId& id,
                                                                   int32_t version) const {
  const std::string prefix = VersionsPrefix(id);
  const std::string from = VersionKey(id, version - 1);
  std::optional<int32_t> newest;
  PINION_CHECK(
      store_.Scan({.prefix = prefix, .from = from, .direction = storage::Direction::kBackward},
                  [&](std::string_view key, std::string_view) {
                    KeyReader reader(key);
                    reader.Text();
                    reader.Text();
                    newest = static_cast<int32_t>(reader.U32());
                    return false;
                  }));
  return newest;
}

base::Status TemplateVersions::SetActive(const TemplateId& id,
                                         const std::optional<std::string>& version) {
  if (!version || version->empty()) {
    return base::InvalidArgument("Missing required member 'Version'.");
  }
  const std::lock_guard lock(WritesOf(id));
  PINION_TRY(model::TemplateRecord record, ReadRecord(id));
  PINION_TRY(const int32_t number, NumberOf(record, version));
  PINION_TRY(const auto wanted, RequireVersion(store_, id, number));
  PINION_TRY(const ApprovalPolicy policy, PolicyFor(record));
  if (policy.require_approval && !IsApproved(wanted)) {
    return NotApproved(number);
  }
  record.active_version = number;
  storage::WriteBatch batch;
  return Store(id, std::move(record), batch);
}

base::Result<StoredTemplate> TemplateVersions::ReadApproval(
    const TemplateId& id, const std::optional<std::string>& version) const {
  return Read(id, version.value_or(std::string(kLatest)));
}

base::Result<StoredTemplate> TemplateVersions::ChangeApproval(const TemplateId& id,
                                                              const ApprovalRequest& request) {
  const std::lock_guard lock(WritesOf(id));
  PINION_TRY(StoredTemplate stored, ReadApproval(id, request.version));
  PINION_TRY(const ApprovalPolicy policy, PolicyFor(stored.record));
  model::TemplateApprovalRecord approval = ApprovalOf(stored.version);
  const int32_t number = stored.version.version;
  PINION_CHECK(templates::ChangeApproval(
      {.action = request.action, .by = request.by, .at = clock_.Now(), .comment = request.comment},
      policy,
      number == stored.record.active_version,
      approval));
  const bool is_final = request.action == model::TemplateApprovalAction::kApprove &&
                        approval.state == model::TemplateApprovalState::kApproved;
  if (request.activate && is_final) {
    stored.record.active_version = number;
  }
  stored.version.approval = std::move(approval);
  storage::WriteBatch batch;
  batch.Put(VersionKey(id, number), model::ToJson(stored.version));
  PINION_CHECK(Store(id, stored.record, batch));
  return stored;
}

base::Result<base::Page<StoredTemplate>> TemplateVersions::ListApprovals(
    const ApprovalListRequest& request) const {
  base::Page<StoredTemplate> page;
  base::Status decoded;
  const std::string after = request.page.after;
  const size_t version_at = after.rfind('/');
  const size_t type_at =
      version_at == std::string::npos ? version_at : after.rfind('/', version_at - 1);
  std::string from;
  if (type_at != std::string::npos) {
    const auto type =
        model::TemplateTypeFromWire(after.substr(type_at + 1, version_at - type_at - 1));
    const auto version = ParseVersion(after.substr(version_at + 1));
    if (!type || !version) {
      return base::InvalidArgument("The token is damaged.");
    }
    from = VersionKey({.name = after.substr(0, type_at), .type = *type}, *version + 1);
  }
  std::string last;
  const auto visit = [&](std::string_view key, std::string_view value) {
    auto version = model::Decode<model::TemplateVersionRecord>(value);
    if (!version.ok()) {
      decoded = base::Internal("Template version: " + version.error().message);
      return false;
    }
    if (request.state && ApprovalOf(*version).state != *request.state) {
      return true;
    }
    if (page.items.size() >= request.page.limit) {
      page.next = last;
      return false;
    }
    KeyReader reader(key);
    StoredTemplate& item = page.items.emplace_back();
    item.record.name = reader.Text();
    const std::string type(reader.Text());
    item.record.type = model::TemplateTypeFromWire(type).value_or(item.record.type);
    item.version = *std::move(version);
    item.version.content.text = "{}";
    last = item.record.name + "/" + type + "/" + std::to_string(item.version.version);
    return true;
  };
  PINION_CHECK(store_.Snapshot()->Scan(
      {.prefix = KeyWriter(KeySpace::kTemplateVersion).Take(), .from = from}, visit));
  PINION_CHECK(decoded);
  return page;
}

base::Status TemplateVersions::CheckSendable(const TemplateId& id, int32_t version) const {
  PINION_TRY(const ApprovalPolicy policy, PolicyInForce(id));
  if (!policy.require_approval) {
    return {};
  }
  PINION_TRY(const auto stored, RequireVersion(store_, id, version));
  return IsApproved(stored) ? base::Status() : base::Forbidden("Template version not approved");
}

base::Result<model::TemplatePolicy> TemplateVersions::AccountPolicy() const {
  PINION_TRY(const auto bytes, store_.Get(PolicyKey()));
  return bytes ? model::Decode<model::TemplatePolicy>(*bytes) : model::TemplatePolicy();
}

base::Status TemplateVersions::PutAccountPolicy(const model::TemplatePolicy& policy) {
  PINION_CHECK(CheckPolicy(policy));
  storage::WriteBatch batch;
  batch.Put(PolicyKey(), model::ToJson(policy));
  PINION_CHECK(store_.Apply(batch));
  return {};
}

base::Result<ApprovalPolicy> TemplateVersions::PolicyFor(
    const model::TemplateRecord& record) const {
  PINION_TRY(const model::TemplatePolicy account, AccountPolicy());
  return PolicyOf(account, record.policy);
}

base::Result<ApprovalPolicy> TemplateVersions::PolicyInForce(const TemplateId& id) const {
  PINION_TRY(const model::TemplateRecord record, ReadRecord(id));
  return PolicyFor(record);
}

base::Status TemplateVersions::PutPolicy(const TemplateId& id,
                                         const model::TemplatePolicy& policy) {
  PINION_CHECK(CheckPolicy(policy));
  const std::lock_guard lock(WritesOf(id));
  PINION_TRY(model::TemplateRecord record, ReadRecord(id));
  record.policy = policy;
  storage::WriteBatch batch;
  return Store(id, std::move(record), batch);
}

base::Result<base::Page<model::TemplateVersionRecord>> TemplateVersions::ListVersions(
    const TemplateId& id, const base::PageRequest& request) const {
  const auto snapshot = store_.Snapshot();
  PINION_CHECK(ReadRecordFrom(*snapshot, id));
  const std::string prefix = VersionsPrefix(id);
  const std::optional<int32_t> after = ParseVersion(request.after);
  const std::string from = after ? VersionKey(id, *after - 1) : std::string();
  base::Page<model::TemplateVersionRecord> page;
  base::Status decoded;
  PINION_CHECK(
      snapshot->Scan({.prefix = prefix, .from = from, .direction = storage::Direction::kBackward},
                     [&](std::string_view, std::string_view value) {
                       if (page.items.size() == request.limit) {
                         page.next = std::to_string(page.items.back().version);
                         return false;
                       }
                       auto version = model::Decode<model::TemplateVersionRecord>(value);
                       if (!version.ok()) {
                         decoded = std::move(version).error();
                         return false;
                       }
                       page.items.push_back(*std::move(version));
                       return true;
                     }));
  PINION_CHECK(decoded);
  return page;
}

base::Result<base::Page<StoredTemplate>> TemplateVersions::List(
    const TemplateListRequest& request) const {
  const auto snapshot = store_.Snapshot();
  const std::string prefix = KeyWriter(KeySpace::kTemplate).Raw(request.prefix).Take();
  std::string from;
  const size_t slash = request.page.after.find('/');
  if (slash != std::string::npos) {
    from = KeyWriter(KeySpace::kTemplate)
               .Text(request.page.after.substr(0, slash))
               .Text(request.page.after.substr(slash + 1))
               .Take() +
           '\0';
  }
  base::Page<StoredTemplate> page;
  base::Status decoded;
  PINION_CHECK(snapshot->Scan(
      {.prefix = prefix, .from = from}, [&](std::string_view key, std::string_view value) {
        KeyReader reader(key);
        reader.Text();
        const bool wanted = !request.type || reader.Text() == model::ToWire(*request.type);
        if (!wanted) {
          return true;
        }
        if (page.items.size() == request.page.limit) {
          const model::TemplateRecord& last = page.items.back().record;
          page.next = last.name + "/" + std::string(model::ToWire(last.type));
          return false;
        }
        auto record = model::Decode<model::TemplateRecord>(value);
        if (!record.ok()) {
          decoded = std::move(record).error();
          return false;
        }
        page.items.push_back({*std::move(record), {}});
        return true;
      }));
  PINION_CHECK(decoded);
  for (StoredTemplate& item : page.items) {
    PINION_TRY(item.version,
               RequireVersion(
                   *snapshot, {item.record.name, item.record.type}, item.record.active_version));
  }
  return page;
}

base::Status TemplateVersions::UpdateTags(const TemplateId& id, const base::TagChange& change) {
  const std::lock_guard lock(WritesOf(id));
  PINION_TRY(model::TemplateRecord record, ReadRecord(id));
  PINION_TRY(const base::Tags tags,
             base::ChangeTags({record.tags.begin(), record.tags.end()}, change));
  record.tags.clear();
  for (const auto& [key, value] : tags) {
    record.tags.Set(key, value);
  }
  storage::WriteBatch batch;
  return Store(id, std::move(record), batch);
}

base::Status TemplateVersions::VisitTags(
    const std::optional<TemplateId>& after,
    const std::function<bool(const TemplateId& id, const base::Tags& tags)>& visit) const {
  // The smallest key behind that of the last one.
  const std::string from = after ? RecordKey(*after) + '\0' : std::string();
  base::Status damaged;
  PINION_CHECK(store_.Scan({.prefix = KeyWriter(KeySpace::kTemplate).Take(), .from = from},
                           [&](std::string_view, std::string_view value) {
                             auto record = model::Decode<model::TemplateRecord>(value);
                             if (!record.ok()) {
                               damaged = std::move(record).error();
                               return false;
                             }
                             return visit({record->name, record->type}, record->tags.entries());
                           }));
  return damaged;
}

}  // namespace pinion::templates
