// Where import files lie and exports go (JOB-1 to JOB-6): `s3://bucket/key` in local buckets below
// the data directory, or `file:` URLs below folders that the operator has opened. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/common.h"

namespace pinion::jobs {

struct ImportObject {
  std::string key;   // within the bucket, or the path
  std::string path;  // on disk
  uint64_t bytes = 0;
  bool is_gzip = false;
};

class ObjectLocations {
 public:
  struct Options {
    std::string bucket_root;              // {data_dir}/buckets
    std::vector<std::string> file_roots;  // none: `file:` is not allowed
  };
  explicit ObjectLocations(Options options) : options_(std::move(options)) {}

  // kInvalidArgument naming `member` when the URL is malformed or its place is not allowed.
  base::Status Check(std::string_view url, std::string_view member = "S3Url") const;
  // The objects of `format` at an object or below a prefix, by key; empty ones and names that begin
  // with `.` or `_` are left out. kInternal when the folder cannot be read.
  base::Result<std::vector<ImportObject>> List(std::string_view url, model::Format format) const;
  // The path of the folder `name` below a prefix (JOB-71); makes it, durably, when it is not there.
  // kInternal when it cannot be made.
  base::Result<std::string> MakeFolder(std::string_view url, std::string_view name) const;

 private:
  struct Place {
    std::string root;  // what may not be left
    std::string key;
  };
  base::Result<Place> PlaceOf(std::string_view url, std::string_view member = "S3Url") const;

  const Options options_;
};

}  // namespace pinion::jobs
