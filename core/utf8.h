// UTF-8 as RFC 3629 defines it: checked once at the border, then read without checks.
// Sees the text it is given, identifiers among it, and keeps none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace musubi {

// True where every byte is below 0x80. U+0000 counts as ASCII.
//
// Threads: safe.
bool IsAscii(std::string_view bytes);

// True where `bytes` are well-formed: no overlong form, no surrogate, nothing above U+10FFFF.
// U+0000 is a character like any other.
//
// Threads: safe.
// Source:  The Unicode Standard 15.0, table 3-7.
bool IsWellFormedUtf8(std::string_view bytes);

// True where `bytes` are well-formed, as above, and hold no U+0000: what identifiers must be.
//
// Threads: safe.
bool IsValidUtf8(std::string_view bytes);

// The number of bytes, 1 to 4, of the code point that starts with `lead`.
//
// Requires: `lead` is the first byte of a code point in well-formed UTF-8.
// Threads:  safe.
inline std::size_t CodePointBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

// The code point at `*at`; moves `*at` behind it.
//
// Requires: `text` is well-formed UTF-8, `*at` < text.size() and begins a code point.
// Threads:  safe while no two calls share `at`.
char32_t NextCodePoint(std::string_view text, std::size_t* at);

// Appends the UTF-8 of `c`, 1 to 4 bytes, to `*out`.
//
// Requires: `c` is a code point and no surrogate.
// Threads:  safe while no two calls share `out`.
void AppendUtf8(char32_t c, std::string* out);

}  // namespace musubi
