// Fields of few characters: sex, numbers, postcodes. Sees identifiers; holder only.
//
// Each function replaces `*out` and takes a value in NFKC (TextFolder::Compatible; ASCII is).
#pragma once

#include <string>
#include <string_view>

#include "identity/forms.h"

namespace musubi::identity {

// "M" or "F".
FieldState NormaliseSex(std::string_view written, std::string* out);

// The ASCII digits.
FieldState NormaliseDigits(std::string_view written, std::string* out);

// The ASCII letters, in upper case, and digits.
FieldState NormalisePostcode(std::string_view written, std::string* out);

}  // namespace musubi::identity
