// Numbers in an order that follows from a seed. Private to engine/tune.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "core/seeded_draws.h"

namespace musubi::engine {

// The first `taken` of the numbers below `count` in random order. Requires: taken <= count.
inline std::vector<std::uint32_t> Shuffled(std::size_t count, std::size_t taken,
                                           SeededDraws* draws) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0U);
  for (std::size_t i = 0; i < taken; ++i) {
    std::swap(numbers[i], numbers[i + draws->Below(count - i)]);
  }
  numbers.resize(taken);
  return numbers;
}

}  // namespace musubi::engine
