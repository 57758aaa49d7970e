#include "jobs/object_location.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "storage/durable_file.h"

namespace pinion::jobs {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBucketScheme = "s3://";
constexpr std::string_view kFileScheme = "file://";

base::Error Refused(std::string_view member, const std::string& rule) {
  return base::InvalidArgument("Member '" + std::string(member) + "': " + rule);
}

bool IsBucketName(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string_view::npos;
}

bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

bool LeavesFolder(std::string_view key) {
  const fs::path path(key);
  return std::any_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

bool HasExtension(std::string_view name, model::Format format) {
  constexpr std::array<std::string_view, 2> kCsv = {".csv", ".csv.gz"};
  constexpr std::array<std::string_view, 6> kJson = {
      ".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz"};
  const auto ends = [name](std::string_view extension) { return name.ends_with(extension); };
  return format == model::Format::kCsv ? std::any_of(kCsv.begin(), kCsv.end(), ends)
                                       : std::any_of(kJson.begin(), kJson.end(), ends);
}

bool IsGzip(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 2> magic{};
  file.read(magic.data(), magic.size());
  return file && magic[0] == '\x1F' && magic[1] == '\x8B';
}

ImportObject Describe(const fs::path& path, std::string key) {
  std::error_code failure;
  const auto bytes = fs::file_size(path, failure);
  return {.key = std::move(key),
          .path = path.string(),
          .bytes = failure ? 0 : bytes,
          .is_gzip = IsGzip(path)};
}

}  // namespace

base::Result<ObjectLocations::Place> ObjectLocations::PlaceOf(std::string_view url,
                                                              std::string_view member) const {
  if (HasControlCharacter(url) || LeavesFolder(url)) {
    return Refused(member, "control characters and '..' are not allowed.");
  }
  if (url.starts_with(kBucketScheme)) {
    const std::string_view rest = url.substr(kBucketScheme.size());
    const size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view bucket = rest.substr(0, slash);
    if (!IsBucketName(bucket)) {
      return Refused(
          member, "expected s3://bucket/key with a bucket name of 3 to 63 of a-z, 0-9, '.', '-'.");
    }
    // As a path it would begin at the root of the disk.
    if (rest.substr(slash).starts_with("//")) {
      return Refused(member, "a key cannot begin with '/'.");
    }
    return Place{.root = options_.bucket_root + "/" + std::string(bucket),
                 .key = std::string(rest.substr(std::min(slash + 1, rest.size())))};
  }
  if (!url.starts_with(kFileScheme) || url.substr(kFileScheme.size()).find('/') != 0) {
    return Refused(member, "expected s3://bucket/key or file:///absolute/path.");
  }
  std::error_code failure;
  const fs::path path = fs::weakly_canonical(url.substr(kFileScheme.size()), failure);
  for (const std::string& root : options_.file_roots) {
    const fs::path allowed = fs::weakly_canonical(root, failure);
    const fs::path inside = path.lexically_relative(allowed);
    if (!inside.empty() && *inside.begin() != "..") {
      return Place{.root = allowed.string(), .key = inside.string()};
    }
  }
  return Refused(member, "Location not allowed: no folder of jobs.file_roots holds it.");
}

base::Status ObjectLocations::Check(std::string_view url, std::string_view member) const {
  PINION_CHECK(PlaceOf(url, member));
  return {};
}

base::Result<std::vector<ImportObject>> ObjectLocations::List(std::string_view url,
                                                              model::Format format) const {
  PINION_TRY(const Place place, PlaceOf(url));
  std::vector<ImportObject> objects;
  std::error_code failure;
  const fs::path exact = fs::path(place.root) / place.key;
  if (!place.key.empty() && fs::is_regular_file(exact, failure)) {
    objects.push_back(Describe(exact, place.key));
    return objects;
  }
  if (!fs::is_directory(place.root, failure)) {
    return objects;
  }
  for (fs::recursive_directory_iterator entry(place.root, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const std::string key = entry->path().lexically_relative(place.root).string();
    const std::string name = entry->path().filename().string();
    const bool skipped =
        name.starts_with('.') || name.starts_with('_') || !key.starts_with(place.key);
    if (skipped || !entry->is_regular_file(failure)) {
      continue;
    }
    const model::Format other =
        format == model::Format::kCsv ? model::Format::kJson : model::Format::kCsv;
    ImportObject object = Describe(entry->path(), key);
    if (object.bytes > 0 && (HasExtension(name, format) || !HasExtension(name, other))) {
      objects.push_back(std::move(object));
    }
  }
  if (failure) {
    return base::Internal("The folder " + place.root + " cannot be read: " + failure.message());
  }
  std::sort(
      objects.begin(), objects.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  return objects;
}

base::Result<std::string> ObjectLocations::MakeFolder(std::string_view url,
                                                      std::string_view name) const {
  PINION_TRY(const Place place, PlaceOf(url, "S3UrlPrefix"));
  const fs::path root(place.root);
  const fs::path folder = root / place.key / name;
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) {
    return base::Internal("The folder " + folder.string() +
                          " cannot be made: " + failure.message());
  }
  // A new folder's name is durable once the folder that it is in is.
  for (fs::path made = folder; made != root.parent_path() && made.has_relative_path();
       made = made.parent_path()) {
    PINION_CHECK(storage::SyncFolder(made.parent_path().string()));
  }
  return folder.string();
}

}  // namespace pinion::jobs
