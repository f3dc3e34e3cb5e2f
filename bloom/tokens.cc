#include "bloom/tokens.h"

#include <algorithm>
#include <charconv>

#include "core/check.h"

namespace musubi::bloom {
namespace {

// The number of bytes in the code point that starts with `lead`.
std::size_t CodePointBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

void AppendPlace(std::size_t place, std::string* text) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), place);
  text->append(digits, end.ptr);
  text->push_back(' ');
}

// Appends the grams of the code points that `starts` delimits: point i of `value` is
// value[starts[i], starts[i+1]).
void AppendGrams(const TokenRule& rule, std::string_view value,
                 const std::vector<std::size_t>& starts, TokenList* tokens) {
  const std::size_t points = starts.size() - 1;
  const std::size_t q = rule.q;
  const std::size_t padding = rule.padded ? q - 1 : 0;
  const std::size_t grams = std::max(points + 2 * padding, q) - q + 1;
  for (std::size_t gram = 0; gram < grams; ++gram) {
    if (rule.positional) AppendPlace(gram + 1, &tokens->text());
    // The gram covers the padded places [gram, gram + q); a place within the value is a point.
    const std::size_t first = std::max(gram, padding) - padding;
    const std::size_t last = std::min(std::max(gram + q, padding) - padding, points);
    if (gram < padding) tokens->text().append(padding - gram, ' ');
    tokens->text().append(value.substr(starts[first], starts[last] - starts[first]));
    if (gram + q > padding + points && rule.padded) {
      tokens->text().append(gram + q - padding - points, ' ');
    }
    tokens->EndToken();
  }
}

}  // namespace

void Tokenise(const TokenRule& rule, std::string_view value, TokenList* tokens) {
  MUSUBI_CHECK(!value.empty());
  tokens->Clear();
  if (rule.kind == TokenKind::kExact) {
    tokens->text().append(value);
    tokens->EndToken();
    return;
  }
  thread_local std::vector<std::size_t> starts;
  starts.clear();
  for (std::size_t at = 0; at < value.size(); at += CodePointBytes(value[at])) starts.push_back(at);
  starts.push_back(value.size());
  AppendGrams(rule, value, starts, tokens);
}

}  // namespace musubi::bloom
