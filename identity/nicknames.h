// English pet forms of given names, as the formal name. Sees identifiers; holder only.
#pragma once

#include <string_view>
#include <vector>

namespace musubi::identity {

// The formal name that `upper_case_name` is short for, or `upper_case_name` itself where there is
// none: BOB gives ROBERT, PEGGY gives MARGARET, ALEX stays, because it is short for two names.
// What is returned is a view of `upper_case_name` or of a table that lives as long as the program.
// Idempotent.
//
// The names are identity/data/nicknames_en.tsv; the first call reads them and ends the program
// where that file is bad.
//
// Threads: safe.
std::string_view FormalName(std::string_view upper_case_name);

// The pet forms that stand for `upper_case_name`, in alphabetical order, as views of that table:
// ROBERT gives BOB, BOBBY, ROB, ...; none where it has none. As above otherwise.
std::vector<std::string_view> PetFormsOf(std::string_view upper_case_name);

}  // namespace musubi::identity
