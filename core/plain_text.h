// What people write into documents that others sign and read. Sees such texts and keeps none.
#pragma once

#include <cstddef>
#include <string_view>

namespace musubi {

// True for well-formed UTF-8 of at most `max_bytes` that stays on its line and shows as it is
// written: no control character, no separator of lines or paragraphs, and none of the characters
// that turn the direction of writing or have no width, by which a text can look like another. (The
// joiners U+200C and U+200D may stand: some scripts are not written without them.)
//
// Source: Unicode Standard Annex 9, section 2, for the last.
bool IsPlainText(std::string_view text, std::size_t max_bytes);

}  // namespace musubi
