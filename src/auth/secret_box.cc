#include "auth/secret_box.h"

#include <array>
#include <optional>
#include <utility>

#include "auth/sealing.h"
#include "base/log.h"
#include "storage/key.h"
#include "storage/record.h"
#include "storage/write_batch.h"

namespace pinion::auth {
namespace {

// The first byte of sealed bytes, before the number of the data key.
constexpr char kFormat = 1;

std::string DataKeyKey(uint32_t number) {
  return storage::KeyWriter(storage::KeySpace::kDataKey).U32(number).Take();
}

std::string DataKeyPurpose(uint32_t number) {
  return "data key " + std::to_string(number);
}

}  // namespace

base::Result<std::unique_ptr<SecretBox>> SecretBox::Open(storage::KeyValueStore& store,
                                                         const MasterKey& master_key,
                                                         base::RandomSource& random,
                                                         OnMismatch on_mismatch) {
  std::unique_ptr<SecretBox> box(new SecretBox(random));
  uint32_t last_number = 0;
  bool all_opened = true;
  const std::string prefix = storage::KeyWriter(storage::KeySpace::kDataKey).Take();
  PINION_CHECK(store.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view sealed) {
    last_number = storage::KeyReader(key).U32();
    auto opened = OpenWith(master_key.bytes(), sealed, DataKeyPurpose(last_number));
    if (opened.has_value() && opened->size() == kSealingKeyBytes) {
      box->data_keys_[last_number] = *std::move(opened);
    } else {
      all_opened = false;
    }
    return true;
  }));

  // After a start anew the older data keys stay closed, which is no reason to refuse the newest.
  const bool newest_opened = box->data_keys_.contains(last_number);
  if (last_number != 0 && !newest_opened && on_mismatch == OnMismatch::kRefuse) {
    return base::Conflict(
        "The master key does not belong to this data directory. Give the right one in "
        "PINION_MASTER_KEY or put back its file master.key.");
  }
  if (newest_opened) {
    if (!all_opened) {
      base::Log(base::LogLevel::kWarning,
                "auth",
                "secrets sealed under an earlier master key cannot be read");
    }
    return box;
  }

  std::array<uint8_t, kSealingKeyBytes> bytes{};
  random.Fill(bytes);
  const uint32_t number = last_number + 1;
  const std::string& data_key =
      box->data_keys_.emplace(number, std::string(bytes.begin(), bytes.end())).first->second;
  storage::WriteBatch batch;
  batch.Put(DataKeyKey(number),
            SealWith(master_key.bytes(), data_key, DataKeyPurpose(number), random));
  PINION_CHECK(store.Apply(batch));
  PINION_CHECK(store.Sync());
  return box;
}

base::Result<bool> SecretBox::IsMasterKeyOf(const storage::Reader& store, const MasterKey& key) {
  bool opened = false;
  const std::string prefix = storage::KeyWriter(storage::KeySpace::kDataKey).Take();
  PINION_CHECK(store.Scan({.prefix = prefix, .direction = storage::Direction::kBackward},
                          [&](std::string_view data_key, std::string_view sealed) {
                            const uint32_t number = storage::KeyReader(data_key).U32();
                            opened =
                                OpenWith(key.bytes(), sealed, DataKeyPurpose(number)).has_value();
                            return false;
                          }));
  return opened;
}

std::string SecretBox::Seal(std::string_view secret, std::string_view associated) const {
  const auto& [number, data_key] = *data_keys_.rbegin();
  std::string sealed(1, kFormat);
  storage::AppendVarint(sealed, number);
  return sealed + SealWith(data_key, secret, associated, random_);
}

base::Result<std::string> SecretBox::Open(std::string_view sealed,
                                          std::string_view associated) const {
  const base::Error failed = base::Internal("A sealed secret cannot be opened.");
  if (!sealed.starts_with(kFormat)) {
    return failed;
  }
  sealed.remove_prefix(1);
  uint64_t number = 0;
  if (!storage::ConsumeVarint(sealed, number) || number > UINT32_MAX) {
    return failed;
  }
  const auto data_key = data_keys_.find(static_cast<uint32_t>(number));
  if (data_key == data_keys_.end()) {
    return failed;
  }
  std::optional<std::string> opened = OpenWith(data_key->second, sealed, associated);
  if (!opened.has_value()) {
    return failed;
  }
  return *std::move(opened);
}

base::Status SecretBox::ChangeMasterKey(storage::KeyValueStore& store,
                                        const MasterKey& master_key) const {
  storage::WriteBatch batch;
  for (const auto& [number, data_key] : data_keys_) {
    batch.Put(DataKeyKey(number),
              SealWith(master_key.bytes(), data_key, DataKeyPurpose(number), random_));
  }
  PINION_CHECK(store.Apply(batch));
  return store.Sync();
}

}  // namespace pinion::auth
