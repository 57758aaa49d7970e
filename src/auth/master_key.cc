#include "auth/master_key.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/log.h"
#include "storage/durable_file.h"

namespace pinion::auth {
namespace {

constexpr size_t kFileBytesMax = 256;
constexpr mode_t kOthers = 077;

// Closes a file descriptor.
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

 private:
  const int descriptor_;
};

base::Error FileError(const std::string& path, std::string_view what) {
  return base::Unavailable("The master key file " + path + " cannot be " + std::string(what) +
                           ": " + std::strerror(errno) + ".");
}

base::Status Write(const std::string& path, const std::string& text) {
  const auto written = storage::WriteDurableFile(path, text);
  return written.ok() ? base::Status()
                      : base::Status(base::Unavailable("The master key file cannot be written. " +
                                                       written.error().message));
}

}  // namespace

base::Result<MasterKey> MasterKey::FromBase64(std::string_view text) {
  std::optional<std::string> bytes = base::Base64Decode(text);
  if (!bytes.has_value() || bytes->size() != kMasterKeyBytes) {
    return base::InvalidArgument("The master key must be 32 bytes in base64.");
  }
  return MasterKey(*std::move(bytes));
}

MasterKey MasterKey::New(base::RandomSource& random) {
  std::array<uint8_t, kMasterKeyBytes> bytes{};
  random.Fill(bytes);
  return MasterKey(std::string(bytes.begin(), bytes.end()));
}

base::Status MasterKey::WriteTo(const std::string& path) const {
  return Write(path, base::Base64Encode(bytes_) + "\n");
}

base::Result<MasterKey> MasterKey::FromFile(const std::string& path, base::RandomSource& random) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0 && errno != ENOENT) {
    return FileError(path, "read");
  }
  if (file.get() < 0) {
    MasterKey made = New(random);
    PINION_CHECK(made.WriteTo(path));
    return made;
  }
  struct stat facts = {};
  if (::fstat(file.get(), &facts) == 0 && (facts.st_mode & kOthers) != 0) {
    base::Log(base::LogLevel::kWarning,
              "auth",
              "the master key file can be read by others; set its mode to 0600",
              {{"path", path}});
  }
  std::array<char, kFileBytesMax> text{};
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  if (size < 0) {
    return FileError(path, "read");
  }
  auto read = FromBase64(std::string_view(text.data(), static_cast<size_t>(size)));
  if (!read.ok()) {
    return base::InvalidArgument("The file " + path + " must hold 32 bytes in base64.");
  }
  return read;
}

}  // namespace pinion::auth
