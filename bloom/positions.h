// Which bits of a filter a token sets: keyed, uniform and remembered. Holder only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crypto/hmac.h"

namespace musubi::bloom {

// The positions of tokens in one filter under one subkey.
//
// A token's positions are `count` distinct numbers below `bits`: the 16-bit little-endian words of
// HMAC(key, counter as 4 little-endian bytes || token) for counter = 0, 1, ..., each reduced modulo
// `bits`; words in the incomplete last span of `bits` below 65,536 and repeats are passed over. So
// every set of positions is equally likely, unlike under double hashing, whose lines of positions
// pattern mining finds (Christen et al., IEEE TKDE 31(11), 2019).
//
// Tokens are few and repeat, so their positions are remembered, up to kMaxRemembered tokens.
//
// Threads: one at a time.
class PositionCache {
 public:
  static constexpr std::size_t kMaxRemembered = 1 << 17;

  // Requires: 0 < count <= 64 <= bits <= 8192.
  PositionCache(crypto::Hmac prf, std::uint32_t bits, std::uint32_t count);

  // Borrowed until the next call.
  std::span<const std::uint16_t> Of(std::string_view token);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const;
  };

  void Derive(std::string_view token, std::uint16_t* positions);

  crypto::Hmac prf_;
  std::uint32_t bits_;
  std::uint32_t count_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> index_;
  std::vector<std::uint16_t> remembered_;
  std::vector<std::uint16_t> latest_;
  std::vector<std::uint8_t> message_;
};

}  // namespace musubi::bloom
