#include "apps/application_records.h"

#include <mutex>
#include <utility>

#include "apps/application_key.h"
#include "model/codec.h"

namespace pinion::apps {

base::Result<ApplicationRecords::Record> ApplicationRecords::Get(const base::AppId& app) const {
  uint64_t changes = 0;
  {
    const std::shared_lock lock(mutex_);
    const auto kept = kept_.find(app);
    if (kept != kept_.end()) {
      return kept->second;
    }
    changes = changes_;
  }
  PINION_TRY(const auto stored, store_.Get(ApplicationKey(app)));
  if (!stored) {
    return base::NotFound("Application not found");
  }
  PINION_TRY(auto decoded, model::Decode<model::ApplicationRecord>(*stored));
  Record record = std::make_shared<const model::ApplicationRecord>(std::move(decoded));
  const std::unique_lock lock(mutex_);
  if (changes == changes_) {
    if (kept_.size() >= kept_max_) {
      kept_.clear();  // the ones in use come back at once
    }
    kept_[app] = record;
  }
  return record;
}

void ApplicationRecords::Changed(const base::AppId& app) {
  const std::unique_lock lock(mutex_);
  ++changes_;
  kept_.erase(app);
}

}  // namespace pinion::apps
