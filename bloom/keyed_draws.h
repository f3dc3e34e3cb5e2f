// Numbers and orders that a key alone decides. Holder only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "crypto/hmac.h"

namespace musubi::bloom {

// The 32-bit little-endian words of HMAC(key, counter as 8 little-endian bytes) for counter = 0, 1,
// ..., one after the other.
//
// Threads: one at a time.
class KeyedDraws {
 public:
  explicit KeyedDraws(crypto::Hmac key);

  // Every number below `bound` is equally likely: words in the incomplete last span of `bound`
  // below 2^32 are passed over. Requires: bound > 0.
  std::uint32_t Below(std::uint32_t bound);

 private:
  std::uint32_t Word();

  crypto::Hmac key_;
  std::uint64_t counter_ = 0;
  crypto::Digest256 block_{};
  std::size_t used_;
};

// The numbers below `count` in an order in which every one is equally likely (Fisher and Yates, in
// the form of Durstenfeld, CACM 7(7), 1964: place i takes a draw from the places up to i, itself
// among them; drawing from those before it would give cycles alone). Requires: count <= 2^16.
std::vector<std::uint16_t> KeyedOrder(std::uint32_t count, crypto::Hmac key);

}  // namespace musubi::bloom
