// Where the record of an application stands in the store.
#pragma once

#include <string>

#include "base/ids.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::apps {

inline std::string ApplicationKey(const base::AppId& app) {
  return storage::KeyWriter(storage::KeySpace::kApp).Text(app.value()).Take();
}

}  // namespace pinion::apps
