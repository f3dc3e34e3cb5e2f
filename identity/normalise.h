// One field of one record, from its written form to the form that is compared.
// Sees identifiers; holder only. The rules, with examples, are in docs/identifiers.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/contract.h"

namespace musubi::identity {

enum class FieldState {
  kPresent,  // the output holds the normalised value, never empty
  kMissing,  // empty, blank, or a sentinel that stands for "not known" (9999999, unknown, N/A ...)
  kInvalid   // not a value of its kind; the output holds what can be kept, or is empty
};

// Normalises the values of one field. Deterministic, and idempotent on what it returns as present:
// normalising a normalised value gives the same value.
//
// Output by kind (all UTF-8):
//   name      NFKC, upper case, hiragana as katakana, no diacritics on Latin, Greek and Cyrillic,
//             only letters and the marks that other scripts need: "O'Brien-Müller" ->
//             "OBRIENMULLER", "やまだ　太郎" -> "ヤマダ太郎"
//   text      as name, and digits are kept
//   date      YYYYMMDD: "20190501" for 2019-05-01, 令和元年5月1日, R1.5.1, 5010501
//   sex       "M", "F"
//   digits    ASCII digits only
//   postcode  ASCII letters (upper case) and digits only
//
// A date whose eight digits name no day of the calendar (month 13, 30 February, a year before
// 1850 or after 2100) is kInvalid and its digits are in the output; a date that cannot be read at
// all is kInvalid with an empty output. Every other kind's kInvalid has an empty output, and so
// has every kMissing. A value of more than 1 MiB is kInvalid.
//
// Threads: one at a time; make one for each thread.
class Normaliser {
 public:
  explicit Normaliser(const Field& field);
  ~Normaliser();
  Normaliser(Normaliser&&) noexcept;
  Normaliser& operator=(Normaliser&&) noexcept;

  // Replaces `*out`. `raw` is valid UTF-8.
  FieldState operator()(std::string_view raw, std::string* out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace musubi::identity
