// What becomes of one written value: a text for each level, and what was seen on the way.
// Sees identifiers; holder only.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/contract_parts.h"

namespace musubi::identity {

enum class FieldState {
  kPresent,  // the output holds the normalised value, never empty
  kMissing,  // empty, blank, or a sentinel that stands for "not known" (9999999, unknown, N/A ...)
  kInvalid   // not a value of its kind; the output holds what can be kept, or is empty
};

// How a date was written.
enum class DateForm {
  kNone,         // no date, or not read
  kYearFirst,    // 1971-01-31, 1971年1月31日
  kOtherOrder,   // 31.1.1971, 1/31/1971
  kMonthName,    // 31 January 1971
  kEightDigits,  // 19710131
  kEra,          // 昭和46年1月31日, S46.1.31
  kClaimsCode    // 3460131
};
inline constexpr std::size_t kDateForms = 7;

// What a value showed besides itself: for the holder's counts, which never hold a value.
struct Notes {
  DateForm date_form = DateForm::kNone;
  bool sentinel = false;           // missing by a word or number that stands for it, not by a blank
  bool absent_part = false;        // the value has no part of the kind that the field asks for
  bool missing_character = false;  // ●, 〓: a character that the writer's system could not show
  bool kana_in_kanji = false;      // a kanji name written in katakana: not compared as kanji
  bool partial_date = false;       // a day or month that is not known
  bool my_number = false;          // twelve digits with the check digit of an Individual Number
  bool era_overrun = false;  // 昭和64年1月8日: past the end of its era, and read all the same
};

// The forms of one value, by level. All are empty where the value is missing; an invalid value has
// forms where it can be kept.
struct Forms {
  std::array<std::string, kLevels> text;
  // Of names: the text of each word, in order of code points. The same for ヤマダ タロウ and
  // タロウ ヤマダ. Filled only where asked for.
  std::array<std::string, kLevels> sorted;
  Notes notes;

  std::string& strict() { return text[0]; }
  const std::string& at(Level level) const { return text[static_cast<std::size_t>(level)]; }
  void Clear() {
    for (std::string& form : text) form.clear();
    for (std::string& form : sorted) form.clear();
    notes = {};
  }
};

// Which forms a contract uses of a field. Others are not made.
struct FormsWanted {
  std::array<bool, kLevels> text{true, true, true};
  std::array<bool, kLevels> sorted{};
};

}  // namespace musubi::identity
