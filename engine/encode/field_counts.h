// What the values of a field look like and how often each occurs, without keeping one. Private to
// engine/encode.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "engine/encode/field_profile.h"
#include "engine/encode/field_value.h"

namespace musubi::engine {

// Counts 64-bit hashes of values. Two different values among a million share a hash with a chance
// of about 10^-8, and would be counted as one.
class FieldCounts {
 public:
  // `times` rows have `value`.
  void Add(const FieldValue& value, std::uint64_t times);
  void Add(const FieldCounts& other);

  FieldProfile Profile() const;

 private:
  FieldProfile profile_;                                       // but for what times_of_ tells
  std::unordered_map<std::uint64_t, std::uint64_t> times_of_;  // of the present values
};

}  // namespace musubi::engine
