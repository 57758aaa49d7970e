#include "storage/rocks_env.h"

#include <string>
#include <utility>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace pinion::storage {
namespace {

using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

IOStatus MayBeTriedAgain(IOStatus status) {
  if (!status.ok() && !status.IsNotSupported()) {
    status.SetRetryable(true);
  }
  return status;
}

class RetryingFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  using FSWritableFileOwnerWrapper::FSWritableFileOwnerWrapper;

  IOStatus Append(const rocksdb::Slice& data,
                  const IOOptions& options,
                  IODebugContext* debug) override {
    return MayBeTriedAgain(FSWritableFileOwnerWrapper::Append(data, options, debug));
  }
  IOStatus Append(const rocksdb::Slice& data,
                  const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    return MayBeTriedAgain(FSWritableFileOwnerWrapper::Append(data, options, verification, debug));
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    return MayBeTriedAgain(FSWritableFileOwnerWrapper::Flush(options, debug));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return MayBeTriedAgain(FSWritableFileOwnerWrapper::Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return MayBeTriedAgain(FSWritableFileOwnerWrapper::Fsync(options, debug));
  }
  IOStatus RangeSync(uint64_t offset,
                     uint64_t bytes,
                     const IOOptions& options,
                     IODebugContext* debug) override {
    return MayBeTriedAgain(FSWritableFileOwnerWrapper::RangeSync(offset, bytes, options, debug));
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return MayBeTriedAgain(FSWritableFileOwnerWrapper::Close(options, debug));
  }
};

class RetryingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "PinionRetryingFileSystem"; }
  IOStatus NewWritableFile(const std::string& path,
                           const rocksdb::FileOptions& options,
                           std::unique_ptr<FSWritableFile>* result,
                           IODebugContext* debug) override {
    std::unique_ptr<FSWritableFile> file;
    IOStatus status =
        MayBeTriedAgain(FileSystemWrapper::NewWritableFile(path, options, &file, debug));
    if (status.ok()) {
      *result = std::make_unique<RetryingFile>(std::move(file));
    }
    return status;
  }
};

}  // namespace

std::unique_ptr<rocksdb::Env> NewRetryingEnv() {
  return rocksdb::NewCompositeEnv(
      std::make_shared<RetryingFileSystem>(rocksdb::FileSystem::Default()));
}

}  // namespace pinion::storage
