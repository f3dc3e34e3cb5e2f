// How many records of a file share a block token: what the unit can count without any attack. Sees
// tokens alone. Private to engine/audit.
#pragma once

#include <cstdint>

#include "core/bit_matrix.h"
#include "core/ids.h"

namespace musubi::engine {

struct BlockSizes {
  std::uint64_t records = 0;  // that have the token
  std::uint64_t blocks = 0;
  std::uint64_t outside = 0;  // records in blocks of fewer than `least` or more than `most`
  std::uint64_t largest = 0;
};

BlockSizes CountBlocks(const RowVector<BlockToken>& tokens, double least, double most);

}  // namespace musubi::engine
