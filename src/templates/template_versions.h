// TemplateVersions: the stored message templates and their versions, whatever their type:
// numbering, the active version, lists, tags, approval (TPL-20 to TPL-34, TPL-110 to TPL-115).
// Content is JSON that nobody here
// looks into. Used by TemplateService. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/page.h"
#include "base/result.h"
#include "base/tags.h"
#include "model/templates.h"
#include "storage/key_value_store.h"
#include "templates/approval.h"

namespace pinion::templates {

struct TemplateId {
  std::string name;
  model::TemplateType type = model::TemplateType::kEmail;
};

struct TemplateContent {
  // Kept beside the content for lists.
  std::optional<std::string> description;
  std::optional<std::string> default_substitutions;
  std::string json;
};

struct StoredTemplate {
  model::TemplateRecord record;
  model::TemplateVersionRecord version;
};

// Which version an update writes to.
struct UpdateTarget {
  // A number or `latest`.
  std::optional<std::string> version;
  bool create_new_version = false;
  // The identity that writes.
  std::string by = {};
};

// One action of the approval workflow.
struct ApprovalRequest {
  // A number; absent or `latest`: the latest.
  std::optional<std::string> version;
  model::TemplateApprovalAction action = model::TemplateApprovalAction::kSubmit;
  std::string by;
  std::optional<std::string> comment;
  // Makes the version the active one once it is approved.
  bool activate = false;
};

struct ApprovalListRequest {
  std::optional<model::TemplateApprovalState> state;
  base::PageRequest page;
};

struct TemplateListRequest {
  std::string prefix;
  std::optional<model::TemplateType> type;
  base::PageRequest page;
};

class TemplateVersions {
 public:
  // Both must outlive this.
  TemplateVersions(storage::KeyValueStore& store, const base::Clock& clock)
      : store_(store), clock_(clock) {}

  struct NewTemplate {
    std::string arn;
    model::Map<std::string> tags;
    TemplateContent content;
    std::string by = {};
  };
  // kInvalidArgument if the template exists.
  base::Status Create(const TemplateId& id, NewTemplate created);

  // The template without content; kNotFound.
  base::Result<model::TemplateRecord> ReadRecord(const TemplateId& id) const;
  // `version`: absent (the active one), a number or `latest`. kNotFound.
  base::Result<StoredTemplate> Read(const TemplateId& id,
                                    const std::optional<std::string>& version) const;
  // The number that `version` stands for; it is not looked up. kNotFound for what is no version.
  static base::Result<int32_t> NumberOf(const model::TemplateRecord& record,
                                        const std::optional<std::string>& version);

  // kInvalidArgument for a target that may not be written, kNotFound for one that does not exist,
  // kForbidden for what approval protects (TPL-112).
  base::Status Update(const TemplateId& id, const UpdateTarget& target, TemplateContent content);
  // Without version all of the template. kInvalidArgument for the active version while there are
  // others.
  base::Status Delete(const TemplateId& id, const std::optional<std::string>& version);
  // kInvalidArgument without version, kNotFound for an unknown one, kForbidden for one that is not
  // approved where it must be.
  base::Status SetActive(const TemplateId& id, const std::optional<std::string>& version);

  // Newest first; resume keys are version numbers. kNotFound.
  base::Result<base::Page<model::TemplateVersionRecord>> ListVersions(
      const TemplateId& id, const base::PageRequest& page) const;
  // By name, then type, each with its active version; resume keys are `name/TYPE`.
  base::Result<base::Page<StoredTemplate>> List(const TemplateListRequest& request) const;

  // The version with its approval as it is now. kNotFound; ChangeApproval fails as
  // templates::ChangeApproval, and nothing changes then.
  base::Result<StoredTemplate> ReadApproval(const TemplateId& id,
                                            const std::optional<std::string>& version) const;
  base::Result<StoredTemplate> ChangeApproval(const TemplateId& id, const ApprovalRequest& request);
  // All versions that are in a state, without their content, by name, type and version. Resume keys
  // are `name/TYPE/version`.
  base::Result<base::Page<StoredTemplate>> ListApprovals(const ApprovalListRequest& request) const;
  // kForbidden for a version that must be approved before it is sent, and is not.
  base::Status CheckSendable(const TemplateId& id, int32_t version) const;

  // Policies: the account's as it was put, and the one that is in force for a template, which puts
  // its own members before the account's. kInvalidArgument, kNotFound.
  base::Result<model::TemplatePolicy> AccountPolicy() const;
  base::Status PutAccountPolicy(const model::TemplatePolicy& policy);
  base::Result<ApprovalPolicy> PolicyInForce(const TemplateId& id) const;
  base::Status PutPolicy(const TemplateId& id, const model::TemplatePolicy& policy);

  // kNotFound, kInvalidArgument: nothing changes.
  base::Status UpdateTags(const TemplateId& id, const base::TagChange& change);
  // By name, then type, from behind `after` on, until `visit` answers false.
  base::Status VisitTags(
      const std::optional<TemplateId>& after,
      const std::function<bool(const TemplateId& id, const base::Tags& tags)>& visit) const;

 private:
  static constexpr size_t kStripes = 64;

  // Held from reading to writing a template.
  std::mutex& WritesOf(const TemplateId& id);
  base::Status Store(const TemplateId& id,
                     model::TemplateRecord record,
                     storage::WriteBatch& batch);
  base::Result<ApprovalPolicy> PolicyFor(const model::TemplateRecord& record) const;
  base::Status DeleteVersion(const TemplateId& id, const std::string& version);
  base::Result<std::optional<int32_t>> NewestBelow(const TemplateId& id, int32_t version) const;

  storage::KeyValueStore& store_;
  const base::Clock& clock_;
  std::array<std::mutex, kStripes> writes_;
};

}  // namespace pinion::templates
