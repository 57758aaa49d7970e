// The operating system as RocksDB sees it, with one difference: a write that the disk refused may
// be tried again later. Without that RocksDB gives up for good after an I/O error in its log; with
// it, it writes out what it holds in memory and goes on as soon as the disk does. Used by
// RocksStore.
#pragma once

#include <memory>

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace pinion::storage {

// Must outlive the databases that use it.
std::unique_ptr<rocksdb::Env> NewRetryingEnv();

}  // namespace pinion::storage
