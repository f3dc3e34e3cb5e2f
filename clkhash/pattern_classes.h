// Characters and sets of characters in PCRE2's syntax. Private to clkhash.
#pragma once

#include <string>
#include <string_view>

namespace musubi::clkhash {

// The members of a PCRE2 class that match Python's \s: PCRE2's own \s lacks U+001C to U+001F.
inline constexpr std::string_view kSpaceMembers =
    "\\x{9}-\\x{d}\\x{1c}-\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}"
    "\\x{202f}\\x{205f}\\x{3000}";

// The members of a PCRE2 class that match what Python's \d, \D, \s, \S, \w or \W does, by its
// letter; `ascii` as under Python's flag a.
std::string CategoryMembers(char category, bool ascii);

// `c` as PCRE2 takes it literally, in a class and outside.
std::string LiteralCharacter(char32_t c);

}  // namespace musubi::clkhash
