// Kanji that are written in more than one way, as the one form that names are compared in.
// Sees single characters; holder only.
#pragma once

namespace musubi::identity {

// The standard form of `c`, or `c` itself where it has none or is no kanji: 髙 gives 高, 邉 gives
// 辺, 齋 gives 斎. Never merges two kanji of the joyo table; 斎 and 斉, 崎 and 碕 stay apart.
// Idempotent.
//
// Cost:    one look-up in a table of pages, built from identity/data/kanji_variants.tsv at the
//          first call, which ends the program where that file is bad.
// Threads: safe.
char32_t FoldKanji(char32_t c);

// The kanji that stands for the group of those that clerks exchange with `c` in names, or
// FoldKanji(c) where there is no group: 斉 and 齊 give 斎, 碕 and 﨑 give 崎. For agreement credit
// at the phonetic level only; never for equality. Idempotent.
//
// Cost, threads: as FoldKanji; the groups are identity/data/kanji_confusables.tsv.
char32_t FoldConfusable(char32_t c);

}  // namespace musubi::identity
