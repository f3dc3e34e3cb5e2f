// Dates, from the ways in which they are written to YYYYMMDD. Sees identifiers; holder only.
#pragma once

#include <string>
#include <string_view>

#include "core/contract_parts.h"
#include "identity/forms.h"

namespace musubi::identity {

// True where `year`, 1850 to 2100, `month` and `day` name a day of the Gregorian calendar.
bool IsCalendarDay(int year, int month, int day);

// Replaces `*out` by the eight digits of the date `written`, in NFKC, with kMissingCharacter for
// each digit of a day, or of a month and day, that is not known. Dates with the year first,
// Japanese eras, claims codes and English names of months are always read; other dates in `order`.
// What is kMissing, kInvalid with digits and kInvalid without is in normalise.h and
// docs/identifiers.md.
//
// Allocates only to grow `*out`.
FieldState NormaliseDate(std::string_view written, DateOrder order, std::string* out, Notes* notes);

}  // namespace musubi::identity
