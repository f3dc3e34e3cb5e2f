// Kana and kanji as they sound or repeat: the spellings that mean one reading, as one.
// Sees identifiers; holder only. The rules, with examples, are in docs/identifiers-japan.md.
#pragma once

#include <string>
#include <string_view>

namespace musubi::identity {

// Replaces `*out` by the skeleton of folded text (TextFolder::FoldLetters): small kana as large
// (ョ ヨ, ッ ツ), ー as the vowel before it, ヽ ヾ and 々 as what they repeat, ヂ ヅ ヲ ヰ ヱ as
// ジ ズ オ イ エ, ヴ with its vowel as バ ビ ブ ベ ボ. Vowels are never dropped: オオノ is not
// オノ. Everything else stays. Idempotent.
//
// Requires: `folded` is valid UTF-8.
void JapaneseSkeleton(std::string_view folded, std::string* out);

// Appends `skeleton` with its kana unvoiced: ハマザキ as ハマサキ, バ and パ as ハ.
void AppendUnvoiced(std::string_view skeleton, std::string* out);

// What the letters of a written value are.
struct Scripts {
  bool kanji = false;
  bool katakana = false;  // of either width
  bool hiragana = false;
};

// Requires: `text` is valid UTF-8.
Scripts ScriptsOf(std::string_view text);

}  // namespace musubi::identity
