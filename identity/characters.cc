#include "identity/characters.h"

#include <unicode/uchar.h>

#include <string_view>

namespace musubi::identity {

bool IsDash(char32_t c) {
  constexpr std::u32string_view kDashes = U"-‐‑‒–—―⁃−─━";
  return kDashes.find(c) != std::u32string_view::npos;
}

bool IsBlank(char32_t c) {
  if (c < 0x80) return c <= U' ' || c == 0x7F;
  return !IsHan(c) && !IsKana(c) && (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_Z_MASK) != 0;
}

bool IsHan(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == U'々' || c == U'〆' ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

bool IsKana(char32_t c) {
  return (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FA) || c == kLongMark ||
         c == 0x309D || c == 0x309E || c == 0x30FD || c == 0x30FE;
}

bool IsAsciiDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

bool IsKanjiNumeral(char32_t c) {
  constexpr std::u32string_view kNumerals = U"〇一二三四五六七八九十百千零壱弐参拾";
  return kNumerals.find(c) != std::u32string_view::npos;
}

char32_t ToKatakana(char32_t c) {
  const bool hiragana = (c >= 0x3041 && c <= 0x3096) || c == 0x309D || c == 0x309E;
  return hiragana ? c + 0x60 : c;
}

}  // namespace musubi::identity
