#include "server/bucket_backups.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/hex.h"
#include "http/url.h"
#include "model/codec.h"
#include "storage/durable_file.h"

namespace pinion::server {

namespace {

namespace fs = std::filesystem;

constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0600;
constexpr size_t kBlockBytes = size_t{1} << 20;
constexpr std::string_view kListSuffix = ".json";
// Behind the list, so that a list that was altered is found.
constexpr size_t kDigestHexBytes = 64;

base::Error Failure(const std::string& what, const std::string& path) {
  return base::Unavailable("Cannot " + what + " '" + path + "': " + std::strerror(errno) + ".");
}

base::Error Damaged(const std::string& path) {
  return base::Internal("The backup is damaged: the file '" + path + "' is missing or altered.");
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }

 private:
  const int descriptor_;
};

base::Status MakeFolder(const std::string& path) {
  std::error_code failure;
  fs::create_directories(path, failure);
  if (failure) {
    return base::Unavailable("Cannot make the folder '" + path + "': " + failure.message() + ".");
  }
  ::chmod(path.c_str(), kFolderMode);
  return {};
}

struct Copied {
  std::string digest;  // hexadecimal
  uint64_t bytes = 0;
};

// Reads `from`, and writes it to `to` unless that is "": whole and durable.
base::Result<Copied> Copy(const File& from,
                          const std::string& from_path,
                          const std::string& to,
                          const std::function<bool()>& cancelled) {
  const File target(
      to.empty() ? -1 : ::open(to.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, kFileMode));
  if (!to.empty() && !target.open()) {
    return Failure("write", to);
  }
  base::Sha256Stream digest;
  Copied copied;
  std::string block(kBlockBytes, '\0');
  for (;;) {
    if (cancelled()) {
      return base::Unavailable("The backup was given up.");
    }
    const ssize_t got = ::read(from.get(), block.data(), block.size());
    if (got < 0) {
      return Failure("read", from_path);
    }
    if (got == 0) {
      break;
    }
    const std::string_view bytes(block.data(), static_cast<size_t>(got));
    digest.Add(bytes);
    copied.bytes += bytes.size();
    if (target.open()) {
      if (!storage::WriteWhole(target.get(), bytes)) {
        return Failure("write", to);
      }
    }
  }
  if (target.open() && ::fsync(target.get()) != 0) {
    return Failure("write", to);
  }
  copied.digest = base::HexEncode(digest.Finish());
  return copied;
}

base::Status RemoveFile(const std::string& path) {
  return ::unlink(path.c_str()) == 0 || errno == ENOENT ? base::Status() : Failure("remove", path);
}

bool NeverCancelled() {
  return false;
}

int64_t NanosOf(const timespec& time) {
  constexpr int64_t kNanosPerSecond = 1'000'000'000;
  return int64_t{time.tv_sec} * kNanosPerSecond + time.tv_nsec;
}

// Paths as they are below the buckets; sorted, so that lists of equal buckets are equal.
base::Result<std::vector<std::string>> FilesBelow(const std::string& root) {
  std::vector<std::string> paths;
  std::error_code failure;
  if (!fs::exists(root, failure)) {
    return paths;
  }
  fs::recursive_directory_iterator entry(root, failure);
  for (const fs::recursive_directory_iterator end; !failure && entry != end;
       entry.increment(failure)) {
    std::error_code gone;
    if (entry->path().filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
    } else if (fs::is_regular_file(entry->symlink_status(gone))) {
      paths.push_back(entry->path().lexically_relative(root).string());
    }
  }
  if (failure) {
    return base::Unavailable("Cannot read the folder '" + root + "': " + failure.message() + ".");
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Names of files need not be UTF-8.
std::string Shown(const std::string& path) {
  return http::PercentEncode(path);
}

// Nothing for a path that leads elsewhere.
std::optional<std::string> PathOf(const std::string& shown) {
  std::string path;
  for (size_t i = 0; i < shown.size(); ++i) {
    if (shown[i] != '%') {
      path += shown[i];
      continue;
    }
    const auto byte = base::HexDecode(std::string_view(shown).substr(i + 1, 2));
    if (!byte || byte->size() != 1) {
      return std::nullopt;
    }
    path += *byte;
    i += 2;
  }
  const fs::path parts(path);
  const bool leads_out = std::any_of(
      parts.begin(), parts.end(), [](const fs::path& part) { return part == ".." || part == "."; });
  return path.empty() || parts.is_absolute() || leads_out ? std::nullopt : std::optional(path);
}

// The number in the name of a list; nothing for other files.
std::optional<uint32_t> NumberOf(const fs::path& path) {
  const std::string name = path.filename().string();
  if (!name.ends_with(kListSuffix)) {
    return std::nullopt;
  }
  const std::string digits = name.substr(0, name.size() - kListSuffix.size());
  const bool all_digits =
      !digits.empty() && digits.size() <= 9 &&
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return all_digits ? std::optional(static_cast<uint32_t>(std::stoul(digits))) : std::nullopt;
}

std::vector<uint32_t> NumbersIn(const std::string& folder) {
  std::vector<uint32_t> numbers;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    if (const auto number = NumberOf(entry.path())) {
      numbers.push_back(*number);
    }
  }
  return numbers;
}

}  // namespace

std::string BucketBackups::ListPath(uint32_t number) const {
  return folder_ + "/lists/" + std::to_string(number) + std::string(kListSuffix);
}

std::string BucketBackups::ContentPath(const std::string& digest) const {
  return folder_ + "/files/" + digest;
}

bool BucketBackups::Has(uint32_t number) const {
  std::error_code failure;
  return fs::exists(ListPath(number), failure);
}

base::Result<model::BackupFileList> BucketBackups::Read(uint32_t number) const {
  const std::string path = ListPath(number);
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file || text.size() < kDigestHexBytes) {
    return Damaged(path);
  }
  const std::string digest = text.substr(text.size() - kDigestHexBytes);
  text.resize(text.size() - kDigestHexBytes);
  auto list = model::Decode<model::BackupFileList>(text);
  if (base::HexEncode(base::Sha256(text)) != digest || !list.ok()) {
    return Damaged(path);
  }
  return list;
}

base::Result<model::BackupFileList> BucketBackups::ReadNewestBefore(uint32_t number) const {
  uint32_t newest = 0;
  for (const uint32_t other : NumbersIn(folder_ + "/lists")) {
    newest = other < number ? std::max(newest, other) : newest;
  }
  return newest == 0 ? model::BackupFileList{} : Read(newest);
}

base::Result<uint64_t> BucketBackups::Make(uint32_t number,
                                           const std::string& buckets,
                                           const std::function<bool()>& cancelled) const {
  PINION_CHECK(MakeFolder(folder_ + "/lists"));
  PINION_CHECK(MakeFolder(folder_ + "/files"));
  // Whatever is wrong with it, this backup can do without.
  auto previous = ReadNewestBefore(number);
  std::map<std::string, model::BackupFile> known;
  if (previous.ok()) {
    for (model::BackupFile& file : previous->files) {
      known.emplace(file.path, file);
    }
  }
  PINION_TRY(const auto paths, FilesBelow(buckets));
  const std::string draft = folder_ + "/files/.draft";
  model::BackupFileList list;
  uint64_t bytes = 0;
  for (const std::string& path : paths) {
    const std::string full = buckets + "/" + path;
    const File from(::open(full.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    struct stat facts = {};
    if (!from.open() || ::fstat(from.get(), &facts) != 0) {
      if (errno == ENOENT || errno == ELOOP) {
        continue;
      }
      return Failure("read", full);
    }
    model::BackupFile file;
    file.path = Shown(path);
    file.modified_nanos = NanosOf(facts.st_mtim);
    file.bytes = facts.st_size;
    std::error_code failure;
    const auto found = known.find(file.path);
    if (found != known.end() && found->second.bytes == file.bytes &&
        found->second.modified_nanos == file.modified_nanos &&
        fs::exists(ContentPath(found->second.sha256), failure)) {
      file.sha256 = found->second.sha256;
    } else {
      PINION_TRY(const Copied copied, Copy(from, full, draft, cancelled));
      file.sha256 = copied.digest;
      file.bytes = static_cast<int64_t>(copied.bytes);
      if (::rename(draft.c_str(), ContentPath(copied.digest).c_str()) != 0) {
        return Failure("write", ContentPath(copied.digest));
      }
    }
    bytes += static_cast<uint64_t>(file.bytes);
    list.files.push_back(std::move(file));
  }
  PINION_CHECK(storage::SyncFolder(folder_ + "/files"));

  std::string text = model::ToJson(list);
  text += base::HexEncode(base::Sha256(text));
  PINION_CHECK(storage::WriteDurableFile(ListPath(number), text));
  return bytes;
}

base::Status BucketBackups::Verify(uint32_t number) {
  PINION_TRY(const auto list, Read(number));
  for (const model::BackupFile& file : list.files) {
    if (verified_.contains(file.sha256)) {
      continue;
    }
    const std::string path = ContentPath(file.sha256);
    const File content(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!content.open()) {
      return Damaged(path);
    }
    PINION_TRY(const Copied copied, Copy(content, path, "", NeverCancelled));
    if (copied.digest != file.sha256) {
      return Damaged(path);
    }
    verified_.insert(file.sha256);
  }
  return {};
}

base::Status BucketBackups::Restore(uint32_t number, const std::string& buckets) const {
  PINION_TRY(const auto list, Read(number));
  std::set<std::string> folders;
  for (const model::BackupFile& file : list.files) {
    const auto path = PathOf(file.path);
    if (!path) {
      return Damaged(ListPath(number));
    }
    const std::string target = buckets + "/" + *path;
    const std::string folder = fs::path(target).parent_path().string();
    if (folders.insert(folder).second) {
      PINION_CHECK(MakeFolder(folder));
    }
    const std::string source = ContentPath(file.sha256);
    const File content(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
    if (!content.open()) {
      return Damaged(source);
    }
    PINION_TRY(const Copied copied, Copy(content, source, target, NeverCancelled));
    if (copied.digest != file.sha256) {
      return Damaged(source);
    }
  }
  for (const std::string& folder : folders) {
    PINION_CHECK(storage::SyncFolder(folder));
  }
  return {};
}

base::Status BucketBackups::KeepOnly(std::span<const uint32_t> numbers) const {
  std::set<std::string> needed;
  for (const uint32_t number : numbers) {
    PINION_TRY(const auto list, Read(number));
    for (const model::BackupFile& file : list.files) {
      needed.insert(file.sha256);
    }
  }
  for (const uint32_t number : NumbersIn(folder_ + "/lists")) {
    if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) {
      PINION_CHECK(RemoveFile(ListPath(number)));
    }
  }
  // Lists go first: what is left behind by a crash in between is not needed by any.
  PINION_CHECK(storage::SyncFolder(folder_ + "/lists"));
  std::vector<fs::path> unneeded;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder_ + "/files", failure)) {
    if (!needed.contains(entry.path().filename().string())) {
      unneeded.push_back(entry.path());
    }
  }
  for (const fs::path& path : unneeded) {
    PINION_CHECK(RemoveFile(path.string()));
  }
  return {};
}

}  // namespace pinion::server
