// Characters as Python's str sees them: code points, white space, decimal digits and case.
// Sees identifiers; holder only. Private to clkhash.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace musubi::clkhash {

// Requires: well-formed UTF-8.
std::size_t CountCodePoints(std::string_view text);

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
