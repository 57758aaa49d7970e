#include "storage/rocks_store.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

#include <fcntl.h>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/log.h"
#include "storage/key.h"
#include "storage/rocks_env.h"

namespace pinion::storage {
namespace {

constexpr size_t kBlockBytes = 16 << 10;
constexpr int kBloomBitsPerKey = 10;
constexpr uint64_t kLogBytesMax = uint64_t{256} << 20;
// RocksDB's own text log, beside the data.
constexpr size_t kInfoLogBytes = 8 << 20;
constexpr size_t kInfoLogsKept = 3;
// After a refused write the store asks this often at most whether the disk has recovered.
constexpr std::chrono::milliseconds kResumeInterval{500};

rocksdb::Slice ToSlice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

std::string_view ToView(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

rocksdb::CompressionType FirstSupported(std::initializer_list<rocksdb::CompressionType> wanted) {
  const std::vector<rocksdb::CompressionType> built_in = rocksdb::GetSupportedCompressions();
  for (const rocksdb::CompressionType type : wanted) {
    if (std::find(built_in.begin(), built_in.end(), type) != built_in.end()) {
      return type;
    }
  }
  return rocksdb::kNoCompression;
}

rocksdb::Options MakeOptions(const RocksStore::Options& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.block_size = kBlockBytes;
  table.format_version = 5;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  table.whole_key_filtering = true;
  table.optimize_filters_for_memory = true;
  // Indexes and filters count against the cache, so that memory stays within it; those of level 0
  // stay.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;

  rocksdb::Options made;
  made.create_if_missing = true;
  made.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  made.compression = FirstSupported({rocksdb::kLZ4Compression, rocksdb::kSnappyCompression});
  made.bottommost_compression = FirstSupported({rocksdb::kZSTD, rocksdb::kLZ4Compression});
  made.level_compaction_dynamic_level_bytes = true;
  made.write_buffer_size = options.write_buffer_bytes;
  made.max_write_buffer_number = 3;
  made.max_background_jobs = options.background_jobs;
  made.max_open_files = options.open_files_max;
  made.max_total_wal_size = kLogBytesMax;
  // The log is written out by Sync only: one write call and one fdatasync for a whole group of
  // commits.
  made.manual_wal_flush = true;
  made.bytes_per_sync = 1 << 20;
  made.avoid_unnecessary_blocking_io = true;
  made.info_log_level = rocksdb::WARN_LEVEL;
  made.max_log_file_size = kInfoLogBytes;
  made.keep_log_file_num = kInfoLogsKept;
  made.stats_dump_period_sec = 0;
  made.stats_persist_period_sec = 0;
  return made;
}

bool IsLockConflict(const rocksdb::Status& status) {
  return status.IsIOError() && status.ToString().find("/LOCK: ") != std::string::npos;
}

// The process that has locked `path`; 0 if that cannot be told. Not for a lock of this process:
// closing the file would give it up.
pid_t LockHolder(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) {
    return 0;
  }
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool asked = ::fcntl(file, F_GETLK, &lock) == 0;
  ::close(file);
  return asked && lock.l_type != F_UNLCK ? lock.l_pid : 0;
}

base::Error LockError(const std::string& path, const rocksdb::Status& status) {
  const std::string in_use = "The store in " + path + " is in use by ";
  if (status.ToString().find("lock hold by current process") != std::string::npos) {
    return base::Conflict(in_use + "this process already.");
  }
  if (status.ToString().find("temporarily unavailable") == std::string::npos) {
    return base::Unavailable("The store in " + path + " cannot be locked: " + status.ToString() +
                             ".");
  }
  const pid_t holder = LockHolder(path + "/LOCK");
  return base::Conflict(in_use + "another process" +
                        (holder > 0 ? " (pid " + std::to_string(holder) + ")." : "."));
}

base::Error OpenError(const std::string& path, const rocksdb::Status& status) {
  if (IsLockConflict(status)) {
    return LockError(path, status);
  }
  if (status.IsNoSpace()) {
    return base::Unavailable("The store in " + path + " cannot be opened: the disk is full.");
  }
  if (status.IsCorruption()) {
    return base::Internal("The store in " + path + " is damaged (" + status.ToString() +
                          "); restore the data directory from a backup.");
  }
  if (status.IsIOError()) {
    return base::Unavailable("The store in " + path + " cannot be opened: " + status.ToString() +
                             ".");
  }
  return base::Internal("The store in " + path + " cannot be opened: " + status.ToString() + ".");
}

// For callers of the API: what happened, without paths.
base::Error ReadError(const rocksdb::Status& status) {
  base::Log(base::LogLevel::kError, "storage", "a read failed", {{"error", status.ToString()}});
  return base::Internal(status.IsCorruption() ? "Stored data is damaged."
                                              : "Stored data cannot be read.");
}

enum class Cause { kNone, kDiskFull, kOther };

Cause CauseOf(const rocksdb::Status& status) {
  return status.IsNoSpace() ? Cause::kDiskFull : Cause::kOther;
}

base::Error WriteError(Cause cause) {
  if (cause == Cause::kDiskFull) {
    return base::Unavailable("The disk is full.");
  }
  return base::Internal("The disk refuses writes.");
}

// Knows whether RocksDB has stopped taking writes. It recovers from a full disk by itself, within
// seconds.
class StoppedWrites final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* status) override {
    // After a failure of the log, RocksDB would go on to take writes, but then fail for good.
    if (reason == rocksdb::BackgroundErrorReason::kWriteCallback ||
        status->severity() >= rocksdb::Status::Severity::kHardError) {
      cause_ = CauseOf(*status);
    }
  }
  void OnErrorRecoveryCompleted(rocksdb::Status old_error) override {
    old_error.PermitUncheckedError();
    Clear();
  }
  void Clear() { cause_ = Cause::kNone; }

  Cause cause() const { return cause_; }

 private:
  std::atomic<Cause> cause_{Cause::kNone};
};

std::string_view LaterOf(std::string_view a, std::string_view b) {
  return a < b ? b : a;
}

}  // namespace

class RocksStore::Impl {
 public:
  Impl(std::unique_ptr<rocksdb::Env> env,
       std::unique_ptr<rocksdb::DB> db,
       std::shared_ptr<StoppedWrites> stopped)
      : stopped_(std::move(stopped)), env_(std::move(env)), db_(std::move(db)) {}
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  base::Result<std::optional<std::string>> Get(const rocksdb::ReadOptions& options,
                                               std::string_view key) const;
  base::Result<std::vector<std::optional<std::string>>> MultiGet(
      const rocksdb::ReadOptions& options, std::span<const std::string> keys) const;
  base::Result<void> Scan(rocksdb::ReadOptions options,
                          const ScanRange& range,
                          const Visitor& visit) const;
  rocksdb::Status Write(const storage::WriteBatch& batch);
  rocksdb::Status Flush() { return db_->FlushWAL(/*sync=*/true); }
  // Runs `write`, unless RocksDB has stopped taking writes and does not recover.
  template <class WriteFunction>
  base::Status Recovering(const WriteFunction& write);
  base::Status Health() const;

  rocksdb::DB& db() const { return *db_; }

 private:
  std::string EndOfAll(std::string_view prefix, const storage::WriteBatch& batch) const;
  bool Resume();

  const std::shared_ptr<StoppedWrites> stopped_;
  const std::unique_ptr<rocksdb::Env> env_;
  const std::unique_ptr<rocksdb::DB> db_;
  // Steady time in nanoseconds of the last try to recover.
  std::atomic<int64_t> resumed_at_{0};
};

namespace {

// A snapshot of the database that ends with it.
class RocksSnapshot {
 public:
  explicit RocksSnapshot(rocksdb::DB& db) : db_(db), snapshot_(db.GetSnapshot()) {}
  ~RocksSnapshot() { db_.ReleaseSnapshot(snapshot_); }
  RocksSnapshot(const RocksSnapshot&) = delete;
  RocksSnapshot& operator=(const RocksSnapshot&) = delete;

  rocksdb::ReadOptions read_options() const {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    return options;
  }

 private:
  rocksdb::DB& db_;
  const rocksdb::Snapshot* const snapshot_;
};

template <class Store>
class SnapshotReader final : public Reader {
 public:
  SnapshotReader(const Store& store, rocksdb::DB& db) : store_(store), snapshot_(db) {}

  base::Result<std::optional<std::string>> Get(std::string_view key) const override {
    return store_.Get(snapshot_.read_options(), key);
  }
  base::Result<std::vector<std::optional<std::string>>> MultiGet(
      std::span<const std::string> keys) const override {
    return store_.MultiGet(snapshot_.read_options(), keys);
  }
  base::Result<void> Scan(const ScanRange& range, const Visitor& visit) const override {
    return store_.Scan(snapshot_.read_options(), range, visit);
  }

 private:
  const Store& store_;
  const RocksSnapshot snapshot_;
};

}  // namespace

RocksStore::Impl::~Impl() {
  const rocksdb::Status synced = Flush();
  const rocksdb::Status closed = db_->Close();
  if (!synced.ok() || !closed.ok()) {
    base::Log(base::LogLevel::kError,
              "storage",
              "the store was not closed cleanly",
              {{"error", (synced.ok() ? closed : synced).ToString()}});
  }
}

base::Result<std::optional<std::string>> RocksStore::Impl::Get(const rocksdb::ReadOptions& options,
                                                               std::string_view key) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status =
      db_->Get(options, db_->DefaultColumnFamily(), ToSlice(key), &value);
  if (status.IsNotFound()) {
    return std::optional<std::string>();
  }
  if (!status.ok()) {
    return ReadError(status);
  }
  return std::optional<std::string>(ToView(value));
}

base::Result<std::vector<std::optional<std::string>>> RocksStore::Impl::MultiGet(
    const rocksdb::ReadOptions& options, std::span<const std::string> keys) const {
  std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<rocksdb::PinnableSlice> found(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  db_->MultiGet(options,
                db_->DefaultColumnFamily(),
                slices.size(),
                slices.data(),
                found.data(),
                statuses.data());
  std::vector<std::optional<std::string>> values(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].ok()) {
      values[i].emplace(ToView(found[i]));
    } else if (!statuses[i].IsNotFound()) {
      return ReadError(statuses[i]);
    }
  }
  return values;
}

base::Result<void> RocksStore::Impl::Scan(rocksdb::ReadOptions options,
                                          const ScanRange& range,
                                          const Visitor& visit) const {
  const std::optional<std::string> end = PrefixEnd(range.prefix);
  const rocksdb::Slice lower = ToSlice(range.prefix);
  const rocksdb::Slice upper = end.has_value() ? rocksdb::Slice(*end) : rocksdb::Slice();
  options.iterate_lower_bound = &lower;
  options.iterate_upper_bound = end.has_value() ? &upper : nullptr;
  const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));

  const bool forward = range.direction == Direction::kForward;
  if (forward) {
    at->Seek(ToSlice(LaterOf(range.from, range.prefix)));
  } else if (range.from.empty() || (end.has_value() && range.from >= *end)) {
    at->SeekToLast();
  } else if (range.from < range.prefix) {
    return {};
  } else {
    at->SeekForPrev(ToSlice(range.from));
  }
  while (at->Valid()) {
    if (!visit(ToView(at->key()), ToView(at->value()))) {
      return {};
    }
    if (forward) {
      at->Next();
    } else {
      at->Prev();
    }
  }
  if (!at->status().ok()) {
    return ReadError(at->status());
  }
  return {};
}

rocksdb::Status RocksStore::Impl::Write(const storage::WriteBatch& batch) {
  rocksdb::WriteBatch changes;
  for (const storage::WriteBatch::Change& change : batch.changes()) {
    rocksdb::Status added;
    switch (change.kind) {
      case storage::WriteBatch::Kind::kPut:
        added = changes.Put(change.key, change.value);
        break;
      case storage::WriteBatch::Kind::kDelete:
        added = changes.Delete(change.key);
        break;
      case storage::WriteBatch::Kind::kDeletePrefix: {
        PINION_ASSERT(!change.key.empty());
        const std::optional<std::string> end = PrefixEnd(change.key);
        added = changes.DeleteRange(change.key, end ? *end : EndOfAll(change.key, batch));
        break;
      }
    }
    if (!added.ok()) {
      return added;
    }
  }
  return db_->Write(rocksdb::WriteOptions(), &changes);
}

template <class WriteFunction>
base::Status RocksStore::Impl::Recovering(const WriteFunction& write) {
  // A write into a database that has stopped would hinder its recovery.
  if (stopped_->cause() != Cause::kNone && !Resume()) {
    return WriteError(stopped_->cause());
  }
  const rocksdb::Status status = write();
  if (status.ok()) {
    return {};
  }
  base::Log(base::LogLevel::kError, "storage", "a write failed", {{"error", status.ToString()}});
  return WriteError(CauseOf(status));
}

base::Status RocksStore::Impl::Health() const {
  const Cause cause = stopped_->cause();
  return cause == Cause::kNone ? base::Status() : WriteError(cause);
}

// No key of 0xFF bytes alone has a successor, so the end is one past the last key that there is or
// will be.
std::string RocksStore::Impl::EndOfAll(std::string_view prefix,
                                       const storage::WriteBatch& batch) const {
  std::string last(prefix);
  const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(rocksdb::ReadOptions()));
  at->SeekToLast();
  if (at->Valid()) {
    last = LaterOf(last, ToView(at->key()));
  }
  for (const storage::WriteBatch::Change& change : batch.changes()) {
    last = LaterOf(last, change.key);
  }
  return last + '\0';
}

// Everything that was applied before stays: recovery writes the memtables out.
bool RocksStore::Impl::Resume() {
  const int64_t now =
      std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  int64_t before = resumed_at_.load();
  if (now - before < std::chrono::nanoseconds(kResumeInterval).count() ||
      !resumed_at_.compare_exchange_strong(before, now) || !db_->Resume().ok()) {
    return false;
  }
  stopped_->Clear();
  base::Log(base::LogLevel::kInfo, "storage", "the store takes writes again");
  return true;
}

RocksStore::RocksStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RocksStore::~RocksStore() = default;

base::Result<std::unique_ptr<RocksStore>> RocksStore::Open(const std::string& path,
                                                           const Options& options) {
  rocksdb::DB* opened = nullptr;
  const auto stopped = std::make_shared<StoppedWrites>();
  rocksdb::Options made = MakeOptions(options);
  made.listeners.push_back(stopped);
  std::unique_ptr<rocksdb::Env> env = NewRetryingEnv();
  made.env = env.get();
  const rocksdb::Status status = rocksdb::DB::Open(made, path, &opened);
  if (!status.ok()) {
    return OpenError(path, status);
  }
  auto impl = std::make_unique<Impl>(std::move(env), std::unique_ptr<rocksdb::DB>(opened), stopped);
  return std::unique_ptr<RocksStore>(new RocksStore(std::move(impl)));
}

base::Result<std::optional<std::string>> RocksStore::Get(std::string_view key) const {
  return impl_->Get(rocksdb::ReadOptions(), key);
}

base::Result<std::vector<std::optional<std::string>>> RocksStore::MultiGet(
    std::span<const std::string> keys) const {
  return impl_->MultiGet(rocksdb::ReadOptions(), keys);
}

base::Result<void> RocksStore::Scan(const ScanRange& range, const Visitor& visit) const {
  return impl_->Scan(rocksdb::ReadOptions(), range, visit);
}

base::Result<Sequence> RocksStore::Apply(const storage::WriteBatch& batch) {
  if (!batch.empty()) {
    PINION_CHECK(impl_->Recovering([&] { return impl_->Write(batch); }));
  }
  // Not less than the batch's own number, which is all that a wait for durability needs.
  return LastSequence();
}

Sequence RocksStore::LastSequence() const {
  return impl_->db().GetLatestSequenceNumber();
}

base::Result<void> RocksStore::Sync() {
  return impl_->Recovering([&] { return impl_->Flush(); });
}

std::unique_ptr<Reader> RocksStore::Snapshot() const {
  return std::make_unique<SnapshotReader<Impl>>(*impl_, impl_->db());
}

uint64_t RocksStore::ApproximateBytes() const {
  uint64_t tables = 0;
  uint64_t memory = 0;
  impl_->db().GetIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &tables);
  impl_->db().GetIntProperty(rocksdb::DB::Properties::kSizeAllMemTables, &memory);
  return tables + memory;
}

base::Status RocksStore::Health() const {
  return impl_->Health();
}

rocksdb::DB& RocksStore::database() {
  return impl_->db();
}

base::Status RocksStore::VerifyChecksums() {
  const rocksdb::Status status = impl_->db().VerifyChecksum();
  return status.ok() ? base::Status()
                     : base::Status(base::Internal("The store is damaged: " + status.ToString()));
}

base::Result<void> RocksStore::Checkpoint(const std::string& path) {
  PINION_CHECK(Sync());
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(&impl_->db(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) {
    status = checkpoint->CreateCheckpoint(path);
  }
  if (!status.ok()) {
    return OpenError(path, status);
  }
  return {};
}

}  // namespace pinion::storage
