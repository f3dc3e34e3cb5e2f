// Whether the bits of a filter are set as often as coins would be. Sees encodings alone. Private to
// engine/audit.
#pragma once

#include <cstdint>

#include "core/encoding_set.h"

namespace musubi::engine {

struct FrequencyDivergence {
  double distance = 0;  // Jensen and Shannon's, from 0, the same, to 1
  double of_coins = 0;  // what it is of coins at most in 99 files of 100
};

// Of how many records have each bit, in 32 ranges that are as likely of coins, against those of
// fair coins; and the same of 1,000 filters of coins drawn by `seed`. 0 and 0 where no record has
// the filter.
//
// Source: Lin, "Divergence measures based on the Shannon entropy", IEEE Trans Inform Theory 37(1),
//         1991; its square root is a distance: Endres, Schindelin, same journal 49(7), 2003.
FrequencyDivergence DivergenceFromCoins(const FilterColumn& filter, std::uint64_t seed);

}  // namespace musubi::engine
