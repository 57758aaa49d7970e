// Notices that files were replaced or written anew, when it is asked (API-96). Not thread-safe.
#pragma once

#include <string>
#include <vector>

namespace pinion::server {

class FileWatch {
 public:
  explicit FileWatch(std::vector<std::string> paths);

  // True when any of them is another one, or was changed, since the last call or the construction.
  bool Changed();

 private:
  std::string Stamp() const;

  const std::vector<std::string> paths_;
  std::string seen_;
};

}  // namespace pinion::server
