#include <array>
#include <cstddef>

#include "core/utf8.h"
#include "identity/romaji.h"

namespace musubi::identity {
namespace {

constexpr char32_t kFirstKana = U'ァ';
constexpr char32_t kLastKana = U'ヺ';
constexpr char kDoubling = '*';  // stands for ッ until the consonant behind it is known

// ァ to ヺ in order of code point. Small kana are handled before they are looked up here.
constexpr std::array<std::string_view, kLastKana - kFirstKana + 1> kSyllables = {
    "A",  "A",  "I",  "I",  "U",  "U",  "E",  "E",  "O",  "O",   // ァ to オ
    "KA", "GA", "KI", "GI", "KU", "GU", "KE", "GE", "KO", "GO",  // カ to ゴ
    "SA", "ZA", "SI", "ZI", "SU", "ZU", "SE", "ZE", "SO", "ZO",  // サ to ゾ
    "TA", "DA", "TI", "ZI", "",   "TU", "ZU", "TE", "DE", "TO",  // タ to ト
    "DO", "NA", "NI", "NU", "NE", "NO", "HA", "BA", "PA", "HI",  // ド to ヒ
    "BI", "PI", "HU", "BU", "PU", "HE", "BE", "PE", "HO", "BO",  // ビ to ボ
    "PO", "MA", "MI", "MU", "ME", "MO", "YA", "YA", "YU", "YU",  // ポ to ユ
    "YO", "YO", "RA", "RI", "RU", "RE", "RO", "WA", "WA", "I",   // ョ to ヰ
    "E",  "O",  "N",  "VU", "KA", "KE", "VA", "VI", "VE", "VO",  // ヱ to ヺ
};

bool HasSyllable(char32_t c) { return c >= kFirstKana && c <= kLastKana; }
bool IsVowel(char c) { return c == 'A' || c == 'I' || c == 'U' || c == 'E' || c == 'O'; }

// The vowel of small ァ to ォ, or 0.
char SmallVowel(char32_t c) {
  const bool small = c >= U'ァ' && c <= U'ォ' && (c - U'ァ') % 2 == 0;
  return small ? "AIUEO"[(c - U'ァ') / 2] : '\0';
}

// The vowel of small ャ, ュ, ョ, or 0.
char SmallGlide(char32_t c) {
  if (c == U'ャ') return 'A';
  if (c == U'ュ') return 'U';
  return c == U'ョ' ? 'O' : '\0';
}

// Cuts `letters` off the end of `*out` and appends `consonants` and `vowel`.
void Respell(std::size_t letters, std::string_view consonants, char vowel, std::string* out) {
  out->resize(out->size() - letters);
  out->append(consonants);
  out->push_back(vowel);
}

// Joins ャ, ュ or ョ of `vowel` to the syllable of `kana` at the end of `*out`.
void JoinGlide(char32_t kana, char vowel, std::string* out) {
  if (kana == U'フ') return Respell(2, "FY", vowel, out);
  const bool foreign = kana == U'テ' || kana == U'デ' || kana == U'ヴ';
  const bool joins = foreign || (!out->empty() && out->back() == 'I');
  Respell(joins ? 1 : 0, "Y", vowel, out);
}

// Joins a small vowel to the syllable of `kana` at the end of `*out`; one that does not change
// the syllable is read as large.
void JoinVowel(char32_t kana, char vowel, std::string* out) {
  const char own = out->empty() ? '\0' : out->back();
  if (own == 'U' && vowel != 'U') {
    if (kana == U'フ') return Respell(2, "F", vowel, out);
    if (kana == U'ツ') return Respell(1, "S", vowel, out);
    if (kana == U'ヴ') return Respell(1, "", vowel, out);
    if (kana == U'ウ' || kana == U'ク' || kana == U'グ') return Respell(1, "W", vowel, out);
    if ((kana == U'ス' || kana == U'ズ') && vowel == 'I') return Respell(1, "", vowel, out);
  }
  const bool te = kana == U'テ' || kana == U'デ';
  const bool to = kana == U'ト' || kana == U'ド';
  if ((te && vowel == 'I') || (to && vowel == 'U')) return Respell(1, "", vowel, out);
  if (own == 'I' && vowel == 'E') return Respell(1, "Y", vowel, out);
  out->push_back(vowel);
}

// `kana` without its sound marks.
char32_t Unvoiced(char32_t kana) {
  if (kana == U'ヴ') return U'ウ';
  if (kana >= U'カ' && kana <= U'ヂ') return kana - (kana - U'カ') % 2;
  if (kana >= U'ツ' && kana <= U'ド') return kana - (kana - U'ツ') % 2;
  if (kana >= U'ハ' && kana <= U'ポ') return kana - (kana - U'ハ') % 3;
  return kana;
}

// `kana`, which has no sound mark, with ゛, or itself where it takes none.
char32_t Voiced(char32_t kana) {
  if (kana == U'ウ') return U'ヴ';
  const bool takes =
      (kana >= U'カ' && kana <= U'ト' && kana != U'ッ') || (kana >= U'ハ' && kana <= U'ホ');
  return takes ? kana + 1 : kana;
}

// What the iteration mark `c` stands for after `kana`, or `c` itself where it is none.
char32_t Repeated(char32_t c, char32_t kana) {
  if (c == U'ヽ') return Unvoiced(kana);
  return c == U'ヾ' ? Voiced(Unvoiced(kana)) : c;
}

// Appends the reading of `c`, which follows `kana` (0: nothing).
void AppendKana(char32_t c, char32_t kana, std::string* out) {
  if (c == U'ー') {
    if (!out->empty() && IsVowel(out->back())) out->push_back(out->back());
  } else if (c == U'ッ') {
    out->push_back(kDoubling);
  } else if (const char vowel = SmallVowel(c)) {
    JoinVowel(kana, vowel, out);
  } else if (const char glide = SmallGlide(c)) {
    JoinGlide(kana, glide, out);
  } else if (c == U'ヮ' && (kana == U'ク' || kana == U'グ')) {
    Respell(1, "W", 'A', out);
  } else if (HasSyllable(c)) {
    out->append(kSyllables[c - kFirstKana]);
  }
}

// Puts for each mark of doubling the consonant behind it.
void Double(std::string* letters) {
  for (std::size_t at = letters->size(); at-- > 0;) {
    if ((*letters)[at] != kDoubling) continue;
    const char next = at + 1 < letters->size() ? (*letters)[at + 1] : 'A';
    if (!IsVowel(next)) (*letters)[at] = next;
  }
}

}  // namespace

void KanaToRomaji(std::string_view katakana, std::string* out) {
  std::string letters;
  char32_t kana = 0;
  for (std::size_t at = 0; at < katakana.size();) {
    const char32_t c = Repeated(NextCodePoint(katakana, &at), kana);
    AppendKana(c, kana, &letters);
    kana = HasSyllable(c) ? c : 0;
  }
  Double(&letters);
  RomajiSkeleton(letters, out);  // drops marks of doubling that found no consonant
}

}  // namespace musubi::identity
