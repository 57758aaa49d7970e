#include "server/opened_data.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "auth/master_key.h"
#include "server/master_key_rotation.h"
#include "server/process_control.h"
#include "server/sending_hold.h"
#include "server/server_secret.h"

namespace pinion::server {

namespace {

base::Result<auth::MasterKey> MasterKeyOf(const Config& config,
                                          const DataDirectory& directory,
                                          const storage::Reader& store,
                                          base::RandomSource& random) {
  return config.master_key.empty() ? MasterKeyOfDirectory(directory, store, random)
                                   : auth::MasterKey::FromBase64(config.master_key);
}

base::Result<base::Timestamp> ManualStart(const storage::Reader& store) {
  const base::Timestamp now = base::SystemClock().Now();
  PINION_TRY(const auto stored, StoredManualTime(store));
  return stored ? std::max(*stored, now) : now;
}

// A wrong master key is a matter of configuration, not of another process.
base::Result<std::unique_ptr<auth::SecretBox>> OpenSecrets(storage::KeyValueStore& store,
                                                           const auth::MasterKey& master_key,
                                                           base::RandomSource& random) {
  // OPS-14: a restored server does without the master key of the old one.
  PINION_TRY(const auto restored, SendingHeldSince(store));
  auto secrets = auth::SecretBox::Open(
      store,
      master_key,
      random,
      restored ? auth::SecretBox::OnMismatch::kStartAnew : auth::SecretBox::OnMismatch::kRefuse);
  if (!secrets.ok() && secrets.error().code == base::Errc::kConflict) {
    return base::InvalidArgument(secrets.error().message);
  }
  return secrets;
}

// While passwords are hashed, one worker is left for everything else, if there are several.
users::PasswordHasher::Options PasswordsFor(size_t workers) {
  constexpr size_t kWaitingMax = 32;
  users::PasswordHasher::Options options;
  options.parallel_max = workers > options.parallel_max ? options.parallel_max : 1;
  const size_t taken = options.parallel_max + 1;
  options.waiting_max = workers > taken ? std::min(workers - taken, kWaitingMax) : 0;
  return options;
}

}  // namespace

base::Result<OpenedData> OpenData(const Config& config) {
  PINION_TRY(auto directory, DataDirectory::Open(config.data_dir, kDataFormat));
  std::unique_ptr<base::RandomSource> random = std::make_unique<base::SystemRandom>();
  PINION_TRY(auto store, storage::RocksStore::Open(directory.store_path(), {}));
  PINION_TRY(const auto master_key, MasterKeyOf(config, directory, *store, *random));
  PINION_TRY(auto secrets, OpenSecrets(*store, master_key, *random));
  PINION_TRY(const auto manual_start, ManualStart(*store));
  PINION_TRY(std::string envelope_key, ServerSecret(*store, "envelope-sender", *random));
  PINION_TRY(std::string identity_key, ServerSecret(*store, "identities", *random));
  PINION_TRY(std::string privacy_key, ServerSecret(*store, "privacy", *random));
  return OpenedData{std::move(directory),
                    std::move(random),
                    std::move(store),
                    std::move(secrets),
                    manual_start,
                    std::move(envelope_key),
                    std::move(identity_key),
                    std::move(privacy_key)};
}

base::Result<std::unique_ptr<auth::AccessKeyStore>> OpenKeys(
    const Config& config, auth::AccessKeyStore::Collaborators collaborators) {
  std::optional<auth::ConfiguredKey> configured;
  if (!config.access_key.empty()) {
    configured = auth::ConfiguredKey{config.access_key, config.secret_key};
  }
  return auth::AccessKeyStore::Open(collaborators, std::move(configured));
}

base::Result<std::unique_ptr<users::ConsoleAccess>> OpenConsole(
    const Config& config,
    const users::ConsoleAccess::Collaborators& collaborators,
    std::function<std::string()> public_url) {
  return users::ConsoleAccess::Open(
      collaborators,
      {.public_url = std::move(public_url),
       .sessions = {.idle_max = config.console_idle, .age_max = config.console_session_age},
       .login = {.require_totp = config.console_require_totp},
       .passwords = PasswordsFor(config.worker_threads)});
}

}  // namespace pinion::server
