#include "privacy/private_files.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace pinion::privacy {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFolderMode = 0700;
constexpr std::string_view kDraftEnd = ".draft";

}  // namespace

base::Status PrivateFiles::Draft::Write(std::string_view text) {
  bytes_ += text.size();
  return file_.Write(text);
}

base::Status PrivateFiles::Draft::Finish() {
  return file_.Finish();
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
  // A new folder's name is durable once the folder that it is in is.
  PINION_CHECK(storage::SyncFolder(folder_));
  PINION_CHECK(storage::SyncFolder(fs::path(folder_).parent_path().string()));
  PINION_TRY(storage::DurableFile file, storage::DurableFile::Create(path));
  return std::make_unique<Draft>(std::move(file));
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
