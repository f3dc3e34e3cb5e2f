// The part of a normalised value that goes into a block token. Sees identifiers; holder only.
#pragma once

#include <string>
#include <string_view>

#include "core/contract.h"

namespace musubi::identity {

// Appends to `*out` the part that `part` asks for of `normalised`, a present value of a field of
// kind `kind`. Returns false, with `*out` unchanged, where there is no such part: a name without
// a Latin letter has no Soundex code, a kept impossible date has its year and month-day as
// written.
//
// kPrefix counts code points and takes the whole value where it is shorter.
bool AppendPart(const BlockPart& part, FieldKind kind, std::string_view normalised,
                std::string* out);

// American Soundex as the US National Archives describe it ("Soundex System", archives.gov):
// the first letter and three digits, H and W do not separate equal codes, vowels do.
// Letters other than A to Z are skipped. Empty where there is no letter A to Z.
std::string Soundex(std::string_view upper_case_name);

}  // namespace musubi::identity
