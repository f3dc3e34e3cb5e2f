#include "bloom/tokens.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "core/check.h"
#include "core/missing_character.h"
#include "core/utf8.h"

namespace musubi::bloom {
namespace {

void AppendPlace(std::size_t place, std::string* text) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), place);
  text->append(digits, end.ptr);
  text->push_back(' ');
}

// Appends the grams of the code points that `starts` delimits: point i of `value` is
// value[starts[i], starts[i+1]).
void AppendGrams(const TokenRule& rule, std::string_view value,
                 const std::vector<std::size_t>& starts, TextList* tokens) {
  const std::size_t points = starts.size() - 1;
  const std::size_t q = rule.q;
  const std::size_t padding = rule.padded ? q - 1 : 0;
  const std::size_t grams = std::max(points + 2 * padding, q) - q + 1;
  const bool all_known = !HoldsMissingCharacter(value);
  for (std::size_t gram = 0; gram < grams; ++gram) {
    // The gram covers the padded places [gram, gram + q); a place within the value is a point.
    const std::size_t first = std::max(gram, padding) - padding;
    const std::size_t last = std::min(std::max(gram + q, padding) - padding, points);
    const std::string_view inside = value.substr(starts[first], starts[last] - starts[first]);
    if (!all_known && HoldsMissingCharacter(inside)) continue;
    if (rule.positional) AppendPlace(gram + 1, &tokens->text());
    if (gram < padding) tokens->text().append(padding - gram, ' ');
    tokens->text().append(inside);
    if (gram + q > padding + points && rule.padded) {
      tokens->text().append(gram + q - padding - points, ' ');
    }
    tokens->EndText();
  }
}

// A number of at most 18 ASCII digits.
std::optional<std::int64_t> NumberOf(std::string_view digits) {
  constexpr std::size_t kMostDigits = 18;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool all = error == std::errc() && end == digits.data() + digits.size();
  if (!all || digits.size() > kMostDigits || number < 0) return std::nullopt;
  return number;
}

// Days since 1 March of the year 0 (proleptic Gregorian) of YYYYMMDD, for any month and day: an
// impossible date that is kept has neighbours too.
// Source: Richards, "Mapping Time", Oxford University Press, 1998, chapter 25.
std::int64_t DayNumber(std::int64_t date) {
  std::int64_t year = date / 10000;
  const std::int64_t month = date / 100 % 100;
  if (month < 3) --year;
  const std::int64_t shifted = (month + 9) % 12;  // March is 0
  return year * 365 + year / 4 - year / 100 + year / 400 + (shifted * 153 + 2) / 5 + date % 100 - 1;
}

void AppendNeighbours(const TokenRule& rule, std::string_view value, bool days, TextList* tokens) {
  constexpr std::size_t kDateLength = 8;
  const std::optional<std::int64_t> number = NumberOf(value);
  if (!number || (days && value.size() != kDateLength)) return;
  const std::int64_t at = (days ? DayNumber(*number) : *number) / rule.step;
  for (std::int64_t i = -std::int64_t{rule.reach}; i <= rule.reach; ++i) {
    char digits[20];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), at + i);
    tokens->text().append(digits, end.ptr);
    tokens->EndText();
  }
}

}  // namespace

void Tokenise(const TokenRule& rule, std::string_view value, bool days, TextList* tokens) {
  MUSUBI_CHECK(!value.empty());
  tokens->Clear();
  if (rule.kind == TokenKind::kNeighbours) return AppendNeighbours(rule, value, days, tokens);
  if (rule.kind == TokenKind::kExact) {
    if (HoldsMissingCharacter(value)) return;
    tokens->text().append(value);
    tokens->EndText();
    return;
  }
  thread_local std::vector<std::size_t> starts;
  starts.clear();
  for (std::size_t at = 0; at < value.size(); at += CodePointBytes(value[at])) starts.push_back(at);
  starts.push_back(value.size());
  AppendGrams(rule, value, starts, tokens);
}

}  // namespace musubi::bloom
