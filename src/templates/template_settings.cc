#include "templates/template_settings.h"

#include <string>

#include "model/codec.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::templates {
namespace {

using storage::KeySpace;
using storage::KeyWriter;

std::string AccountKey() {
  return KeyWriter(KeySpace::kSetting).Text("templates").Take();
}

std::string ApplicationKey(const base::AppId& app) {
  return KeyWriter(KeySpace::kAppOverlay).Text(app.value()).Text("templates").Take();
}

}  // namespace

base::Result<model::TemplateSettings> TemplateSettings::Read(const std::string& key) const {
  PINION_TRY(const auto bytes, store_.Get(key));
  return bytes ? model::Decode<model::TemplateSettings>(*bytes) : model::TemplateSettings();
}

base::Result<model::TemplateSettings> TemplateSettings::Get() const {
  PINION_TRY(model::TemplateSettings settings, Read(AccountKey()));
  if (!settings.missing_variables) {
    settings.missing_variables = model::MissingVariablesSetting::kOmit;
  }
  return settings;
}

base::Result<model::TemplateSettings> TemplateSettings::Put(
    const model::TemplateSettings& settings) {
  storage::WriteBatch batch;
  batch.Put(AccountKey(), model::ToJson(settings));
  PINION_CHECK(store_.Apply(batch));
  return Get();
}

base::Result<model::TemplateSettings> TemplateSettings::GetOf(const base::AppId& app) const {
  PINION_TRY(model::TemplateSettings settings, Read(ApplicationKey(app)));
  return settings.missing_variables ? settings : Get();
}

base::Result<model::TemplateSettings> TemplateSettings::PutOf(
    const base::AppId& app, const model::TemplateSettings& settings) {
  storage::WriteBatch batch;
  batch.Put(ApplicationKey(app), model::ToJson(settings));
  PINION_CHECK(store_.Apply(batch));
  return GetOf(app);
}

void TemplateSettings::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  batch.Delete(ApplicationKey(app));
}

base::Result<MissingPolicy> TemplateSettings::MissingPolicyOf(const base::AppId& app) const {
  PINION_TRY(const model::TemplateSettings settings, GetOf(app));
  return settings.missing_variables == model::MissingVariablesSetting::kFail ? MissingPolicy::kFail
                                                                             : MissingPolicy::kOmit;
}

}  // namespace pinion::templates
