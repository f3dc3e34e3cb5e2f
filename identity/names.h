// Names and free text, from their written form to the letters that are compared.
// Sees identifiers; holder only.
#pragma once

#include <string>
#include <string_view>

#include "identity/normalise.h"
#include "identity/text.h"

namespace musubi::identity {

// Replaces `*out` by the letters of `raw` (TextFolder::FoldLetters). A name drops its digits; a
// value of digits alone is then kInvalid, one of punctuation alone kMissing.
//
// Requires: `raw` is valid UTF-8.
FieldState NormaliseName(std::string_view raw, TextFolder* folder, std::string* out);

// As NormaliseName, but digits are kept, and more words stand for a missing value.
FieldState NormaliseText(std::string_view raw, TextFolder* folder, std::string* out);

}  // namespace musubi::identity
