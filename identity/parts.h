// The part of a normalised value that goes into a block token. Sees identifiers; holder only.
#pragma once

#include <string>
#include <string_view>

#include "core/contract_parts.h"
#include "identity/forms.h"

namespace musubi::identity {

// Appends to `*out` the part that `part` asks for of `forms`, those of a value of a field of kind
// `kind` that is present or kept. Returns false, with `*out` unchanged, where there is no such
// part: a name without a Latin letter has no Soundex code, a year alone no month and day, and a
// part that holds kMissingCharacter is not known. A kept impossible date has its year and
// month-day as written.
//
// kPrefix counts code points and takes the whole value where it is shorter.
bool AppendPart(const BlockPart& part, FieldKind kind, const Forms& forms, std::string* out);

// American Soundex as the US National Archives describe it ("Soundex System", archives.gov):
// the first letter and three digits, H and W do not separate equal codes, vowels do.
// Letters other than A to Z are skipped. Empty where there is no letter A to Z.
std::string Soundex(std::string_view upper_case_name);

}  // namespace musubi::identity
