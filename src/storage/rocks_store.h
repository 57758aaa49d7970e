// The store of a running server: RocksDB in one directory, which one process has at a time. Writes
// go to a log in memory that Sync brings to the disk; a crash before that loses only what nobody
// was told is durable. Thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "storage/key_value_store.h"

namespace rocksdb {
class DB;
}

namespace pinion::storage {

class StoreBackups;

class RocksStore final : public KeyValueStore {
 public:
  struct Options {
    size_t block_cache_bytes = size_t{256} << 20;
    // One memtable; up to three of them are held while the disk catches up.
    size_t write_buffer_bytes = size_t{64} << 20;
    int background_jobs = 2;
    int open_files_max = 512;
  };

  // Opens the store in `path`, and makes it there if there is none; the parent folder exists. Fails
  // with a message for the operator: kConflict when another process has it open (names the pid
  // where it is known), kUnavailable when the disk is full or read-only, kInternal when files are
  // damaged or cannot be read.
  static base::Result<std::unique_ptr<RocksStore>> Open(const std::string& path,
                                                        const Options& options);
  // Syncs and closes.
  ~RocksStore() override;
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  base::Result<std::optional<std::string>> Get(std::string_view key) const override;
  base::Result<std::vector<std::optional<std::string>>> MultiGet(
      std::span<const std::string> keys) const override;
  base::Result<void> Scan(const ScanRange& range, const Visitor& visit) const override;
  // kUnavailable while the disk is full, kInternal on other storage failures. When the cause has
  // gone, writes succeed again by themselves.
  base::Result<Sequence> Apply(const WriteBatch& batch) override;
  Sequence LastSequence() const override;
  // Fails as Apply does.
  base::Result<void> Sync() override;
  std::unique_ptr<Reader> Snapshot() const override;
  uint64_t ApproximateBytes() const override;

  // Why the store refuses writes at the moment, for readiness; ok while it takes them. A full disk is
  // noticed here by itself, and so is its end (within seconds).
  base::Status Health() const;

  // Makes a consistent copy in `path`, which must not exist yet; on the same file system by links.
  // For backups and before an upgrade.
  base::Result<void> Checkpoint(const std::string& path);

  // Reads every table; kInternal naming what is damaged.
  base::Status VerifyChecksums();

 private:
  friend class StoreBackups;
  class Impl;
  explicit RocksStore(std::unique_ptr<Impl> impl);
  rocksdb::DB& database();

  std::unique_ptr<Impl> impl_;
};

}  // namespace pinion::storage
