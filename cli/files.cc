#include "cli/files.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace musubi::cli {

Status CheckDistinct(const std::vector<std::filesystem::path>& files) {
  std::vector<std::filesystem::path> seen;
  for (const auto& file : files) {
    std::error_code error;
    auto path = std::filesystem::weakly_canonical(std::filesystem::absolute(file, error), error);
    if (file.empty() || file == "-" || error) continue;
    if (std::ranges::count(seen, path) > 0) {
      return Error{ErrorCode::kUsage,
                   file.string() + " is named twice; give each file its own name"};
    }
    seen.push_back(std::move(path));
  }
  return {};
}

Status CheckOutputs(const std::vector<std::filesystem::path>& outputs) {
  if (std::ranges::count(outputs, "-") == 0) return {};
  return Error{ErrorCode::kUsage, "an output must be a file; - is for the input only"};
}

}  // namespace musubi::cli
