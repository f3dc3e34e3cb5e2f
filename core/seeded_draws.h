// Random numbers that follow from a seed, the same on every machine: for simulations, never for
// anything that must not be guessed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

namespace musubi {

// The generator's numbers are fixed by the standard, those of the standard's distributions are not:
// so what is drawn from them is made here.
//
// Threads: one at a time.
class SeededDraws {
 public:
  explicit SeededDraws(std::uint64_t seed) : engine_(seed) {}

  // One of 0 to `bound` - 1, each as likely but for 1 part in 2^64 / bound.
  //
  // Requires: bound > 0.
  std::uint64_t Below(std::uint64_t bound) {
    return static_cast<std::uint64_t>(Wide{engine_()} * bound >> 64);
  }

  // True with the chance share / 100.
  bool Percent(unsigned share) { return Below(100) < share; }

 private:
  __extension__ using Wide = unsigned __int128;

  std::mt19937_64 engine_;
};

// The first `taken` of the numbers below `count`, in random order. Requires: taken <= count < 2^32.
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

}  // namespace musubi
