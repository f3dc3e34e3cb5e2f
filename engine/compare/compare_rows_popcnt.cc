// Compiled with -mpopcnt (engine/CMakeLists.txt).
#include "engine/compare/and_count_rows.h"
#include "engine/compare/kernels.h"

namespace musubi::engine {

void AndCountPopcnt(const BitMatrix& matrix, std::uint32_t left,
                    std::span<const std::uint32_t> rights, std::uint32_t* counts) {
  AndCountRows(matrix, left, rights, counts);
}

}  // namespace musubi::engine
