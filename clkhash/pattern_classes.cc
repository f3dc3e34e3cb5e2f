#include "clkhash/pattern_classes.h"

#include <cstdio>

namespace musubi::clkhash {

std::string CategoryMembers(char category, bool ascii) {
  switch (category) {
    case 'd':
      return ascii ? "0-9" : "\\p{Nd}";
    case 'D':
      return ascii ? "\\x{0}-\\x{2f}\\x{3a}-\\x{10ffff}" : "\\P{Nd}";
    case 's':
      return ascii ? "\\x{9}-\\x{d}\\x{20}" : std::string(kSpaceMembers);
    case 'S':
      return ascii ? "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}"
                   : "\\x{0}-\\x{8}\\x{e}-\\x{1b}\\x{21}-\\x{84}\\x{86}-\\x{9f}\\x{a1}-\\x{167f}"
                     "\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}"
                     "\\x{2060}-\\x{2fff}\\x{3001}-\\x{10ffff}";
    case 'w':
      return ascii ? "0-9A-Z_a-z" : "\\w";
    default:  // 'W'
      return ascii ? "\\x{0}-\\x{2f}\\x{3a}-\\x{40}\\x{5b}-\\x{5e}\\x{60}\\x{7b}-\\x{10ffff}"
                   : "\\W";
  }
}

std::string LiteralCharacter(char32_t c) {
  const bool plain =
      (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z');
  if (plain) return std::string(1, static_cast<char>(c));
  char text[16];
  std::snprintf(text, sizeof text, "\\x{%x}", static_cast<unsigned>(c));
  return text;
}

}  // namespace musubi::clkhash
