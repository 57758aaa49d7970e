// After a restore nothing is sent until the operator says so: the state is an old one, and may hold
// messages that have long gone out (OPS-13). The mark is in the store.
#pragma once

#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::server {

// Durable when it returns. `state_of` is the instant that the restored state is of.
base::Status HoldSending(storage::KeyValueStore& store, base::Timestamp state_of);
// Durable when it returns.
base::Status ReleaseSending(storage::KeyValueStore& store);
// The instant of the restored state while sending is held.
base::Result<std::optional<base::Timestamp>> SendingHeldSince(const storage::Reader& store);

}  // namespace pinion::server
