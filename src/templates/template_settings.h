// What becomes of messages whose variables are not found, by account and by application (TPL-79,
// TPL-105). Thread-safe.
#pragma once

#include "base/ids.h"
#include "base/result.h"
#include "model/templates.h"
#include "storage/key_value_store.h"
#include "templates/engine/renderer.h"

namespace pinion::templates {

class TemplateSettings {
 public:
  // `store` must outlive this.
  explicit TemplateSettings(storage::KeyValueStore& store) : store_(store) {}

  // Every member is set in what is answered.
  base::Result<model::TemplateSettings> Get() const;
  base::Result<model::TemplateSettings> Put(const model::TemplateSettings& settings);
  // Those of the account where the application has none of its own; a member that is absent in
  // `settings` goes back to that.
  base::Result<model::TemplateSettings> GetOf(const base::AppId& app) const;
  base::Result<model::TemplateSettings> PutOf(const base::AppId& app,
                                              const model::TemplateSettings& settings);
  // Adds the removal of an application's settings.
  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

  base::Result<MissingPolicy> MissingPolicyOf(const base::AppId& app) const;

 private:
  base::Result<model::TemplateSettings> Read(const std::string& key) const;

  storage::KeyValueStore& store_;
};

}  // namespace pinion::templates
