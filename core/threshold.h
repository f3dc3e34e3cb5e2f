// A fraction between 0 and 1, decided in integers so that nothing is lost to rounding.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.h"

namespace musubi {

// numerator / denominator, with 0 <= numerator <= denominator <= 1,000,000.
struct Threshold {
  std::uint32_t numerator = 1;
  std::uint32_t denominator = 1;

  // Reads a decimal such as "0.85", "1" or "0.666667": at most six places, from 0 to 1.
  //
  // Errors: kUsage  anything else
  static Result<Threshold> Parse(std::string_view decimal);

  bool operator==(const Threshold&) const = default;
};

}  // namespace musubi
