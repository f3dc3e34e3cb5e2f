#include "clkhash/pattern_scanner.h"

#include <unicode/uchar.h>

#include <cstdint>

#include "clkhash/unicode_text.h"

namespace musubi::clkhash {
namespace {

std::optional<std::uint32_t> HexValue(char32_t c) {
  if (c >= U'0' && c <= U'9') return c - U'0';
  if (c >= U'a' && c <= U'f') return c - U'a' + 10;
  if (c >= U'A' && c <= U'F') return c - U'A' + 10;
  return std::nullopt;
}

// Near what str.isidentifier() asks of a first and a later character.
bool StartsName(char32_t c) {
  return c == U'_' || u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_XID_START) != 0;
}
bool ContinuesName(char32_t c) {
  return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_XID_CONTINUE) != 0;
}

}  // namespace

char32_t PatternScanner::Peek(std::size_t ahead) const {
  std::size_t at = at_;
  for (; ahead > 0 && at < text_.size(); --ahead) at += CodePointBytes(text_[at]);
  return at < text_.size() ? NextCodePoint(text_, &at) : U'\0';
}

std::string PatternScanner::Digits() {
  std::string digits;
  while (!AtEnd() && IsDigit(Peek())) digits += static_cast<char>(Next());
  return digits;
}

std::optional<std::string> PatternScanner::NameUpTo(char32_t end) {
  std::string name;
  while (!AtEnd()) {
    const char32_t c = Next();
    if (c == end) {
      if (name.empty()) return std::nullopt;
      return name;
    }
    if (!(name.empty() ? StartsName(c) : ContinuesName(c))) return std::nullopt;
    AppendUtf8(c, &name);
  }
  return std::nullopt;
}

std::optional<char32_t> PatternScanner::CharacterEscape(char32_t c) {
  switch (c) {
    case U'a':
      return U'\a';
    case U'f':
      return U'\f';
    case U'n':
      return U'\n';
    case U'r':
      return U'\r';
    case U't':
      return U'\t';
    case U'v':
      return U'\v';
    case U'x':
      return Hexadecimal(2);
    case U'u':
      return Hexadecimal(4);
    case U'U':
      return Hexadecimal(8);
    case U'N':
      return CharacterName();
    case U'0': {
      char32_t value = 0;
      for (int i = 0; i < 2 && IsOctal(Peek()); ++i) value = value * 8 + (Next() - U'0');
      return value;
    }
    default: {
      const bool letter_or_digit =
          IsDigit(c) || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z');
      if (letter_or_digit) return std::nullopt;
      return c;
    }
  }
}

// Surrogates are refused: no UTF-8 text holds one.
std::optional<char32_t> PatternScanner::Hexadecimal(int digits) {
  std::uint64_t value = 0;
  for (int i = 0; i < digits; ++i) {
    const auto digit = HexValue(Peek());
    if (!digit) return std::nullopt;
    Next();
    value = value * 16 + *digit;
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return std::nullopt;
  return static_cast<char32_t>(value);
}

std::optional<char32_t> PatternScanner::CharacterName() {
  if (!Accept(U'{')) return std::nullopt;
  std::string name;
  while (!AtEnd()) {
    const char32_t c = Next();
    if (c == U'}') return CharacterNamed(name);
    if (c >= 0x80) return std::nullopt;
    name += static_cast<char>(c);
  }
  return std::nullopt;
}

}  // namespace musubi::clkhash
