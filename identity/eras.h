// The Japanese eras since 1868 and the ways in which they are written. Holds facts, sees nothing.
#pragma once

#include <cstddef>
#include <string_view>

namespace musubi::identity {

struct Era {
  int offset;     // the Gregorian year is the era's year plus this
  int code;       // in seven-digit claims dates
  int last_year;  // the era's own last year, or 99 where dates are still written in it
  int first_day;  // as YYYYMMDD
  int last_day;
};

// The era written at `*at` (昭和, 昭, S or s; ㍼ is 昭和 in NFKC); moves `*at` behind it. Null,
// with `*at` unchanged, where none is.
const Era* TakeEra(std::string_view text, std::size_t* at);

// The era of a claims code (1 Meiji to 5 Reiwa), or null.
const Era* EraOfCode(int code);

}  // namespace musubi::identity
