#include "engine/audit/blocks.h"

#include <algorithm>
#include <vector>

namespace musubi::engine {

BlockSizes CountBlocks(const RowVector<BlockToken>& tokens, double least, double most) {
  std::vector<BlockToken> sorted;
  for (const BlockToken& token : tokens) {
    if (token != BlockToken{}) sorted.push_back(token);
  }
  std::ranges::sort(sorted);
  BlockSizes sizes;
  sizes.records = sorted.size();
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    while (end < sorted.size() && sorted[end] == sorted[begin]) ++end;
    const std::uint64_t size = end - begin;
    ++sizes.blocks;
    sizes.largest = std::max(sizes.largest, size);
    const auto records = static_cast<double>(size);
    if (records < least || records > most) sizes.outside += size;
    begin = end;
  }
  return sizes;
}

}  // namespace musubi::engine
