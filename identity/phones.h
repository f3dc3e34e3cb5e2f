// Telephone numbers. Sees identifiers; holder only. The rules are in docs/identifiers-japan.md.
#pragma once

#include <string>
#include <string_view>

#include "identity/forms.h"

namespace musubi::identity {

// The first number in `written`, in digits, as it is dialled inside the country `calling_code`
// (81: Japan; digits without the +): 0312345678 for +81 (0)3-1234-5678, 0081 3 1234 5678 and
// 03(1234)5678. A number of another country keeps its code: +12125550100. Extensions (内線12, ext.
// 12, x12, #12) are left out.
//
//   kMissing  blank, a word for "not known", one digit throughout, a mobile number of zeros
//   kInvalid  no digit, or fewer than 6 or more than 15 of them
//
// `written` is valid UTF-8 in NFKC.
// Source: ITU-T E.164 (15 digits at most), E.123 (how numbers are written).
FieldState NormalisePhone(std::string_view written, std::string_view calling_code,
                          std::string* out);

}  // namespace musubi::identity
