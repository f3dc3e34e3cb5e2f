#include "identity/my_number.h"

#include <array>
#include <cstddef>

#include "core/utf8.h"
#include "identity/characters.h"

namespace musubi::identity {
namespace {

constexpr std::size_t kDigits = 12;

// 11 less the remainder of the weighted sum by 11; 0 where the remainder is 0 or 1.
int CheckDigit(const std::array<int, kDigits>& digits) {
  constexpr std::array<int, kDigits - 1> kWeights = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  int sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) sum += kWeights[i] * digits[i];
  return sum % 11 <= 1 ? 0 : 11 - sum % 11;
}

}  // namespace

bool IsMyNumber(std::string_view written) {
  std::array<int, kDigits> digits{};
  std::size_t count = 0;
  bool any = false;
  for (std::size_t at = 0; at < written.size();) {
    const char32_t c = NextCodePoint(written, &at);
    if (IsBlank(c) || IsDash(c)) continue;
    if (c < U'0' || c > U'9' || count == kDigits) return false;
    digits[count++] = static_cast<int>(c - U'0');
    any = any || c != U'0';
  }
  return any && count == kDigits && digits.back() == CheckDigit(digits);
}

bool AreMyNumbers(std::uint64_t my_numbers, std::uint64_t values) {
  constexpr std::uint64_t kLeast = 2;  // one number in eleven has the check digit by chance
  return my_numbers >= kLeast && my_numbers * 2 > values;
}

}  // namespace musubi::identity
