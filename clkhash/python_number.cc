#include "clkhash/python_number.h"

#include <locale.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "clkhash/unicode_text.h"
#include "core/check.h"
#include "core/utf8.h"

namespace musubi::clkhash {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// `text` in ASCII, without blanks around: digits of other scripts become ASCII ones and white space
// beyond ASCII a blank, as int() and float() see it. Any other character makes it no number.
bool Simplify(std::string_view text, std::string* ascii) {
  ascii->clear();
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = NextCodePoint(text, &at);
    if (c < 0x7F) {
      ascii->push_back(static_cast<char>(c));
    } else if (const auto digit = DecimalDigit(c)) {
      ascii->push_back(static_cast<char>('0' + *digit));
    } else if (IsSpace(c)) {
      ascii->push_back(' ');
    } else {
      return false;
    }
  }
  while (!ascii->empty() && IsBlank(ascii->back())) ascii->pop_back();
  ascii->erase(
      0, static_cast<std::size_t>(std::ranges::find_if_not(*ascii, IsBlank) - ascii->begin()));
  return true;
}

// Removes each underscore that stands between two digits; false where one stands elsewhere.
bool RemoveUnderscores(std::string* text) {
  std::size_t kept = 0;
  char previous = 0;
  for (std::size_t i = 0; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (c == '_') {
      if (!IsDigit(previous) || i + 1 == text->size() || !IsDigit((*text)[i + 1])) return false;
    } else {
      (*text)[kept++] = c;
    }
    previous = c;
  }
  text->resize(kept);
  return true;
}

std::size_t SkipDigits(std::string_view text, std::size_t at) {
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at;
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

// Digits with a point or an exponent or neither; no sign.
bool IsDecimal(std::string_view text) {
  std::size_t at = SkipDigits(text, 0);
  std::size_t digits = at;
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = SkipDigits(text, at + 1);
    digits += end - at - 1;
    at = end;
  }
  if (digits == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t end = SkipDigits(text, at);
    if (end == at) return false;
    at = end;
  }
  return at == text.size();
}

// Correctly rounded, whatever the process's locale.
double ToDouble(const std::string& text) {
  static const locale_t kPlain = newlocale(LC_ALL_MASK, "C", nullptr);
  MUSUBI_CHECK(kPlain != nullptr);
  return strtod_l(text.c_str(), nullptr, kPlain);
}

}  // namespace

bool ParseInteger(std::string_view text, std::string* canonical) {
  if (!Simplify(text, canonical) || !RemoveUnderscores(canonical)) return false;
  std::string& digits = *canonical;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.erase(0, 1);
  if (digits.empty() || digits.size() > kMaxIntegerDigits) return false;
  if (!std::ranges::all_of(digits, IsDigit)) return false;
  const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  digits.erase(0, zeros);
  if (negative && digits != "0") digits.insert(digits.begin(), '-');
  return true;
}

int CompareIntegers(std::string_view a, std::string_view b) {
  const bool a_negative = a.starts_with('-');
  if (a_negative != b.starts_with('-')) return a_negative ? -1 : 1;
  const int size_order = a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
  const int order = size_order != 0 ? size_order : a.compare(b);
  return a_negative ? -order : order;
}

std::optional<double> ParseFloat(std::string_view text, std::string* scratch) {
  if (!Simplify(text, scratch) || !RemoveUnderscores(scratch)) return std::nullopt;
  std::string_view number = *scratch;
  if (number.starts_with('-') || number.starts_with('+')) number.remove_prefix(1);
  const bool special = EqualsIgnoringCase(number, "inf") ||
                       EqualsIgnoringCase(number, "infinity") || EqualsIgnoringCase(number, "nan");
  if (!special && !IsDecimal(number)) return std::nullopt;
  return ToDouble(*scratch);
}

BigInt ExactInteger(double value) {
  MUSUBI_CHECK(std::isfinite(value) && std::trunc(value) == value);
  constexpr int kMantissaBits = 53;
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  const auto mantissa = static_cast<long long>(std::ldexp(fraction, kMantissaBits));
  exponent -= kMantissaBits;
  // A whole number below 2^53 has zeros to divide out, so that nothing is lost.
  BigInt result = exponent >= 0 ? mantissa : mantissa / (1LL << -exponent);
  if (exponent > 0) result <<= static_cast<unsigned>(exponent);
  return result;
}

}  // namespace musubi::clkhash
