// Random numbers that follow from a seed, the same on every machine: for simulations, never for
// anything that must not be guessed.
#pragma once

#include <cstdint>
#include <random>

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

}  // namespace musubi
