// Exit codes of the program, and how commands speak to the operator.
#pragma once

#include <string>

#include "base/result.h"

namespace pinion::server {

enum ExitCode : int {
  kExitOk = 0,
  kExitFailure = 1,
  kExitConfiguration = 2,
  kExitLocked = 3,       // another process has the data directory
  kExitNewerFormat = 4,  // the data is of a later version
};

ExitCode ExitCodeOf(const base::Error& error);
// Prints to standard error and returns `code`.
int Complain(const base::Error& error, ExitCode code);
// To standard output, at once.
void Print(const std::string& text);

}  // namespace pinion::server
