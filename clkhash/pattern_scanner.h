// Reads the characters of a regular expression one by one. Private to clkhash.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/utf8.h"

namespace musubi::clkhash {

// A place in a pattern. Cheap to copy, which is how a parser goes back.
//
// Requires: the pattern is valid UTF-8 and outlives the scanner.
class PatternScanner {
 public:
  explicit PatternScanner(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ >= text_.size(); }

  // The character `ahead` places on, without reading it; U+0000 beyond the end.
  char32_t Peek(std::size_t ahead = 0) const;

  // Reads one character. Requires: !AtEnd().
  char32_t Next() { return NextCodePoint(text_, &at_); }

  // Reads `count` characters. Requires: there are as many.
  void Skip(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) Next();
  }

  // Reads `c` where it is next.
  bool Accept(char32_t c) {
    if (AtEnd() || Peek() != c) return false;
    Next();
    return true;
  }

  // Reads ASCII digits, perhaps none.
  std::string Digits();

  // Reads an identifier and `end` behind it; nothing where what stands before `end` is none.
  std::optional<std::string> NameUpTo(char32_t end);

  // The character that a backslash and `c`, just read, stand for in Python, outside as in a class:
  // \n, \x41, \u0041, \U00000041, \N{...}, \0, or a character that is no ASCII letter or digit.
  std::optional<char32_t> CharacterEscape(char32_t c);

  static bool IsDigit(char32_t c) { return c >= U'0' && c <= U'9'; }
  static bool IsOctal(char32_t c) { return c >= U'0' && c <= U'7'; }

 private:
  std::optional<char32_t> Hexadecimal(int digits);
  std::optional<char32_t> CharacterName();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace musubi::clkhash
