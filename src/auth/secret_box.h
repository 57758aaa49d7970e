// Seals secrets for the store (OPS-61): key secrets, channel credentials, transport passwords. They
// are sealed under a data key, which lies in the store sealed under the master key; so a change of
// the master key re-seals one record. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "auth/master_key.h"
#include "base/random.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::auth {

class SecretBox {
 public:
  // What to do when the master key does not open the data keys in the store. kStartAnew, for a
  // restored directory whose master key is lost, makes a new data key; what was sealed before
  // cannot be opened then (OPS-14).
  enum class OnMismatch { kRefuse, kStartAnew };

  // Reads the data keys, and makes one, durable, if there is none. kConflict if the master key is
  // not the right one. `store` is used only here and in ChangeMasterKey; `random` must outlive the
  // box.
  static base::Result<std::unique_ptr<SecretBox>> Open(
      storage::KeyValueStore& store,
      const MasterKey& master_key,
      base::RandomSource& random,
      OnMismatch on_mismatch = OnMismatch::kRefuse);

  // Whether this is the master key that seals the newest data key of the store.
  static base::Result<bool> IsMasterKeyOf(const storage::Reader& store, const MasterKey& key);

  // `associated` binds the sealed bytes to where they belong, such as `key/PNAK…`: they open with
  // the same text only.
  std::string Seal(std::string_view secret, std::string_view associated) const;
  // kInternal if it was sealed elsewhere, for something else, or was altered.
  base::Result<std::string> Open(std::string_view sealed, std::string_view associated) const;

  // Seals the data keys under another master key and makes that durable. Until it returns, the old
  // one is the right one.
  base::Status ChangeMasterKey(storage::KeyValueStore& store, const MasterKey& master_key) const;

 private:
  explicit SecretBox(base::RandomSource& random) : random_(random) {}

  base::RandomSource& random_;
  // By number; the last one seals. Does not change after Open.
  std::map<uint32_t, std::string> data_keys_;
};

}  // namespace pinion::auth
