#include "cli/memory.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>

namespace musubi::cli {
namespace {

// A control group's limit; the most there can be where `file` has none.
std::uint64_t LimitIn(const char* file) {
  std::ifstream in(file);
  std::uint64_t limit = 0;
  return in >> limit ? limit : UINT64_MAX;  // cgroup v2 says "max"
}

}  // namespace

Result<std::uint64_t> ParseBytes(const std::string& text) {
  const Error refused{ErrorCode::kUsage,
                      "--memory is a number of bytes, or one with K, M, G or T, "
                      "such as 4GiB"};
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number == 0) return refused;
  std::string unit(after, end);
  unit.erase(std::remove(unit.begin(), unit.end(), ' '), unit.end());
  if (unit.ends_with("iB")) unit.resize(unit.size() - 2);
  if (unit.empty()) return number;
  const std::size_t power = std::string("KMGT").find(unit);
  if (unit.size() != 1 || power == std::string::npos) return refused;
  const unsigned shift = 10 * (static_cast<unsigned>(power) + 1);
  if (number > UINT64_MAX >> shift) return refused;
  return number << shift;
}

std::uint64_t UsableMemory() {
  const auto pages = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES));
  const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return std::min({pages * page_bytes, LimitIn("/sys/fs/cgroup/memory.max"),
                   LimitIn("/sys/fs/cgroup/memory/memory.limit_in_bytes")});
}

}  // namespace musubi::cli
