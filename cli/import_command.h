// The `import` command of musubi-unit: sealed packages, encoding files and files of CLKs.
#pragma once

#include <string>

#include "cli/command.h"
#include "storage/encoding_file.h"

namespace musubi::cli {

// ", 1,000 planted copies" where a data set has any.
std::string Planted(const storage::EncodingManifest& manifest);

Command ImportCommand();

}  // namespace musubi::cli
