// Characters as Python's str sees them: code points, white space, decimal digits and case.
// Sees identifiers; holder only. Private to clkhash.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace musubi::clkhash {

// True where `bytes` are well-formed UTF-8 (RFC 3629); U+0000 is a character like any other.
bool IsUtf8(std::string_view bytes);

bool IsAscii(std::string_view bytes);

// The bytes of the code point at `at`. Requires: valid UTF-8, at < text.size().
std::size_t CodePointBytes(std::string_view text, std::size_t at);

// The code point at `*at`; moves `*at` behind it. Requires: as CodePointBytes.
char32_t NextCodePoint(std::string_view text, std::size_t* at);

std::size_t CountCodePoints(std::string_view text);

void AppendUtf8(char32_t c, std::string* text);

// What str.isspace() finds: the white space of Unicode, and U+001C to U+001F.
bool IsSpace(char32_t c);

// The value of a decimal digit of any script (general category Nd); none for other characters.
std::optional<int> DecimalDigit(char32_t c);

// Whether str.upper() or str.lower() of `text` is `text`: full mappings, no language's own.
//
// Threads: safe.
bool IsUpperCase(std::string_view text);
bool IsLowerCase(std::string_view text);

// The character that Unicode calls `name`, in any case; none where there is none.
std::optional<char32_t> CharacterNamed(const std::string& name);

}  // namespace musubi::clkhash
