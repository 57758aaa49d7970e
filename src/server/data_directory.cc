#include "server/data_directory.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pinion::server {

namespace {

constexpr mode_t kDirectoryMode = 0700;
constexpr mode_t kFileMode = 0600;

base::Error Failure(const std::string& what, const std::string& path) {
  return base::Unavailable(what + " '" + path + "': " + std::strerror(errno) + ".");
}

base::Status MakeDirectory(const std::string& path) {
  std::error_code failure;
  const auto parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) {
    std::filesystem::create_directories(parent, failure);
  }
  if (::mkdir(path.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
    return Failure("Cannot make the data directory", path);
  }
  if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
    return Failure("Cannot write to the data directory", path);
  }
  return {};
}

std::string HolderOf(int lock) {
  char text[32] = {};
  const ssize_t length = ::pread(lock, text, sizeof(text) - 1, 0);
  int pid = 0;
  if (length > 0 && std::from_chars(text, text + length, pid).ec == std::errc()) {
    return "process " + std::to_string(pid);
  }
  return "another process";
}

base::Result<int> TakeLock(const std::string& path) {
  const std::string file = path + "/LOCK";
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode);
  if (lock < 0) {
    return Failure("Cannot open the lock file", file);
  }
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = HolderOf(lock);
    ::close(lock);
    return base::Conflict("The data directory '" + path + "' is in use by " + holder + ".");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock, 0) != 0 ||
      ::pwrite(lock, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    const base::Error failure = Failure("Cannot write the lock file", file);
    ::close(lock);
    return failure;
  }
  return lock;
}

base::Status WriteFormat(const std::string& file, int32_t format) {
  const std::string draft = file + ".new";
  std::ofstream out(draft);
  out << format << '\n';
  out.close();
  if (!out || ::rename(draft.c_str(), file.c_str()) != 0) {
    return Failure("Cannot write", file);
  }
  return {};
}

base::Status CheckFormat(const std::string& path, int32_t format) {
  const std::string file = path + "/FORMAT";
  std::ifstream in(file);
  if (!in) {
    return WriteFormat(file, format);
  }
  int32_t found = 0;
  in >> found;
  if (!in || found < 1) {
    return base::Unavailable("The file '" + file + "' does not hold a format number.");
  }
  if (found > format) {
    return base::Error{base::Errc::kNotImplemented,
                       "The data in '" + path + "' has format " + std::to_string(found) +
                           "; this program reads up to format " + std::to_string(format) + "."};
  }
  return {};
}

}  // namespace

base::Result<DataDirectory> DataDirectory::Open(const std::string& path, int32_t format) {
  PINION_CHECK(MakeDirectory(path));
  PINION_TRY(const int lock, TakeLock(path));
  DataDirectory directory(path, lock);
  PINION_CHECK(CheckFormat(path, format));
  return directory;
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) {
    ::close(lock_);
  }
}

}  // namespace pinion::server
