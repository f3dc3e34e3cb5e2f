// What the links of a contract are worth. Counts alone.
#pragma once

#include <string>

#include "core/threshold.h"
#include "engine/tune/pair_counts.h"

namespace musubi::engine {

// What the second holder of a trial has of people whom the first has too.
enum class Copies {
  kUsual,  // records with errors as they come about between two registrations
  kClean   // the same records
};

struct Quality {
  PairCounts usual;
  PairCounts clean;
  Threshold threshold;  // of the contract, found or given
  std::string refusal;  // of a model that learnt nothing it trusts: why; else empty

  const PairCounts& of(Copies copies) const { return copies == Copies::kUsual ? usual : clean; }
};

}  // namespace musubi::engine
