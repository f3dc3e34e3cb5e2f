#include "blocking/miss_allowance.h"

#include <tbb/parallel_for.h>

#include <algorithm>

namespace musubi::blocking {

MissAllowance::MissAllowance(const SimilarityRule& rule, const std::vector<std::uint8_t>& occurs)
    : class_of_(occurs.size()) {
  for (std::uint32_t popcount = 0; popcount < occurs.size(); ++popcount) {
    if (occurs[popcount] == 0) continue;
    class_of_[popcount] = static_cast<std::uint16_t>(popcounts_.size());
    popcounts_.push_back(popcount);
  }
  table_.resize(popcounts_.size() * popcounts_.size());
  tbb::parallel_for(std::size_t{0}, popcounts_.size(), [&](std::size_t query) {
    const std::uint32_t a = popcounts_[query];
    for (std::size_t record = 0; record < popcounts_.size(); ++record) {
      const std::uint32_t b = popcounts_[record];
      // Tversky's similarity is not the same both ways, and rows may come either way.
      const std::uint32_t least = std::min(rule.LeastCommon(a, b), rule.LeastCommon(b, a));
      table_[query * popcounts_.size() + record] =
          static_cast<std::uint16_t>(least > std::min(a, b) ? 0 : a - least + 1);
    }
  });
}

}  // namespace musubi::blocking
