#include "storage/durable_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace pinion::storage {

namespace {

base::Error CannotWrite(const std::string& path) {
  return base::Unavailable("Cannot write '" + path + "': " + std::strerror(errno) + ".");
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

}  // namespace

base::Result<DurableFile> DurableFile::Create(std::string path) {
  DurableFile file;
  file.path_ = std::move(path);
  ::unlink(file.DraftPath().c_str());
  file.descriptor_ =
      ::open(file.DraftPath().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file.descriptor_ < 0) {
    return CannotWrite(file.path_);
  }
  return file;
}

DurableFile::~DurableFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
    ::unlink(DraftPath().c_str());
  }
}

DurableFile& DurableFile::operator=(DurableFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

base::Status DurableFile::Write(std::string_view bytes) {
  return WriteWhole(descriptor_, bytes) ? base::Status() : base::Status(CannotWrite(path_));
}

base::Status DurableFile::Finish() {
  if (::fsync(descriptor_) != 0 || ::rename(DraftPath().c_str(), path_.c_str()) != 0) {
    return CannotWrite(path_);
  }
  ::close(std::exchange(descriptor_, -1));
  return SyncFolder(FolderOf(path_));
}

base::Status WriteDurableFile(const std::string& path, std::string_view bytes) {
  PINION_TRY(DurableFile file, DurableFile::Create(path));
  PINION_CHECK(file.Write(bytes));
  return file.Finish();
}

bool WriteWhole(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      return false;
    }
    bytes.remove_prefix(written > 0 ? static_cast<size_t>(written) : 0);
  }
  return true;
}

base::Status SyncFolder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int reason = errno;
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  if (!synced) {
    return base::Unavailable("The folder '" + folder +
                             "' cannot be made durable: " + std::strerror(reason) + ".");
  }
  return {};
}

}  // namespace pinion::storage
