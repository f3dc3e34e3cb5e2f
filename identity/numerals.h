// Numbers as dates write them: 46, 四十六, 二〇. Sees identifiers; holder only.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace musubi::identity {

struct Numeral {
  int value = 0;  // below 100,000,000
  int width = 0;  // digits as written, with leading zeros: "05" and 〇五 have 2; 四十六 has 2
};

// The run of ASCII digits, or of kanji numerals, that starts at `*at`; moves `*at` behind it.
// Kanji are read digit by digit (二〇一九) or with 十, 百 and 千 (四十六). Nothing, with `*at`
// unspecified, where there is no number, more than 8 digits, or kanji in no such order.
//
// Requires: `text` is valid UTF-8 in NFKC, `*at` <= text.size() begins a code point.
std::optional<Numeral> TakeNumeral(std::string_view text, std::size_t* at);

}  // namespace musubi::identity
