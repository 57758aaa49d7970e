#include "server/sending_hold.h"

#include "base/time_text.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::server {

namespace {

std::string HoldKey() {
  return storage::KeyWriter(storage::KeySpace::kSetting).Text("sending-held").Take();
}

base::Status ApplyAndSync(storage::KeyValueStore& store, const storage::WriteBatch& batch) {
  PINION_CHECK(store.Apply(batch));
  return store.Sync();
}

}  // namespace

base::Status HoldSending(storage::KeyValueStore& store, base::Timestamp state_of) {
  storage::WriteBatch batch;
  batch.Put(HoldKey(), base::FormatIso8601(state_of));
  return ApplyAndSync(store, batch);
}

base::Status ReleaseSending(storage::KeyValueStore& store) {
  storage::WriteBatch batch;
  batch.Delete(HoldKey());
  return ApplyAndSync(store, batch);
}

base::Result<std::optional<base::Timestamp>> SendingHeldSince(const storage::Reader& store) {
  PINION_TRY(const auto stored, store.Get(HoldKey()));
  return stored ? base::ParseInstant(*stored) : std::nullopt;
}

}  // namespace pinion::server
