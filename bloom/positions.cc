#include "bloom/positions.h"

#include <xxhash.h>

#include <algorithm>

#include "core/check.h"

namespace musubi::bloom {

std::size_t PositionCache::Hash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

PositionCache::PositionCache(crypto::Hmac prf, std::uint32_t bits, std::uint32_t count)
    : prf_(std::move(prf)), bits_(bits), count_(count), latest_(count) {
  MUSUBI_CHECK(count > 0 && count <= 64 && bits >= 64 && bits <= 8192);
}

std::span<const std::uint16_t> PositionCache::Of(std::string_view token) {
  if (const auto known = index_.find(token); known != index_.end()) {
    return {remembered_.data() + std::size_t{known->second} * count_, count_};
  }
  Derive(token, latest_.data());
  if (index_.size() < kMaxRemembered) {
    index_.emplace(token, static_cast<std::uint32_t>(index_.size()));
    remembered_.insert(remembered_.end(), latest_.begin(), latest_.end());
  }
  return latest_;
}

void PositionCache::Derive(std::string_view token, std::uint16_t* positions) {
  constexpr std::uint32_t kWords = 1 << 16;
  const std::uint32_t limit = kWords - kWords % bits_;
  message_.assign(4, 0);
  message_.insert(message_.end(), token.begin(), token.end());
  std::uint32_t found = 0;
  for (std::uint32_t counter = 0; found < count_; ++counter) {
    for (std::uint32_t i = 0; i < 4; ++i) {
      message_[i] = static_cast<std::uint8_t>(counter >> (8 * i));
    }
    const crypto::Digest256 block = prf_(message_);
    for (std::size_t at = 0; at < block.size() && found < count_; at += 2) {
      const std::uint32_t word = block[at] | static_cast<std::uint32_t>(block[at + 1]) << 8;
      const auto position = static_cast<std::uint16_t>(word % bits_);
      const bool repeats = std::find(positions, positions + found, position) != positions + found;
      if (word < limit && !repeats) positions[found++] = position;
    }
  }
}

}  // namespace musubi::bloom
