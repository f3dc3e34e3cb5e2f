// The letters of the values that need no Unicode tables: most names of most files.
#include <array>
#include <cstdint>

#include "identity/kanji_variants.h"
#include "identity/text.h"

namespace musubi::identity {
namespace {

// The upper-case letter or the digit that an ASCII byte becomes; 0 for all others.
constexpr std::array<char, 128> MakeAsciiFold() {
  std::array<char, 128> fold{};
  for (std::size_t c = '0'; c <= '9'; ++c) fold[c] = static_cast<char>(c);
  for (std::size_t c = 'A'; c <= 'Z'; ++c) {
    fold[c] = static_cast<char>(c);
    fold[c - 'A' + 'a'] = static_cast<char>(c);
  }
  return fold;
}

constexpr std::array<char, 128> kAsciiFold = MakeAsciiFold();

enum class Plain { kKeep, kDrop, kNeedsTables };

// Folds the code point of three UTF-8 bytes, `*c`.
Plain FoldThreeBytes(char32_t* c) {
  if (*c >= 0x3400 && *c <= 0x9FFF) {
    // The hexagram symbols lie between the two blocks of kanji.
    if (*c >= 0x4DC0 && *c <= 0x4DFF) return Plain::kDrop;
    *c = FoldKanji(*c);
    return *c <= 0xFFFF ? Plain::kKeep : Plain::kNeedsTables;
  }
  if ((*c >= 0x3041 && *c <= 0x3096) || *c == 0x309D || *c == 0x309E) {
    *c += 0x60;  // hiragana to katakana, ゝ and ゞ to ヽ and ヾ
    return Plain::kKeep;
  }
  if ((*c >= 0x30A1 && *c <= 0x30FA) || (*c >= 0x30FC && *c <= 0x30FE)) return Plain::kKeep;
  if (*c == 0x3005 || *c == 0x3006) return Plain::kKeep;  // 々 〆
  if (*c == 0x3000 || *c == 0x30FB) return Plain::kDrop;  // the wide space and ・
  if (IsMissingCharacter(*c)) {
    *c = 0x3013;
    return Plain::kKeep;
  }
  return Plain::kNeedsTables;
}

}  // namespace

bool FoldPlainLetters(std::string_view raw, const LetterRules& rules, std::string* out,
                      bool* number) {
  out->resize(raw.size());  // no character here grows
  char* end = out->data();
  bool digit_read = false;
  for (std::size_t at = 0; at < raw.size();) {
    const auto lead = static_cast<std::uint8_t>(raw[at]);
    if (lead < 0x80) {
      const char folded = kAsciiFold[lead];
      const bool is_digit = folded != 0 && folded <= '9';
      digit_read |= is_digit;
      if (folded != 0 && (!is_digit || rules.keep_digits)) *end++ = folded;
      if (lead == '?' && rules.question_is_missing) return false;
      ++at;
      continue;
    }
    if ((lead & 0xF0U) != 0xE0U) return false;
    char32_t c = (lead & 0x0FU) << 12 | (static_cast<std::uint8_t>(raw[at + 1]) & 0x3FU) << 6 |
                 (static_cast<std::uint8_t>(raw[at + 2]) & 0x3FU);
    const Plain plain = FoldThreeBytes(&c);
    if (plain == Plain::kNeedsTables) return false;
    if (plain == Plain::kKeep) {
      *end++ = static_cast<char>(0xE0U | c >> 12);
      *end++ = static_cast<char>(0x80U | (c >> 6 & 0x3FU));
      *end++ = static_cast<char>(0x80U | (c & 0x3FU));
    }
    at += 3;
  }
  out->resize(static_cast<std::size_t>(end - out->data()));
  *number = digit_read;
  return true;
}

}  // namespace musubi::identity
