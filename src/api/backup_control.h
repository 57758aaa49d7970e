// What the operations may ask about backups; server/ implements it. Thread-safe.
#pragma once

#include <string>

#include "base/page.h"
#include "base/result.h"
#include "model/backup.h"

namespace pinion::api {

class BackupControl {
 public:
  virtual ~BackupControl() = default;
  // OPS-12: begins a backup into the folder `target` and returns at once. kInvalidArgument naming
  // what is wrong with the target, kConflict while another backup runs.
  virtual base::Result<model::BackupResponse> Begin(const std::string& target) = 0;
  // kNotFound.
  virtual base::Result<model::BackupResponse> Get(const std::string& id) const = 0;
  // Newest first.
  virtual base::Result<base::Page<model::BackupResponse>> List(
      const base::PageRequest& page) const = 0;
};

}  // namespace pinion::api
