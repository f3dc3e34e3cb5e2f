#include "engine/encode/field_profile.h"

#include "identity/my_number.h"

namespace musubi::engine {

using identity::FieldState;

void FieldProfile::Add(FieldState state, const identity::Notes& notes, std::uint64_t rows) {
  present += state == FieldState::kPresent ? rows : 0;
  missing += state == FieldState::kMissing ? rows : 0;
  invalid += state == FieldState::kInvalid ? rows : 0;
  sentinels += notes.sentinel ? rows : 0;
  missing_characters += notes.missing_character ? rows : 0;
  kana_in_kanji += notes.kana_in_kanji ? rows : 0;
  partial_dates += notes.partial_date ? rows : 0;
  era_overruns += notes.era_overrun ? rows : 0;
  my_numbers += notes.my_number ? rows : 0;
  date_forms[static_cast<std::size_t>(notes.date_form)] += rows;
}

void FieldProfile::Add(const FieldProfile& other) {
  present += other.present;
  missing += other.missing;
  invalid += other.invalid;
  sentinels += other.sentinels;
  missing_characters += other.missing_characters;
  kana_in_kanji += other.kana_in_kanji;
  partial_dates += other.partial_dates;
  era_overruns += other.era_overruns;
  my_numbers += other.my_numbers;
  for (std::size_t i = 0; i < date_forms.size(); ++i) date_forms[i] += other.date_forms[i];
}

bool FieldProfile::LooksLikeMyNumber() const {
  return identity::AreMyNumbers(my_numbers, present + invalid);
}

namespace {

// Of values that tell persons or days apart.
bool TellsApart(FieldKind kind) {
  switch (kind) {
    case FieldKind::kDate:
    case FieldKind::kDigits:
    case FieldKind::kPhone:
    case FieldKind::kInsuranceCode:
    case FieldKind::kInsuredId:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool FieldProfile::HasSuspectValue(FieldKind kind) const {
  constexpr std::uint64_t kLeastRows = 10;
  constexpr std::uint64_t kLeastDistinct = 100;
  const std::uint64_t share = TellsApart(kind) ? 100 : 10;
  return most_frequent >= kLeastRows && most_frequent * share >= present &&
         distinct >= kLeastDistinct;
}

}  // namespace musubi::engine
