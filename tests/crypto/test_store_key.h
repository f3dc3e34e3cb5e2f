// The key of the stores that tests make, the same in every process.
#pragma once

#include <algorithm>
#include <utility>

#include "crypto/store_key.h"

namespace musubi::crypto {

inline const StoreKey& TestStoreKey() {
  static const StoreKey kKey = [] {
    SecureBytes bytes(StoreKey::kBytes);
    std::ranges::fill(bytes.mutable_bytes(), std::uint8_t{0x5A});
    return StoreKey::Of(std::move(bytes));
  }();
  return kKey;
}

}  // namespace musubi::crypto
