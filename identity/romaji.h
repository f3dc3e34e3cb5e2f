// Japanese names in Latin letters, as one spelling. Sees identifiers; holder only.
#pragma once

#include <string>
#include <string_view>

namespace musubi::identity {

// Replaces `*out` by the level 2 form of `upper_case_ascii`: the spellings of Hepburn, passports,
// Kunrei (both tables of the Cabinet notification of 1954) and Nihon-shiki as one that is like
// Kunrei. Vowel length is kept. Characters other than A to Z are dropped: KEN'ICHI is KENICHI.
//
//   SHI SI; CHI TI; TSU TU; FU HU; JI DI DZI ZI; DU DZU ZU              gives SI TI TU HU ZI ZU
//   SHA SYA; CHA TYA; JA JYA DYA DZYA ZYA; the same with U, O and E     gives SYA TYA ZYA
//   TCHI CCHI TTI; SSHI; TTSU; JJI                                      gives TTI SSI TTU ZZI
//   MB MP MM                                                            gives NB NP NM
//
// Letters that no rule names stay: L, V, C, X, F before another vowel than U, TS before another
// than U. ディ, ティ, トゥ, ドゥ are spelled as ヂ, チ, ツ, ヅ in romaji and cannot be told from
// them.
//
// Idempotent. `out` may not hold `upper_case_ascii`.
void RomajiSkeleton(std::string_view upper_case_ascii, std::string* out);

// Replaces `*out` by the level 3 form, for similarity only: OONO and ONO agree. V is B; W is
// dropped before I, E and O (ヰ, ヱ, ヲ); then RomajiSkeleton; then
//
//   I before YA, YU, YO goes after a consonant other than Y and W: SIYO gives SYO, because kana of
//   insurers' systems have シヨ for ショ, which nothing tells apart (キヨ gives KYO too);
//   long vowels are short: O with any of O, U and H after it is O, H only where no vowel follows
//   (SATOU SATOO SATOH SATO; OHNO OONO ONO; OHYAMA OYAMA, but KOHARU stays); UU, AA, EE are U, A,
//   E.
//
// II and EI stay, as all systems write them: FUJII is not FUJI, KEIKO is not KEKO.
//
// Idempotent. `out` may not hold `upper_case_ascii`.
void RomajiPhonetic(std::string_view upper_case_ascii, std::string* out);

// Replaces `*out` by the level 2 form of `katakana` (NFC, full-width): サトウ gives SATOU, ハットリ
// HATTORI, シンイチ SINITI, ファーン FAAN, ヴィクトル VIKUTORU, シェリー SYERII. ー repeats the
// vowel before it, ッ doubles the consonant after it and is dropped where there is none, ヽ and ヾ
// repeat the kana before them. Small kana written large are read as they stand: シヨウ gives
// SIYOU, and meets ショウ in RomajiPhonetic only; ハツトリ gives HATUTORI and does not meet
// ハットリ. Other characters are dropped.
//
// Requires: `katakana` is valid UTF-8. `out` may not hold `katakana`.
void KanaToRomaji(std::string_view katakana, std::string* out);

}  // namespace musubi::identity
