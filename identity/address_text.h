// Addresses as code points in one form of writing, and names of places spelled in one way.
// Sees identifiers; holder only.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

namespace musubi::identity {

// What stands between the numbers of a block, in every form of a dash.
inline constexpr char32_t kDash = U'-';

// An address without its blanks, of which it remembers the places.
struct AddressText {
  explicit AddressText(std::pmr::memory_resource* memory) : chars(memory), gaps(memory) {}

  std::u32string_view from(std::size_t at) const { return std::u32string_view(chars).substr(at); }
  // Whether a blank comes before the character at `at`, or the text ends there.
  bool GapAt(std::size_t at) const { return at >= chars.size() || gaps[at]; }

  std::pmr::u32string chars;
  std::pmr::vector<bool> gaps;  // as long as `chars`
};

// Replaces `*text`: variant kanji as their standard form, ASCII letters in upper case, every dash
// as '-' (ー too, unless it makes a kana long), blanks and '|' as gaps, and kana between kanji as
// FoldJoiningKana says.
//
// Requires: `written` is valid UTF-8 in NFKC.
void FoldAddressText(std::string_view written, AddressText* text);

// Drops what the end of `*text` says instead of the rest of an address, or about its number:
// 以下未定, 地番, in parentheses or not.
void DropRemark(AddressText* text);

// The kana that join kanji in names of places, one for all that are written for it: が for
// ケ ヶ ガ カ ヵ, の for ノ 之, ツ for つ ッ っ. Idempotent.
void FoldJoiningKana(std::pmr::u32string* text);

// The form of a town's name: only its letters, without the words 大字, 小字 and 字 (but with the 字
// of 文字, 十字, 丁字), its joining kana folded. Idempotent.
void FoldTown(std::pmr::u32string* town);

// The form of what follows the number: only letters, digits and dashes between digits; floors with
// F (10階 10F), and no 号室 at its end. Idempotent.
void FoldBuilding(std::pmr::u32string* building);

// Hiragana as katakana.
void FoldToKatakana(std::pmr::u32string* text);

// Replaces `*out`.
void ToUtf8(std::u32string_view text, std::string* out);

}  // namespace musubi::identity
