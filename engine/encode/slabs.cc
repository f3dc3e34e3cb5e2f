#include "engine/encode/slabs.h"

#include <algorithm>
#include <cstdint>

namespace musubi::engine {

namespace {

constexpr std::size_t kFirstBlock = 1 << 16;  // bytes
constexpr std::size_t kDoublings = 6;         // so the largest is 4 MiB

}  // namespace

std::byte* Slabs::Allocate(std::size_t bytes) {
  constexpr std::size_t kAlignment = alignof(std::uint64_t);
  bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (left_ < bytes) {
    // Blocks double, so that a small file takes little; large ones come in huge pages.
    const std::size_t size = kFirstBlock << std::min(blocks_.size(), kDoublings);
    blocks_.emplace_back().reserve(std::max(bytes, size));
    next_ = blocks_.back().data();
    left_ = blocks_.back().capacity();
  }
  std::byte* const at = next_;
  next_ += bytes;
  left_ -= bytes;
  return at;
}

}  // namespace musubi::engine
