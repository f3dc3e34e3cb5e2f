#include "clkhash/tokens.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "core/utf8.h"

namespace musubi::clkhash {
namespace {

void AppendUtf16(char32_t c, std::string* out) {
  const auto add = [&](char32_t unit) {
    out->push_back(static_cast<char>(unit & 0xFF));
    out->push_back(static_cast<char>(unit >> 8));
  };
  if (c < 0x10000) return add(c);
  add(0xD800 + ((c - 0x10000) >> 10));
  add(0xDC00 + ((c - 0x10000) & 0x3FF));
}

void AppendUtf32(char32_t c, std::string* out) {
  for (int shift = 0; shift < 32; shift += 8) out->push_back(static_cast<char>(c >> shift & 0xFF));
}

void AppendNumber(std::size_t number, std::string* out) {
  char digits[20];
  out->append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// Moves `*number` to the nearest multiple of the distance, upwards from the middle.
Reason Quantise(const NumericComparison& numeric, BigInt* number) {
  BigInt rest = *number % numeric.distance;  // has the sign of the number
  if (rest == 0) return nullptr;
  if (rest < 0) rest += numeric.distance;
  if (!numeric.half_is_finite) return "is compared over a distance too large for a double";
  *number -= rest;
  // Python compares with distance / 2 as a double, whose rounding shows above 2^53.
  if (rest * 2 >= numeric.doubled_half) *number += numeric.distance;
  return nullptr;
}

// Replaces `*text` by the digits of `number`; without the heap where it is below 2^62.
void WriteInteger(const BigInt& number, std::string* text) {
  constexpr unsigned kSmallBits = 62;
  if (number != 0 && boost::multiprecision::msb(boost::multiprecision::abs(number)) >= kSmallBits) {
    *text = number.str();
    return;
  }
  char digits[20];
  char* const end =
      std::to_chars(digits, digits + sizeof digits, static_cast<long long>(number)).ptr;
  text->assign(digits, end);
}

std::size_t DigitsOf(std::string_view integer) {
  return integer.size() - (integer.starts_with('-') ? 1 : 0);
}

constexpr Reason kTooLarge = "is too large a number";

}  // namespace

Reason Tokeniser::Tokenise(std::string_view value, TextList* tokens) {
  tokens->Clear();
  if (value.empty()) return nullptr;
  if (const auto* numeric = std::get_if<NumericComparison>(&hashing_->comparison)) {
    return TokeniseNumber(*numeric, value, tokens);
  }
  return TokeniseText(value, tokens);
}

Reason Tokeniser::TokeniseText(std::string_view value, TextList* tokens) {
  if (hashing_->encoding == TextEncoding::kAscii && !IsAscii(value)) {
    return "has characters beyond ASCII, the feature's encoding";
  }
  if (const auto* ngram = std::get_if<NgramComparison>(&hashing_->comparison)) {
    TokeniseGrams(*ngram, value, tokens);
  } else {
    AddToken(value, tokens);
  }
  return nullptr;
}

void Tokeniser::AddToken(std::string_view token, TextList* tokens) const {
  std::string& out = tokens->text();
  const TextEncoding encoding = hashing_->encoding;
  if (encoding == TextEncoding::kAscii || encoding == TextEncoding::kUtf8) {
    out += token;
  } else {
    constexpr char32_t kByteOrderMark = 0xFEFF;
    const auto append = encoding == TextEncoding::kUtf16 ? AppendUtf16 : AppendUtf32;
    append(kByteOrderMark, &out);
    for (std::size_t at = 0; at < token.size();) append(NextCodePoint(token, &at), &out);
  }
  tokens->EndText();
}

void Tokeniser::TokeniseGrams(const NgramComparison& ngram, std::string_view value,
                              TextList* tokens) {
  padded_.assign(ngram.n - 1, ' ');
  padded_ += value;
  padded_.append(ngram.n - 1, ' ');
  starts_.clear();
  for (std::size_t at = 0; at < padded_.size(); at += CodePointBytes(padded_[at])) {
    starts_.push_back(at);
  }
  starts_.push_back(padded_.size());
  const std::string_view padded = padded_;
  for (std::size_t i = 0; i + ngram.n < starts_.size(); ++i) {
    const std::string_view gram = padded.substr(starts_[i], starts_[i + ngram.n] - starts_[i]);
    if (!ngram.positional) {
      AddToken(gram, tokens);
      continue;
    }
    token_.clear();
    AppendNumber(i + 1, &token_);
    token_ += ' ';
    token_ += gram;
    AddToken(token_, tokens);
  }
}

// The value times 10^fractional_precision, as a whole number: exactly where it is written as an
// integer, else in doubles, rounded half to even, or cut off where the precision is 0.
Reason Tokeniser::ScaledNumber(const NumericComparison& numeric, std::string_view value,
                               BigInt* number) {
  const std::uint32_t precision = numeric.fractional_precision;
  if (ParseInteger(value, &digits_)) {
    digits_.append(precision, '0');
    *number = BigInt(digits_.starts_with("0") ? "0" : digits_);
    return nullptr;
  }
  const auto parsed = ParseFloat(value, &digits_);
  if (!parsed) return "is no number";
  if (!std::isfinite(*parsed)) return "is no finite number";
  if (precision == 0) {
    *number = ExactInteger(std::trunc(*parsed));
    return nullptr;
  }
  if (precision > static_cast<std::uint32_t>(std::numeric_limits<double>::max_exponent10)) {
    return "cannot be scaled by the schema's fractional_precision";
  }
  digits_ = "1e";
  AppendNumber(precision, &digits_);
  std::string scratch;
  const double scaled = *parsed * ParseFloat(digits_, &scratch).value_or(1);
  if (!std::isfinite(scaled)) return kTooLarge;
  *number = ExactInteger(std::nearbyint(scaled));
  return nullptr;
}

Reason Tokeniser::TokeniseNumber(const NumericComparison& numeric, std::string_view value,
                                 TextList* tokens) {
  BigInt number;
  if (const Reason reason = ScaledNumber(numeric, value, &number)) return reason;
  number *= 2 * numeric.resolution;
  if (const Reason reason = Quantise(numeric, &number)) return reason;
  number -= numeric.distance * numeric.resolution;
  for (std::uint32_t i = 0; i <= 2 * numeric.resolution; ++i) {
    WriteInteger(number, &token_);
    if (DigitsOf(token_) > kMaxIntegerDigits) return kTooLarge;
    AddToken(token_, tokens);
    number += numeric.distance;
  }
  return nullptr;
}

}  // namespace musubi::clkhash
