// What single characters are, in the writing of addresses and numbers in Japan.
// Sees single characters; holder only.
#pragma once

namespace musubi::identity {

inline constexpr char32_t kLongMark = U'ー';  // lengthens a kana; behind anything else, a dash

bool IsDash(char32_t c);  // of every form, but not ー
bool IsBlank(char32_t c);
bool IsHan(char32_t c);   // with 々 and 〆
bool IsKana(char32_t c);  // with ー
bool IsAsciiDigit(char32_t c);
bool IsKanjiNumeral(char32_t c);  // 〇 to 九, 十 百 千, and the formal 壱 弐 参 拾

// Of hiragana; any other character as it is.
char32_t ToKatakana(char32_t c);

}  // namespace musubi::identity
