// The files that access requests make: one JSON document each, below the data directory, readable
// by its owner only. Stateless.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "storage/durable_file.h"

namespace pinion::privacy {

class PrivateFiles {
 public:
  // The folder is made with the first file.
  explicit PrivateFiles(std::string folder) : folder_(std::move(folder)) {}

  // A file that is being written; it appears under its name when it is finished, and not at all if
  // it never is.
  class Draft {
   public:
    explicit Draft(storage::DurableFile file) : file_(std::move(file)) {}

    // kUnavailable when the disk does not take it.
    base::Status Write(std::string_view text);
    // Durable when it returns.
    base::Status Finish();
    uint64_t bytes() const { return bytes_; }

   private:
    storage::DurableFile file_;
    uint64_t bytes_ = 0;
  };
  base::Result<std::unique_ptr<Draft>> Create(const base::AppId& app, std::string_view id) const;
  // kNotFound.
  base::Result<std::string> Read(const base::AppId& app, std::string_view id) const;
  // Also what is left of a draft. Nothing to remove is fine.
  base::Status Remove(const base::AppId& app, std::string_view id) const;
  base::Status RemoveApp(const base::AppId& app) const;
  // Removes the files of every application but those that `exists` names: what a deletion that was
  // cut short has left.
  base::Status KeepOnly(const std::function<bool(const base::AppId& app)>& exists) const;

 private:
  std::string PathOf(const base::AppId& app, std::string_view id) const;

  const std::string folder_;
};

}  // namespace pinion::privacy
