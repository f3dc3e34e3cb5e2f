#include "identity/address_text.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "core/utf8.h"
#include "identity/characters.h"
#include "identity/kanji_variants.h"

namespace musubi::identity {
namespace {

char32_t FoldCharacter(char32_t c, char32_t before) {
  if (c >= U'a' && c <= U'z') return c - U'a' + U'A';
  if (c == kLongMark) return IsKana(before) ? c : kDash;
  if (IsKana(c)) return c;
  if (IsDash(c)) return kDash;
  return c < 0x2E80 ? c : FoldKanji(c);
}

// Conjoining Hangul letters would join one another where what lies between them is dropped.
bool IsHangulJamo(char32_t c) {
  return (c >= 0x1100 && c <= 0x11FF) || (c >= 0xA960 && c <= 0xA97F) ||
         (c >= 0xD7B0 && c <= 0xD7FF);
}

// Letters and decimal digits.
bool IsLetter(char32_t c) {
  if (c < 0x80) return (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z') || IsAsciiDigit(c);
  if (IsHan(c) || IsKana(c) || c == U'〇') return true;
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_L_MASK | U_GC_ND_MASK)) != 0 &&
         !IsHangulJamo(c);
}

// The kana that joins as `c` does, between `before` and `after` (0: nothing), or `c`.
char32_t JoiningKana(char32_t before, char32_t c, char32_t after) {
  if (!IsHan(after)) return c;
  const bool after_han = IsHan(before);
  switch (c) {
    case U'ヶ':
    case U'ケ':
    case U'ヵ':
      return after_han || IsKana(before) ? U'が' : c;  // ひばりヶ丘
    case U'ガ':
    case U'カ':
      return after_han ? U'が' : c;
    case U'ノ':
    case U'之':
      return after_han ? U'の' : c;
    case U'つ':
    case U'ッ':
    case U'っ':
      return after_han ? U'ツ' : c;
    default:
      return c;
  }
}

// Whether 字 after `before` is part of a word: 文字, 十字, 丁字.
bool IsWordWithAza(char32_t before) {
  return before == U'文' || before == U'十' || before == U'丁';
}

void DropAza(std::pmr::u32string* town) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < town->size(); ++at) {
    const char32_t c = (*town)[at];
    const char32_t after = at + 1 < town->size() ? (*town)[at + 1] : 0;
    if ((c == U'大' || c == U'小') && after == U'字') {
      ++at;
      continue;
    }
    const char32_t before = kept == 0 ? 0 : (*town)[kept - 1];
    if (c == U'字' && !IsWordWithAza(before)) continue;
    (*town)[kept++] = c;
  }
  town->resize(kept);
}

void KeepLetters(std::pmr::u32string* text) {
  text->erase(std::remove_if(text->begin(), text->end(), [](char32_t c) { return !IsLetter(c); }),
              text->end());
}

// Keeps letters, digits, and one dash where only dashes and dropped characters lie between digits.
void KeepBuildingCharacters(std::pmr::u32string* text) {
  std::size_t kept = 0;
  bool dash = false;
  for (std::size_t at = 0; at < text->size(); ++at) {
    const char32_t c = (*text)[at] == U'階' ? U'F' : (*text)[at];
    if (!IsLetter(c)) {
      dash = dash || c == kDash;
      continue;
    }
    if (dash && kept > 0 && IsAsciiDigit((*text)[kept - 1]) && IsAsciiDigit(c)) {
      (*text)[kept++] = kDash;  // in the place of the dropped dash
    }
    dash = false;
    (*text)[kept++] = c;
  }
  text->resize(kept);
}

// A ー that is left without its kana would be read as a dash.
void DropLeadingLongMarks(std::pmr::u32string* text) {
  text->erase(0, std::min(text->find_first_not_of(kLongMark), text->size()));
}

// Drops 号室, 号 or 室 after a digit at the end.
void DropRoomWord(std::pmr::u32string* text) {
  while (text->size() >= 2 && (text->back() == U'号' || text->back() == U'室')) {
    const bool both = text->ends_with(U"号室");
    const std::size_t rest = text->size() - (both ? 2 : 1);
    if (rest == 0 || !IsAsciiDigit((*text)[rest - 1])) return;
    text->resize(rest);
  }
}

// What is written instead of the rest of an address, or about its number.
constexpr std::array<std::u32string_view, 6> kRemarks = {U"以下未定", U"番地未定", U"以下不明",
                                                         U"以下省略", U"以下余白", U"地番"};

}  // namespace

void FoldAddressText(std::string_view written, AddressText* text) {
  text->chars.clear();
  text->gaps.clear();
  text->chars.reserve(written.size());
  text->gaps.reserve(written.size());
  bool gap = false;
  for (std::size_t at = 0; at < written.size();) {
    const char32_t c = NextCodePoint(written, &at);
    if (IsBlank(c) || c == U'|') {
      gap = true;
      continue;
    }
    const char32_t before = text->chars.empty() ? 0 : text->chars.back();
    text->chars.push_back(FoldCharacter(c, before));
    text->gaps.push_back(gap);
    gap = false;
  }
  FoldJoiningKana(&text->chars);
}

void DropRemark(AddressText* text) {
  std::u32string_view kept = text->chars;
  while (!kept.empty() && (kept.back() == U')' || kept.back() == U'(')) kept.remove_suffix(1);
  for (const std::u32string_view remark : kRemarks) {
    if (!kept.ends_with(remark)) continue;
    text->chars.resize(kept.size() - remark.size());
    text->gaps.resize(text->chars.size());
    return;
  }
}

void FoldJoiningKana(std::pmr::u32string* text) {
  char32_t before = 0;
  for (std::size_t at = 0; at < text->size(); ++at) {
    const char32_t c = (*text)[at];
    const char32_t after = at + 1 < text->size() ? (*text)[at + 1] : 0;
    (*text)[at] = JoiningKana(before, c, after);
    before = c;
  }
}

void FoldTown(std::pmr::u32string* town) {
  KeepLetters(town);
  DropAza(town);
  DropLeadingLongMarks(town);
  FoldJoiningKana(town);
}

void FoldBuilding(std::pmr::u32string* building) {
  KeepBuildingCharacters(building);
  DropLeadingLongMarks(building);
  DropRoomWord(building);
  FoldJoiningKana(building);
}

void FoldToKatakana(std::pmr::u32string* text) {
  for (char32_t& c : *text) c = ToKatakana(c);
}

void ToUtf8(std::u32string_view text, std::string* out) {
  out->clear();
  for (const char32_t c : text) AppendUtf8(c, out);
}

}  // namespace musubi::identity
