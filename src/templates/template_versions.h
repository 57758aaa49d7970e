// TemplateVersions: the stored message templates and their versions, whatever their type:
// numbering, the active version, lists, tags (TPL-20 to TPL-34). Content is JSON that nobody here
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

  // kInvalidArgument for a target that may not be written, kNotFound for one that does not exist.
  base::Status Update(const TemplateId& id, const UpdateTarget& target, TemplateContent content);
  // Without version all of the template. kInvalidArgument for the active version while there are
  // others.
  base::Status Delete(const TemplateId& id, const std::optional<std::string>& version);
  // kInvalidArgument without version, kNotFound for an unknown one.
  base::Status SetActive(const TemplateId& id, const std::optional<std::string>& version);

  // Newest first; resume keys are version numbers. kNotFound.
  base::Result<base::Page<model::TemplateVersionRecord>> ListVersions(
      const TemplateId& id, const base::PageRequest& page) const;
  // By name, then type, each with its active version; resume keys are `name/TYPE`.
  base::Result<base::Page<StoredTemplate>> List(const TemplateListRequest& request) const;

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
  base::Status DeleteVersion(const TemplateId& id, const std::string& version);
  base::Result<std::optional<int32_t>> NewestBelow(const TemplateId& id, int32_t version) const;

  storage::KeyValueStore& store_;
  const base::Clock& clock_;
  std::array<std::mutex, kStripes> writes_;
};

}  // namespace pinion::templates
