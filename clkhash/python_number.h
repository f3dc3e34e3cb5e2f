// Numbers in the written forms that Python's int() and float() accept. Sees identifiers; holder
// only. Private to clkhash.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace musubi::clkhash {

using BigInt = boost::multiprecision::cpp_int;

// The most digits that Python 3.11 turns into an integer, or an integer into.
inline constexpr std::size_t kMaxIntegerDigits = 4300;

// What str(int(text)) gives: no blanks, no plus sign, no leading zero, no "-0". Accepts blanks
// around, a sign, digits of any script and single underscores between digits. False where int()
// fails, which it does beyond kMaxIntegerDigits digits. Reuses `*canonical`.
//
// Requires: `text` is valid UTF-8.
bool ParseInteger(std::string_view text, std::string* canonical);

// Orders two canonical integers: negative, zero or positive as `a` is below, equal to or above `b`.
int CompareIntegers(std::string_view a, std::string_view b);

// What float(text) gives, infinities and NaN included; none where it fails. `*scratch` is reused.
//
// Requires: `text` is valid UTF-8.
std::optional<double> ParseFloat(std::string_view text, std::string* scratch);

// The exact value of a whole double. Requires: `value` is finite and whole.
BigInt ExactInteger(double value);

}  // namespace musubi::clkhash
