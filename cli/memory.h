// How much memory a command may use.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"

namespace musubi::cli {

// Reads "512MiB", "4 GiB", "4G" or a number of bytes; K, M, G and T are powers of 1024.
//
// Errors: kUsage  it is none of these, or is 0
Result<std::uint64_t> ParseBytes(const std::string& text);

// What this process may use: the machine's memory, or less where a control group limits it
// (cgroup v2 and v1).
std::uint64_t UsableMemory();

}  // namespace musubi::cli
