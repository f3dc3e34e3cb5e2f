#include "engine/model/excess.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "engine/model/logarithm.h"

namespace musubi::engine {

void SumOverSupersets(std::vector<double>* counts) {
  for (std::size_t bit = 1; bit < counts->size(); bit *= 2) {
    for (std::size_t set = 0; set < counts->size(); ++set) {
      if ((set & bit) == 0) (*counts)[set] += (*counts)[set | bit];
    }
  }
}

std::vector<Excess> FindExcess(const std::vector<double>& observed,
                               const std::vector<double>& expected, std::size_t most) {
  constexpr double kLeastExpected = 1e-9;  // pairs
  constexpr double kLn2 = 0.6931471805599453;
  std::vector<Excess> found;
  for (std::size_t set = 0; set < observed.size(); ++set) {
    const double chance = std::max(expected[set], kLeastExpected);
    if (std::popcount(set) < 2 || observed[set] <= chance) continue;
    const double gain =
        observed[set] * Log2(observed[set] / chance) - (observed[set] - chance) / kLn2;
    found.push_back({static_cast<PlaceSet>(set), observed[set], gain});
  }
  const auto better = [](const Excess& a, const Excess& b) {
    return std::tuple(b.gain, a.set) < std::tuple(a.gain, b.set);
  };
  std::ranges::sort(found, better);
  if (found.size() > most) found.resize(most);
  return found;
}

}  // namespace musubi::engine
