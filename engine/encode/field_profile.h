// What a field's values look like, in counts: never a value. For the holder, before and after
// encoding.
#pragma once

#include <array>
#include <cstdint>

#include "core/contract_parts.h"
#include "identity/forms.h"

namespace musubi::engine {

// Counts over the rows of one file.
struct FieldProfile {
  std::uint64_t present = 0;
  std::uint64_t missing = 0;  // blank, or a sentinel, or moved to the kana field
  std::uint64_t invalid = 0;  // not a value of its kind, whatever the contract does with it

  std::uint64_t sentinels = 0;           // missing by a word or number, such as 9999999
  std::uint64_t missing_characters = 0;  // values with ● or 〓
  std::uint64_t kana_in_kanji = 0;       // kanji names written in kana
  std::uint64_t partial_dates = 0;
  std::uint64_t era_overruns = 0;  // dates past the end of their era, or before it
  std::uint64_t my_numbers = 0;    // twelve digits with the check digit of an Individual Number
  std::array<std::uint64_t, identity::kDateForms> date_forms{};

  std::uint64_t distinct = 0;       // among the present values, in strict form
  std::uint64_t most_frequent = 0;  // rows that share the most frequent of them

  // Counts `rows` rows of such a value; distinct and most_frequent are left alone.
  void Add(identity::FieldState state, const identity::Notes& notes, std::uint64_t rows = 1);
  void Add(const FieldProfile& other);  // all but distinct and most_frequent

  // Whether a column of these values is one of Individual Numbers ("My Number"), whose use is
  // limited by law to named purposes: most of its values are.
  bool LooksLikeMyNumber() const;

  // Whether so many rows share one value of a field of `kind` that it may stand for "not known":
  // ten rows or more of a field that has a hundred values or more, and a hundredth of the present
  // ones where values tell persons or days apart (dates, numbers), a tenth where many share one
  // anyway (names, places).
  bool HasSuspectValue(FieldKind kind) const;
};

}  // namespace musubi::engine
