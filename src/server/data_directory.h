// The data directory: the only place that Pinion writes to (OPS-4). Made if absent, for its owner
// alone; a lock file keeps a second process out for as long as this object lives; FORMAT says how
// the data is written. Move-only.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace pinion::server {

class DataDirectory {
 public:
  // kConflict when another process holds it, kNotImplemented when its data is of a later format
  // than `format`, kUnavailable when it cannot be made, read or written.
  static base::Result<DataDirectory> Open(const std::string& path, int32_t format);

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&& other) noexcept;
  ~DataDirectory();

  const std::string& path() const { return path_; }
  std::string store_path() const { return path_ + "/store"; }
  std::string buckets_path() const { return path_ + "/buckets"; }
  std::string analytics_path() const { return path_ + "/analytics.duckdb"; }
  // Files of access requests (OPS-64).
  std::string private_path() const { return path_ + "/privacy"; }
  std::string master_key_path() const { return path_ + "/master.key"; }
  // While the master key is changed: the one to come.
  std::string next_master_key_path() const { return path_ + "/master.key.next"; }

 private:
  DataDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_ = -1;  // file descriptor that holds the lock
};

}  // namespace pinion::server
