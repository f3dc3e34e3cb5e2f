// One field of one record, from its written form to the form that is compared.
// Sees identifiers; holder only. The rules, with examples, are in docs/identifiers.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/contract_parts.h"
#include "identity/forms.h"

namespace musubi::identity {

// Normalises the values of one field. Deterministic, and idempotent at each level on what it
// returns as present: normalising a form at its level gives the same form.
//
// Strict form by kind (all UTF-8); the other levels are in docs/identifiers.md:
//   raw               as written, without blanks around it
//   name, name_*      NFKC, upper case, hiragana as katakana, variant kanji as the standard form,
//                     no diacritics on Latin, Greek and Cyrillic; only letters and the marks that
//                     other scripts need: "O'Brien-Müller" -> "OBRIENMULLER"
//   text              as name, and digits are kept
//   date              YYYYMMDD: "20190501" for 2019-05-01, 令和元年5月1日, R1.5.1, 5010501
//   sex               "M", "F"
//   digits            ASCII digits only
//   postcode          ASCII letters (upper case) and digits only
//   phone             digits with the trunk prefix: "0312345678"
//   insurer_number    eight digits whose check digit is right
//   insurance_code    of symbols and numbers: letters, digits, dashes
//   insurance_branch  two digits
//   insured_id        INSURER:SYMBOL:NUMBER:BRANCH, where each may be empty
//   municipality      five digits (JIS X 0402)
//   address           PREFECTURE|MUNICIPALITY|TOWN|NUMBER|, or the part that the field asks
//
// kMissingCharacter stands for each character that is not known: ● in a name, the day of a date.
//
// A date whose eight digits name no day of the calendar (month 13, 30 February, a year before
// 1850 or after 2100) is kInvalid and its digits are in the output; so are those of an insurer
// number whose check digit is wrong, and the letters of a kana name that holds kanji. Every other
// kInvalid has an empty output, and so has every kMissing. A value of more than 1 MiB is kInvalid.
//
// Threads: one at a time; make one for each thread.
class Normaliser {
 public:
  explicit Normaliser(const Field& field, const FormsWanted& wanted = {});
  ~Normaliser();
  Normaliser(Normaliser&&) noexcept;
  Normaliser& operator=(Normaliser&&) noexcept;

  // Replaces `*out`. `raw` is valid UTF-8.
  FieldState operator()(std::string_view raw, Forms* out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace musubi::identity
