// Compiled with -mpopcnt (engine/CMakeLists.txt).
#include "engine/compare/kernels.h"
#include "engine/compare/line_counter.h"

namespace musubi::engine {

void ComparePopcnt(const FilterRows& rows, FilterRange range, std::uint32_t left,
                   std::span<const std::uint32_t> rights, std::uint32_t* counts) {
  CompareRows<WordCounter>(rows, range, left, rights, counts);
}

}  // namespace musubi::engine
