// Message templates: created, versioned, read, listed, tagged (templates.md sections 1 and 2), and
// their compiled content for senders. One implementation for the five types, generic over the kinds
// of template_kinds.h. Thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/arn.h"
#include "base/clock.h"
#include "base/page.h"
#include "base/result.h"
#include "base/tags.h"
#include "model/templates.h"
#include "storage/key_value_store.h"
#include "templates/content_cache.h"
#include "templates/template_kinds.h"
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
  template <class Kind>
  base::Result<std::string> Create(const std::string& name,
                                   const typename Kind::Request& request,
                                   std::string_view region,
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
  base::Status CheckRecommender(const std::optional<std::string>& id) const;

  storage::KeyValueStore& store_;
  Options options_;
  TemplateVersions versions_;
  mutable ContentCache compiled_;
};

}  // namespace pinion::templates
