#include "privacy/private_files.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pinion::privacy {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;
constexpr std::string_view kDraftEnd = ".draft";

base::Error CannotWrite(const std::string& path, int error) {
  return base::Unavailable("Cannot write '" + path +
                           "': " + std::generic_category().message(error) + ".");
}

}  // namespace

PrivateFiles::Draft::~Draft() {
  if (file_ >= 0) {
    ::close(file_);
    ::unlink((path_ + std::string(kDraftEnd)).c_str());
  }
}

base::Status PrivateFiles::Draft::Write(std::string_view text) {
  bytes_ += text.size();
  while (!text.empty()) {
    const ssize_t written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return CannotWrite(path_, errno);
    }
    text.remove_prefix(written > 0 ? static_cast<size_t>(written) : 0);
  }
  return {};
}

base::Status PrivateFiles::Draft::Finish() {
  if (::fsync(file_) != 0) {
    return CannotWrite(path_, errno);
  }
  if (::rename((path_ + std::string(kDraftEnd)).c_str(), path_.c_str()) != 0) {
    return CannotWrite(path_, errno);
  }
  ::close(std::exchange(file_, -1));
  const std::string folder = fs::path(path_).parent_path().string();
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = directory >= 0 && ::fsync(directory) == 0;
  const int error = errno;
  if (directory >= 0) {
    ::close(directory);
  }
  return synced ? base::Status() : base::Status(CannotWrite(path_, error));
}

base::Result<std::unique_ptr<PrivateFiles::Draft>> PrivateFiles::Create(const base::AppId& app,
                                                                        std::string_view id) const {
  if (folder_.empty()) {
    return base::Unavailable(
        "This server keeps its data in memory only; there is no room for files.");
  }
  const std::string path = PathOf(app, id);
  std::error_code failure;
  fs::create_directories(fs::path(path).parent_path(), failure);
  if (failure) {
    return base::Unavailable("Cannot make the folder of '" + path + "': " + failure.message() +
                             ".");
  }
  ::chmod(folder_.c_str(), kFolderMode);
  const std::string draft = path + std::string(kDraftEnd);
  ::unlink(draft.c_str());
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode);
  if (file < 0) {
    return CannotWrite(path, errno);
  }
  return std::make_unique<Draft>(path, file);
}

base::Result<std::string> PrivateFiles::Read(const base::AppId& app, std::string_view id) const {
  std::ifstream file(PathOf(app, id), std::ios::binary);
  if (!file) {
    return base::NotFound("Resource not found");
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

base::Status PrivateFiles::Remove(const base::AppId& app, std::string_view id) const {
  if (folder_.empty()) {
    return {};
  }
  const std::string path = PathOf(app, id);
  for (const std::string& each : {path, path + std::string(kDraftEnd)}) {
    if (::unlink(each.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) {
      return base::Unavailable("Cannot remove '" + each +
                               "': " + std::generic_category().message(errno) + ".");
    }
  }
  return {};
}

base::Status PrivateFiles::RemoveApp(const base::AppId& app) const {
  if (folder_.empty()) {
    return {};
  }
  std::error_code failure;
  fs::remove_all(folder_ + "/" + app.value(), failure);
  return failure ? base::Status(base::Unavailable(
                       "Cannot remove the files of access requests: " + failure.message() + "."))
                 : base::Status();
}

base::Status PrivateFiles::KeepOnly(
    const std::function<bool(const base::AppId& app)>& exists) const {
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder_, absent)) {
    const base::AppId app(entry.path().filename().string());
    if (!exists(app)) {
      PINION_CHECK(RemoveApp(app));
    }
  }
  return {};
}

std::string PrivateFiles::PathOf(const base::AppId& app, std::string_view id) const {
  return folder_ + "/" + app.value() + "/" + std::string(id) + ".json";
}

}  // namespace pinion::privacy
