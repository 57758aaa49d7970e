// What AudienceService holds in memory for one application. Internal to the module.
#pragma once

#include <cstdint>
#include <mutex>

#include "audience/attribute_blocklist.h"
#include "audience/attribute_index.h"
#include "audience/audience_keys.h"
#include "audience/audience_settings.h"
#include "base/ids.h"

namespace pinion::audience {

struct ApplicationAudience {
  explicit ApplicationAudience(base::AppId app) : id(std::move(app)), keys(id) {}

  const base::AppId id;
  const AudienceKeys keys;
  // Changed only while `write` is held, after the store has been.
  SharedAttributeIndex index;

  std::mutex write;
  // Below: guarded by `write`.
  bool closed = false;
  uint32_t next_ordinal = 0;
  // Ordinals below are covered by the limit in the store, so that none is given out twice, whatever
  // happens.
  uint32_t reserved_ordinals = 0;
  AttributeBlocklist blocklist;
  AudienceSettings settings;
};

}  // namespace pinion::audience
