// The town of an address and its block number: 霞が関一丁目2番2号 as 霞が関 and 1-2-2.
// Sees identifiers; holder only. The rules, with examples, are in docs/identifiers.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "identity/address_text.h"

namespace musubi::identity {

// Appends to `*town` what stands before the block number that follows `at`, or all of it where no
// number follows; returns where the number, or the end, is. Numerals that belong to a town's name
// stay and are written in kanji: 北1条西, 北一条西; 12番丁, 十二番丁. With `hokkaido`, 北1西2 is
// 北1条西2.
std::size_t TakeTown(const AddressText& text, std::size_t at, bool hokkaido,
                     std::pmr::u32string* town);

// Replaces `*number` by the numbers of the block that starts at `at`, without leading zeros and
// with dashes between them; returns where the rest of the address is. Empty where the number is
// that of a room or floor, or 無番地.
std::size_t TakeBlockNumber(const AddressText& text, std::size_t at, std::string* number);

// Whether `number` is what TakeBlockNumber gives: 1-2-2.
bool IsBlockNumber(std::string_view number);

}  // namespace musubi::identity
