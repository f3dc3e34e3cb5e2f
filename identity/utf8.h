// UTF-8 as RFC 3629 defines it: checked once at the border, then read without checks.
// Sees identifiers; holder only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace musubi::identity {

// True where every byte is below 0x80. U+0000 counts as ASCII.
bool IsAscii(std::string_view bytes);

// True where `bytes` are well-formed (Unicode 15.0, table 3-7: no overlong form, no surrogate,
// nothing above U+10FFFF) and hold no U+0000.
bool IsValidUtf8(std::string_view bytes);

// The code point at `*at`; moves `*at` behind it.
//
// Requires: `text` is valid UTF-8, `*at` < text.size() and begins a code point.
char32_t NextCodePoint(std::string_view text, std::size_t* at);

// Requires: `c` is a code point and no surrogate.
void AppendUtf8(char32_t c, std::string* out);

}  // namespace musubi::identity
