// The attack on bits that go together because one token sets them all. Sees encodings and numbers
// of tokens. Private to engine/audit.
#pragma once

#include <cstdint>
#include <vector>

#include "core/encoding_set.h"

namespace musubi::engine {

struct MinedTokens {
  std::uint64_t sets = 0;   // of bits that go together
  std::uint64_t right = 0;  // of them, those whose token is right of nine records in ten
};

// Grows sets of bits from the pair that goes together most, and takes each for the token that as
// many people have. Only tokens that 1 to 60 % of the people have: others need no attack.
//
// Memory:  bits^2 numbers of 4 bytes, and the filter once more.
// Threads: safe; parallel inside.
// Source:  Christen, Ranbaduge, Vatsalan, Schnell, "Precise and fast cryptanalysis for Bloom filter
//          based privacy-preserving record linkage", IEEE TKDE 31(11), 2019: in a plain form.
MinedTokens MineTokens(const FilterColumn& filter,
                       const std::vector<std::vector<std::uint32_t>>& tokens);

}  // namespace musubi::engine
