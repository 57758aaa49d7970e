// What is opened before anything is built on it: data directory, store, secrets, keys. For the
// server and for commands that work on a data directory while no server runs.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "auth/access_key_store.h"
#include "auth/secret_box.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "server/config.h"
#include "server/data_directory.h"
#include "storage/rocks_store.h"
#include "users/console_access.h"

namespace pinion::server {

// In the order of their dependencies.
struct OpenedData {
  DataDirectory directory;
  std::unique_ptr<base::RandomSource> random;
  std::unique_ptr<storage::RocksStore> store;
  std::unique_ptr<auth::SecretBox> secrets;
  // Where a manual clock begins: where it stood, but not before the present.
  base::Timestamp manual_start;
  // Signs envelope senders (CHN-73).
  std::string envelope_key;
  // Marks the identities that are made here (AUTH-54).
  std::string identity_key;
  // Makes keyed hashes of erased people's ids (OPS-63).
  std::string privacy_key;
};

// Makes the data directory at the first start. Fails as DataDirectory::Open; kInvalidArgument when
// the master key is not the one of the store.
base::Result<OpenedData> OpenData(const Config& config);

// The access keys, the configured one among them.
base::Result<std::unique_ptr<auth::AccessKeyStore>> OpenKeys(
    const Config& config, auth::AccessKeyStore::Collaborators collaborators);

// Users and sessions of the console. `public_url` is asked for each setup URL.
base::Result<std::unique_ptr<users::ConsoleAccess>> OpenConsole(
    const Config& config,
    const users::ConsoleAccess::Collaborators& collaborators,
    std::function<std::string()> public_url);

}  // namespace pinion::server
