// Unicode folding that every kind of field shares, on ICU. Sees identifiers; holder only.
#pragma once

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <string>
#include <string_view>

namespace musubi::identity {

// What FoldLetters makes of what is no letter.
struct LetterRules {
  bool keep_digits = false;          // decimal digits, as ASCII, and 〇; else 〇 is a character
                                     // that is missing
  bool question_is_missing = false;  // "?", which converters write for what they cannot
};

// Folds one value at a time, in buffers that it keeps.
//
// Threads: one at a time; make one for each thread.
class TextFolder {
 public:
  TextFolder();

  // Replaces `*out` by the NFKC form of `raw` without its invisible characters (formats,
  // default-ignorables, variation selectors). A free-standing sound mark joins its kana:
  // "カ゛" becomes "ガ", where NFKC alone gives カ, a space and U+3099.
  //
  // Requires: `raw` is valid UTF-8.
  void Compatible(std::string_view raw, std::string* out);

  // Replaces `*out` by the letters of `raw`: Compatible, spaces dropped, upper case, hiragana as
  // katakana, variant kanji as their standard form, Latin, Greek and Cyrillic without diacritics;
  // only letters, the marks that scripts other than these need, kMissingCharacter, and what
  // `rules` keep. Returns true where a number of any kind was read, kept or not.
  //
  // Requires: `raw` is valid UTF-8.
  bool FoldLetters(std::string_view raw, const LetterRules& rules, std::string* out);

 private:
  void Compose(std::string_view raw, bool drop_spaces);

  const icu::Normalizer2* nfkc_;  // ICU's own; never freed
  const icu::Normalizer2* nfd_;
  const icu::Normalizer2* nfc_;
  icu::UnicodeString source_;
  icu::UnicodeString composed_;
  icu::UnicodeString work_;
};

// Appends the folded letters of `raw` to the emptied `*out` without ICU, or returns false, with
// `*out` unspecified, at the first character other than ASCII, U+3000, ・, kana or a kanji of
// U+3400 to U+9FFF. Sets `*number` where a digit was read.
//
// Gives what FoldLetters gives: none of these characters composes with another, and NFKC leaves
// each as it is.
//
// Requires: `raw` is valid UTF-8.
bool FoldPlainLetters(std::string_view raw, const LetterRules& rules, std::string* out,
                      bool* number);

// Whether `c` is written for a character that could not be: 〓, ●, ■, □, U+FFFD, or one of private
// use, which other systems show as they like.
bool IsMissingCharacter(char32_t c);

}  // namespace musubi::identity
