// Message templates: created, versioned, read, listed, tagged (templates.md sections 1 and 2), and
// their compiled content for senders. One implementation for the five types, generic over the kinds
// of template_kinds.h. Thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arn.h"
#include "base/clock.h"
#include "base/page.h"
#include "base/result.h"
#include "base/tags.h"
#include "model/templates.h"
#include "storage/key_value_store.h"
#include "templates/content_cache.h"
#include "templates/template_kinds.h"
#include "templates/template_settings.h"
#include "templates/template_versions.h"

namespace pinion::templates {

class TemplateService final : public base::TaggedResources {
 public:
  struct Options {
    std::string account_id;
    // Versions of templates that stay compiled.
    size_t compiled_max = 512;
  };

  // Store and clock must outlive the service.
  TemplateService(storage::KeyValueStore& store, const base::Clock& clock, Options options);

  // Version 1 of a new template; its ARN. `region` is that of the signing scope. kInvalidArgument
  // for a name, a field or a part that breaks a rule, or if the template exists; nothing is stored
  // then. `error` receives the particulars of a malformed part if it is not null, here and in
  // Update.
  struct Author {
    std::string identity;
  };
  template <class Kind>
  base::Result<std::string> Create(const std::string& name,
                                   const typename Kind::Request& request,
                                   std::string_view region,
                                   const Author& author = {},
                                   TemplateError* error = nullptr);
  // `version`: absent (the active one), a number or `latest`. kNotFound.
  template <class Kind>
  base::Result<typename Kind::Response> Get(const std::string& name,
                                            const std::optional<std::string>& version) const;
  // Replaces the content of the latest version, or adds a version. kInvalidArgument like Create and
  // for a target that may not be written, kNotFound.
  template <class Kind>
  base::Status Update(const std::string& name,
                      const typename Kind::Request& request,
                      const UpdateTarget& target,
                      TemplateError* error = nullptr);
  // Without version all of the template. kInvalidArgument for the active version while there are
  // others, kNotFound.
  base::Status Delete(const TemplateId& id, const std::optional<std::string>& version);
  // kInvalidArgument without version, kNotFound.
  base::Status SetActiveVersion(const TemplateId& id, const std::optional<std::string>& version);
  // Newest first. kNotFound.
  base::Result<base::Page<model::TemplateVersionResponse>> ListVersions(
      const TemplateId& id, const base::PageRequest& page) const;
  // By name, then type.
  base::Result<base::Page<model::TemplateResponse>> List(const TemplateListRequest& request) const;

  // What senders render: compiled once for each version, and again after it was overwritten.
  // kNotFound.
  template <class Kind>
  base::Result<std::shared_ptr<const typename Kind::Compiled>> ResolveContent(
      const std::string& name, const std::optional<std::string>& version) const;

  // Approval and its policies (TPL-110 to TPL-115); see TemplateVersions.
  base::Result<model::TemplateApprovalResponse> GetApproval(
      const TemplateId& id, const std::optional<std::string>& version) const;
  base::Result<model::TemplateApprovalResponse> ChangeApproval(const TemplateId& id,
                                                               const ApprovalRequest& request);
  base::Result<base::Page<model::TemplateApprovalResponse>> ListApprovals(
      const ApprovalListRequest& request) const;
  base::Result<model::TemplatePolicy> AccountPolicy() const;
  base::Result<model::TemplatePolicy> PutAccountPolicy(const model::TemplatePolicy& policy);
  base::Result<model::TemplatePolicy> PolicyInForce(const TemplateId& id) const;
  base::Result<model::TemplatePolicy> PutPolicy(const TemplateId& id,
                                                const model::TemplatePolicy& policy);
  // For senders, beside ResolveContent: kForbidden `Template version not approved` (TPL-112).
  base::Status CheckSendable(const TemplateId& id, int32_t version) const {
    return versions_.CheckSendable(id, version);
  }

  // The texts of a version that are rendered or say how (TPL-104), by the name of their part, in
  // ascending order of the names. kNotFound.
  base::Result<std::vector<std::pair<std::string, std::string>>> TextPartsOf(
      const TemplateId& id, const std::optional<std::string>& version) const;

  // TPL-103. kNotFound.
  base::Result<model::TemplateVariables> VariablesOf(
      const TemplateId& id, const std::optional<std::string>& version) const;

  TemplateSettings& settings() { return settings_; }
  const TemplateSettings& settings() const { return settings_; }

  // EMAIL, SMS, PUSH, VOICE, INAPP in any letter case (TPL-31); kInvalidArgument for anything else.
  static base::Result<model::TemplateType> ParseType(std::string_view text);

  // The region of the ARN of `templates/{name}/{TYPE}`. kNotFound.
  base::Result<std::string> RegionOf(std::string_view resource) const;

  // `templates/{name}/{TYPE}`.
  base::Result<base::Tags> TagsOf(std::string_view resource) const override;
  base::Status UpdateTags(std::string_view resource, const base::TagChange& change) override;
  base::Status VisitTags(std::string_view after, const TagVisitor& visit) const override;

 private:
  // Rules, parts and references of a request.
  template <class Kind>
  base::Status Check(const typename Kind::Request& request, TemplateError* error) const;
  template <class Kind>
  base::Result<model::TemplateVariables> VariablesOfKind(
      const std::string& name, const std::optional<std::string>& version) const;
  base::Status CheckRecommender(const std::optional<std::string>& id) const;

  storage::KeyValueStore& store_;
  Options options_;
  TemplateVersions versions_;
  TemplateSettings settings_;
  mutable ContentCache compiled_;
};

}  // namespace pinion::templates
