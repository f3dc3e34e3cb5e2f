#include "bloom/keyed_draws.h"

#include <array>
#include <numeric>
#include <utility>

#include "core/check.h"

namespace musubi::bloom {

KeyedDraws::KeyedDraws(crypto::Hmac key) : key_(std::move(key)), used_(block_.size()) {}

std::uint32_t KeyedDraws::Word() {
  if (used_ == block_.size()) {
    std::array<std::uint8_t, 8> message{};
    for (std::size_t i = 0; i < message.size(); ++i) {
      message[i] = static_cast<std::uint8_t>(counter_ >> (8 * i));
    }
    block_ = key_(message);
    ++counter_;
    used_ = 0;
  }
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) word |= std::uint32_t{block_[used_ + i]} << (8 * i);
  used_ += 4;
  return word;
}

std::uint32_t KeyedDraws::Below(std::uint32_t bound) {
  MUSUBI_CHECK(bound > 0);
  constexpr std::uint64_t kWords = std::uint64_t{1} << 32;
  const std::uint64_t limit = kWords - kWords % bound;
  std::uint32_t word = Word();
  while (word >= limit) word = Word();
  return word % bound;
}

std::vector<std::uint16_t> KeyedOrder(std::uint32_t count, crypto::Hmac key) {
  MUSUBI_CHECK(count <= 1U << 16);
  KeyedDraws draws(std::move(key));
  std::vector<std::uint16_t> order(count);
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  for (std::uint32_t last = count; last > 1; --last) {
    std::swap(order[last - 1], order[draws.Below(last)]);
  }
  return order;
}

}  // namespace musubi::bloom
