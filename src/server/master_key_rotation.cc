#include "server/master_key_rotation.h"

#include <filesystem>
#include <string>
#include <system_error>

#include "base/log.h"

namespace pinion::server {

namespace {

base::Status TakePlace(const auth::MasterKey& next, const DataDirectory& directory) {
  // Written whole under the final name; only then the other may go.
  PINION_CHECK(next.WriteTo(directory.master_key_path()));
  std::error_code failure;
  std::filesystem::remove(directory.next_master_key_path(), failure);
  return {};
}

}  // namespace

base::Result<auth::MasterKey> MasterKeyOfDirectory(const DataDirectory& directory,
                                                   const storage::Reader& store,
                                                   base::RandomSource& random) {
  std::error_code failure;
  if (std::filesystem::exists(directory.next_master_key_path(), failure)) {
    PINION_TRY(const auth::MasterKey next,
               auth::MasterKey::FromFile(directory.next_master_key_path(), random));
    PINION_TRY(const bool in_use, auth::SecretBox::IsMasterKeyOf(store, next));
    if (in_use) {
      PINION_CHECK(TakePlace(next, directory));
      base::Log(base::LogLevel::kInfo, "server", "A change of the master key is finished.");
    }
  }
  return auth::MasterKey::FromFile(directory.master_key_path(), random);
}

base::Status ChangeMasterKeyOfDirectory(const DataDirectory& directory,
                                        storage::KeyValueStore& store,
                                        const auth::SecretBox& secrets,
                                        const auth::MasterKey& next) {
  PINION_CHECK(next.WriteTo(directory.next_master_key_path()));
  PINION_CHECK(secrets.ChangeMasterKey(store, next));
  return TakePlace(next, directory);
}

}  // namespace pinion::server
