#include "server/server_secret.h"

#include <array>

#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::server {

base::Result<std::string> ServerSecret(storage::KeyValueStore& store,
                                       std::string_view name,
                                       base::RandomSource& random) {
  const std::string key =
      storage::KeyWriter(storage::KeySpace::kMeta).Text("secret").Text(name).Take();
  PINION_TRY(auto stored, store.Get(key));
  if (stored) {
    return *std::move(stored);
  }
  std::array<uint8_t, 32> bytes{};
  random.Fill(bytes);
  std::string secret(bytes.begin(), bytes.end());
  storage::WriteBatch batch;
  batch.Put(key, secret);
  PINION_CHECK(store.Apply(batch));
  PINION_CHECK(store.Sync());
  return secret;
}

}  // namespace pinion::server
