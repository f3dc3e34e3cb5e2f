// Latin letters that Unicode does not decompose, as the plain letters that clerks type for them.
// Sees single letters; holder only.
#pragma once

#include <string_view>

namespace musubi::identity {

// The plain letters for the upper-case letter `c`, or an empty view where it has none:
// Ø gives "O", Æ "AE", Þ "TH".
std::u16string_view PlainLatin(char32_t c);

}  // namespace musubi::identity
