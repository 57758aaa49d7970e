// Files beside the store that are there whole and durable, or not at all: written under another
// name, synced, renamed. Only the owner may read them. One thread at a time works on one path.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace pinion::storage {

// One file while it is written.
class DurableFile {
 public:
  // Under `path` and `.draft`; what an earlier process left there goes. kUnavailable names the path
  // and the reason, here and below.
  static base::Result<DurableFile> Create(std::string path);
  DurableFile() = default;
  // Removes what was not finished.
  ~DurableFile();
  DurableFile(DurableFile&& other) noexcept
      : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}
  DurableFile& operator=(DurableFile&& other) noexcept;

  base::Status Write(std::string_view bytes);
  // The file appears under its name, in place of one that was there; durable when this returns.
  // Once.
  base::Status Finish();

 private:
  std::string DraftPath() const { return path_ + ".draft"; }

  std::string path_;
  int descriptor_ = -1;
};

base::Status WriteDurableFile(const std::string& path, std::string_view bytes);

// For who has a descriptor: all of the bytes, however the kernel takes them. False leaves the
// reason in errno.
bool WriteWhole(int descriptor, std::string_view bytes);

// Makes the names in the folder durable.
base::Status SyncFolder(const std::string& folder);

}  // namespace pinion::storage
