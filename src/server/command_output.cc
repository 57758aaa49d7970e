#include "server/command_output.h"

#include <cstdio>

namespace pinion::server {

ExitCode ExitCodeOf(const base::Error& error) {
  switch (error.code) {
    case base::Errc::kConflict:
      return kExitLocked;
    case base::Errc::kNotImplemented:
      return kExitNewerFormat;
    case base::Errc::kInvalidArgument:
      return kExitConfiguration;
    default:
      return kExitFailure;
  }
}

int Complain(const base::Error& error, ExitCode code) {
  std::fprintf(stderr, "pinion: %s\n", error.message.c_str());
  return code;
}

void Print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace pinion::server
