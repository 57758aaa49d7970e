#include "jobs/part_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include "storage/durable_file.h"

namespace pinion::jobs {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kBufferBytes = 256 * 1024;
constexpr size_t kNumberDigits = 5;

base::Error WriteError(const std::string& path) {
  return base::Internal("The object " + path + " cannot be written: " + std::strerror(errno));
}

std::string NameOf(int32_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, kNumberDigits - std::min(kNumberDigits, digits.size()), '0');
  return "part-" + digits + ".gz";
}

}  // namespace

class PartFile::Impl {
 public:
  Impl(const std::string& folder, int32_t number)
      : folder_(folder),
        path_(folder + "/" + NameOf(number)),
        temporary_(folder + "/." + NameOf(number)) {}
  ~Impl() {
    if (file_ != nullptr) {
      gzclose(file_);
    }
    if (descriptor_ >= 0) {
      ::close(descriptor_);
      ::unlink(temporary_.c_str());
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  base::Status Create() {
    descriptor_ = ::open(temporary_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0640);
    // zlib closes its descriptor; ours stays open for the sync.
    const int for_zlib = descriptor_ < 0 ? -1 : ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
    if (for_zlib < 0) {
      return WriteError(path_);
    }
    file_ = gzdopen(for_zlib, "wb");
    if (file_ == nullptr) {
      ::close(for_zlib);
      return WriteError(path_);
    }
    gzbuffer(file_, kBufferBytes);
    return {};
  }

  base::Status AppendLine(std::string_view text) {
    if (gzwrite(file_, text.data(), static_cast<unsigned>(text.size())) !=
            static_cast<int>(text.size()) ||
        gzputc(file_, '\n') < 0) {
      return WriteError(path_);
    }
    return {};
  }

  base::Status Finish() {
    const int closed = gzclose(std::exchange(file_, nullptr));
    if (closed != Z_OK || ::fsync(descriptor_) != 0 ||
        ::rename(temporary_.c_str(), path_.c_str()) != 0) {
      return WriteError(path_);
    }
    ::close(std::exchange(descriptor_, -1));
    return storage::SyncFolder(folder_);
  }

 private:
  const std::string folder_;
  const std::string path_;
  const std::string temporary_;
  int descriptor_ = -1;  // open while the temporary name is there
  gzFile file_ = nullptr;
};

PartFile::PartFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PartFile::~PartFile() = default;

base::Result<std::unique_ptr<PartFile>> PartFile::Create(const std::string& folder,
                                                         int32_t number) {
  auto impl = std::make_unique<Impl>(folder, number);
  PINION_CHECK(impl->Create());
  return std::unique_ptr<PartFile>(new PartFile(std::move(impl)));
}

base::Status PartFile::AppendLine(std::string_view text) {
  return impl_->AppendLine(text);
}
base::Status PartFile::Finish() {
  return impl_->Finish();
}

base::Status RemoveParts(const std::string& folder) {
  std::vector<fs::path> parts;
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const std::string name = entry->path().filename().string();
    if (name.ends_with(".gz") && (name.starts_with("part-") || name.starts_with(".part-"))) {
      parts.push_back(entry->path());
    }
  }
  for (const fs::path& part : parts) {
    if (!failure) {
      fs::remove(part, failure);
    }
  }
  if (failure) {
    return base::Internal("The folder " + folder + " cannot be emptied: " + failure.message());
  }
  return {};
}

}  // namespace pinion::jobs
