#include "server/file_watch.h"

#include <utility>

#include <sys/stat.h>

namespace pinion::server {

FileWatch::FileWatch(std::vector<std::string> paths) : paths_(std::move(paths)), seen_(Stamp()) {}

bool FileWatch::Changed() {
  std::string now = Stamp();
  return std::exchange(seen_, now) != now;
}

// A file that is missing for a moment while it is replaced has a stamp, too.
std::string FileWatch::Stamp() const {
  std::string stamp;
  for (const std::string& path : paths_) {
    struct stat facts = {};
    if (::stat(path.c_str(), &facts) == 0) {
      stamp += std::to_string(facts.st_ino) + " " + std::to_string(facts.st_size) + " " +
               std::to_string(facts.st_mtim.tv_sec) + "." + std::to_string(facts.st_mtim.tv_nsec);
    }
    stamp += "\n";
  }
  return stamp;
}

}  // namespace pinion::server
