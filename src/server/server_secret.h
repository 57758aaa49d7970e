// Secrets that the server makes for itself at first start and keeps in its store, such as the key
// of page tokens.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::server {

// 32 random bytes that stay the same for the life of the store. At start, before requests.
base::Result<std::string> ServerSecret(storage::KeyValueStore& store,
                                       std::string_view name,
                                       base::RandomSource& random);

}  // namespace pinion::server
