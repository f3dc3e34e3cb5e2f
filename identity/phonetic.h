// Codes of Western surnames by their sound. Sees identifiers; holder only. (Soundex is in
// identity/parts.h, as a part for block tokens.)
#pragma once

#include <string>
#include <string_view>

namespace musubi::identity {

// The NYSIIS code of `upper_case_letters`, not cut to six letters: MACINTOSH and MCINTOSH give
// MCANT, KNUTH gives NAT, PHILLIPSON gives FALAPSAN. Characters other than A to Z are skipped.
// Empty where there is none; otherwise at least the first letter remains.
//
// Published versions differ. Here KN becomes NN at the start (some print N: the code is the same,
// because a letter is never written twice in a row), NT and ND become D at the end (some leave
// them), a first PH or PF gives one F (some programs print FF), and the code is whole (the original
// cuts at six letters).
//
// Source: Taft, "Name Search Techniques", New York State Identification and Intelligence System,
//         Special Report No. 1, Albany (1970): the original rules, not the later "modified" ones.
std::string Nysiis(std::string_view upper_case_letters);

}  // namespace musubi::identity
