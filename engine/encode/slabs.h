// Memory that is taken piece by piece, never moves, and is given back at once. Private to
// engine/encode.
#pragma once

#include <cstddef>
#include <vector>

#include "core/bit_matrix.h"

namespace musubi::engine {

// Threads: one at a time.
class Slabs {
 public:
  // `bytes` of memory for trivial types aligned to 8 bytes at most. Not zeroed; touched only where
  // it is written. Requires: bytes > 0.
  std::byte* Allocate(std::size_t bytes);

 private:
  std::vector<RowVector<std::byte>> blocks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;  // bytes of the last block
};

}  // namespace musubi::engine
