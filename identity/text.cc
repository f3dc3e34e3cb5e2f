#include "identity/text.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <cstdint>
#include <limits>

#include "core/check.h"
#include "identity/kanji_variants.h"
#include "identity/latin.h"

namespace musubi::identity {
namespace {

constexpr UChar32 kVoicedMark = 0x3099;      // combining ゛
constexpr UChar32 kSemiVoicedMark = 0x309A;  // combining ゜

bool InMask(UChar32 c, std::uint32_t mask) { return (U_GET_GC_MASK(c) & mask) != 0; }

bool IsInvisible(UChar32 c) {
  return c > 0x7F && (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
                      InMask(c, U_GC_CF_MASK));
}

bool IsSpace(UChar32 c) { return c == ' ' || c == '\t' || (c > 0x7F && InMask(c, U_GC_Z_MASK)); }

// Free-standing sound marks as the combining ones, so that NFKC joins them to their kana.
UChar32 CombiningSoundMark(UChar32 c) {
  if (c == 0x309B) return kVoicedMark;
  if (c == 0x309C) return kSemiVoicedMark;
  return c;
}

UChar32 Katakana(UChar32 c) {
  const bool hiragana = (c >= 0x3041 && c <= 0x3096) || c == 0x309D || c == 0x309E;
  return hiragana ? c + 0x60 : c;
}

// Modifier letters such as ʼ and ʻ stand for apostrophes, and the Arabic kashida only stretches
// a word: Unicode calls them letters, spelling does not.
bool IsLetter(UChar32 c) {
  if ((c >= 0x02B0 && c <= 0x02FF) || c == 0x0640) return false;
  return InMask(c, U_GC_L_MASK);
}

// Whether the combining mark `mark` is part of the spelling after the letter `base` (0: none).
bool MarkBelongs(UChar32 base, UChar32 mark) {
  if (base == 0 || InMask(mark, U_GC_ME_MASK)) return false;
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(base, &status);
  const bool kana = script == USCRIPT_KATAKANA || script == USCRIPT_HIRAGANA;
  if (mark == kVoicedMark || mark == kSemiVoicedMark) return kana;
  return !kana && script != USCRIPT_LATIN && script != USCRIPT_GREEK &&
         script != USCRIPT_CYRILLIC && script != USCRIPT_HAN && script != USCRIPT_COMMON;
}

constexpr UChar32 kMissing = 0x3013;    // 〓
constexpr UChar32 kKanjiZero = 0x3007;  // 〇

// What is kept of the number `c`, or 0.
UChar32 KeptDigit(UChar32 c, const LetterRules& rules) {
  if (!rules.keep_digits) return c == kKanjiZero ? kMissing : 0;
  if (InMask(c, U_GC_ND_MASK)) return '0' + u_charDigitValue(c);
  return c == kKanjiZero ? c : 0;
}

bool StandsForMissing(UChar32 c, const LetterRules& rules) {
  return IsMissingCharacter(static_cast<char32_t>(c)) || (c == '?' && rules.question_is_missing);
}

void AppendLetter(UChar32 c, icu::UnicodeString* out) {
  const std::u16string_view plain = PlainLatin(static_cast<char32_t>(c));
  if (plain.empty()) {
    out->append(static_cast<UChar32>(FoldKanji(static_cast<char32_t>(Katakana(c)))));
  } else {
    out->append(plain.data(), static_cast<std::int32_t>(plain.size()));
  }
}

// Appends the letters of `text`, which is NFD and in upper case. Returns true where it read a
// number. A mark follows its letter only where nothing dropped lies between.
bool FilterLetters(const icu::UnicodeString& text, const LetterRules& rules,
                   icu::UnicodeString* out) {
  bool number = false;
  UChar32 base = 0;
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const UChar32 c = text.char32At(at);
    if (InMask(c, U_GC_M_MASK)) {
      if (MarkBelongs(base, c)) out->append(c);
      continue;
    }
    base = 0;
    if (IsLetter(c)) {
      AppendLetter(c, out);
      base = c;
    } else if (StandsForMissing(c, rules)) {
      out->append(kMissing);
    } else if (InMask(c, U_GC_N_MASK)) {
      number = true;
      const UChar32 digit = KeptDigit(c, rules);
      if (digit != 0) out->append(digit);
    }
  }
  return number;
}

void Normalise(const icu::Normalizer2& form, const icu::UnicodeString& from,
               icu::UnicodeString* to) {
  UErrorCode status = U_ZERO_ERROR;
  form.normalize(from, *to, status);
  MUSUBI_CHECK(U_SUCCESS(status));  // fails only out of memory
}

}  // namespace

bool IsMissingCharacter(char32_t c) {
  const bool private_use = (c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000;  // 外字: a system's own
  return c == 0x3013 || c == 0x25CF || c == 0x25A0 || c == 0x25A1 || c == 0xFFFD || private_use;
}

TextFolder::TextFolder() {
  UErrorCode status = U_ZERO_ERROR;
  nfkc_ = icu::Normalizer2::getNFKCInstance(status);
  nfd_ = icu::Normalizer2::getNFDInstance(status);
  nfc_ = icu::Normalizer2::getNFCInstance(status);
  MUSUBI_CHECK(U_SUCCESS(status));  // the data is linked into ICU
}

void TextFolder::Compose(std::string_view raw, bool drop_spaces) {
  MUSUBI_CHECK(raw.size() <= std::numeric_limits<std::int32_t>::max() / 8);
  work_ = icu::UnicodeString::fromUTF8(
      icu::StringPiece(raw.data(), static_cast<std::int32_t>(raw.size())));
  source_.remove();
  for (std::int32_t at = 0; at < work_.length(); at = work_.moveIndex32(at, 1)) {
    const UChar32 c = work_.char32At(at);
    if (IsInvisible(c) || (drop_spaces && IsSpace(c))) continue;
    source_.append(CombiningSoundMark(c));
  }
  Normalise(*nfkc_, source_, &composed_);
}

void TextFolder::Compatible(std::string_view raw, std::string* out) {
  Compose(raw, /*drop_spaces=*/false);
  out->clear();
  composed_.toUTF8String(*out);
}

bool TextFolder::FoldLetters(std::string_view raw, const LetterRules& rules, std::string* out) {
  Compose(raw, /*drop_spaces=*/true);
  composed_.toUpper(icu::Locale::getRoot());  // the same in every locale: no Turkish i
  Normalise(*nfd_, composed_, &work_);
  source_.remove();
  const bool number = FilterLetters(work_, rules, &source_);
  Normalise(*nfc_, source_, &work_);
  work_.findAndReplace(icu::UnicodeString(kVoicedMark), {});  // those of kana without a voiced form
  work_.findAndReplace(icu::UnicodeString(kSemiVoicedMark), {});
  out->clear();
  work_.toUTF8String(*out);
  return number;
}

}  // namespace musubi::identity
