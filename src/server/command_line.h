// Reads the command line and runs the command that it names (OPS-1).
#pragma once

namespace pinion::server {

// The exit code of the process.
int RunCommandLine(int argc, char** argv);

}  // namespace pinion::server
