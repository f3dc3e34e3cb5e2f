// How any two records of a run agree, for those who judge proposals. Private to engine/link.
#pragma once

#include <cstdint>

#include "engine/model/pattern.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {

// Levels and score of a pair.
struct PairReading {
  Pattern levels = 0;       // 0 where the contract has more comparisons than a pattern
  std::uint32_t score = 0;  // as PairScores::Of
};

// The scores that the resolution asks for, and the levels that they come from. Threads: safe.
class PairReader : public PairScores {
 public:
  virtual PairReading Read(std::uint32_t left, std::uint32_t right) const = 0;
};

}  // namespace musubi::engine
