// Individual Numbers (My Number), which the law keeps out of record linkage. Sees identifiers;
// holder only.
#pragma once

#include <cstdint>
#include <string_view>

namespace musubi::identity {

// Whether `written`, without blanks and dashes, has the shape of an Individual Number: twelve
// digits, the last of which checks the others. One number in ten or eleven of any twelve-digit
// column does, so a column is judged by how many of its values do. 000000000000 fills columns and
// is none.
//
// `written` is valid UTF-8 in NFKC.
// Source: Ordinance of the Ministry of Internal Affairs and Communications no. 85 of 2014, art. 5
// (the check digit).
bool IsMyNumber(std::string_view written);

// Whether a column of `values` values, of which `my_numbers` have that shape, is one of Individual
// Numbers: two or more, and most of them.
bool AreMyNumbers(std::uint64_t my_numbers, std::uint64_t values);

}  // namespace musubi::identity
