// Addresses of Kyoto, which name a way along the streets as well as the town.
// Sees identifiers; holder only.
#pragma once

#include <cstddef>
#include <string_view>

#include "identity/address_text.h"

namespace musubi::identity {

// Where the town of an address of Kyoto is written.
struct KyotoTown {
  std::size_t begin = 0;  // begin to end: a town that comes before the way
  std::size_t end = 0;
  std::size_t rest = 0;  // where the town goes on, or starts, or the number follows
};

// Finds the town in the address that goes on at `at`: 河原町二条下ル一之船入町537 (the town follows
// the way, and begin is end) and 役人町中立売通堀川西入260 (it comes first). Where no way is
// written, all three are `at`.
KyotoTown FindKyotoTown(const AddressText& text, std::size_t at);

}  // namespace musubi::identity
