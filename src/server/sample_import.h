// The sample file that --demo imports, as it lies in examples/. Built into the program, which needs
// no source folder to run.
#pragma once

#include <string_view>

namespace pinion::server {

inline constexpr std::string_view kSampleImportName = "Pinpoint_Sample_Import.csv";

// The bytes of the file.
std::string_view SampleImport();

}  // namespace pinion::server
