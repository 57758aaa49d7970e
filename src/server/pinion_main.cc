#include "server/command_line.h"

int main(int argc, char** argv) {
  return pinion::server::RunCommandLine(argc, argv);
}
