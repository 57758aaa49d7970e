// The settings of an application: hook, limits, quiet time, journey limits (API-81, AUD-80 to
// AUD-83, CMP-801). They exist from the moment the application does. Callers check first that the
// application exists. Thread-safe.
#pragma once

#include <mutex>

#include "apps/application_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "model/settings.h"
#include "storage/key_value_store.h"

namespace pinion::apps {

class SettingsService final : public AppDeletionHook {
 public:
  SettingsService(storage::KeyValueStore& store,
                  const base::Clock& clock,
                  const ApplicationService& applications);

  // The four objects are always there, empty until they are set.
  base::Result<model::ApplicationSettingsResource> Get(const base::AppId& app) const;
  // Members that are absent stay as they are. kInvalidArgument changes nothing.
  base::Result<model::ApplicationSettingsResource> Update(
      const base::AppId& app, const model::WriteApplicationSettingsRequest& request);

  base::Status OnDelete(const base::AppId& app, storage::WriteBatch& batch) override;

 private:
  base::Result<model::ApplicationSettingsRecord> Read(const base::AppId& app) const;

  storage::KeyValueStore& store_;
  const base::Clock& clock_;
  const ApplicationService& applications_;
  std::mutex writes_;
};

}  // namespace pinion::apps
