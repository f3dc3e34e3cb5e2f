#include "engine/model/logarithm.h"

#include <bit>
#include <cstdint>

#include "core/check.h"

namespace musubi::engine {

double Log2(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  MUSUBI_CHECK(bits >> 52 > 0 && bits >> 52 < 0x7FF);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  auto mantissa = std::bit_cast<double>((bits & 0xF'FFFF'FFFF'FFFF) | std::uint64_t{1023} << 52);
  constexpr double kRootOfTwo = 1.4142135623730951;
  if (mantissa > kRootOfTwo) {
    mantissa /= 2;
    ++exponent;
  }
  // ln m = 2 (s + s^3/3 + s^5/5 + ...) with s = (m-1)/(m+1), here below 0.172: the term of s^23 is
  // below 10^-18.
  const double s = (mantissa - 1) / (mantissa + 1);
  const double square = s * s;
  double sum = 0;
  for (int power = 21; power >= 1; power -= 2) sum = sum * square + 1.0 / power;
  constexpr double kTwoOverLn2 = 2.8853900817779268;
  return exponent + kTwoOverLn2 * s * sum;
}

}  // namespace musubi::engine
