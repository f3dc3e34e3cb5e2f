// What a command asks of the files that it is given, before it opens one. Sees names alone.
#pragma once

#include <filesystem>
#include <vector>

#include "core/result.h"

namespace musubi::cli {

// Refuses one file under two of the names given, which --force would replace: the references can
// never be made again, nor the input or the secret. An empty name stands for no file, and "-" for a
// standard stream: neither is compared.
//
// Errors:  kUsage  a file is named twice
// Threads: safe.
Status CheckDistinct(const std::vector<std::filesystem::path>& files);

// Refuses "-", which is standard input and never an output: a file of that name would be a
// surprise. An empty name stands for no file.
//
// Errors:  kUsage  an output is "-"
// Threads: safe.
Status CheckOutputs(const std::vector<std::filesystem::path>& outputs);

}  // namespace musubi::cli
