#include "identity/words.h"

#include <algorithm>
#include <array>

#include "core/utf8.h"

namespace musubi::identity {
namespace {

enum class Mark { kNone, kBlank, kComma, kHyphen };

Mark MarkOf(char32_t c) {
  switch (c) {
    case U' ':
    case U'\t':
    case 0x00A0:  // no-break space
    case 0x3000:  // ideographic space
    case 0x30FB:  // ・
    case 0xFF65:  // ･
    case 0xFF1D:  // ＝
    case U'=':
      return Mark::kBlank;
    case U',':
    case 0xFF0C:  // ，
      return Mark::kComma;
    case U'-':
    case 0x2010:
    case 0x2011:
    case 0xFF0D:
      return Mark::kHyphen;
    default:
      return c >= 0x2000 && c <= 0x200A ? Mark::kBlank : Mark::kNone;
  }
}

constexpr std::array<std::string_view, 8> kSuffixes = {"JR", "SR",  "II",  "III",
                                                       "IV", "ESQ", "PHD", "MD"};

constexpr std::array<std::string_view, 8> kTitles = {"MR", "MRS",  "MS",  "MISS",
                                                     "DR", "PROF", "SIR", "DAME"};

// Whether the letters of `word` are `upper`.
bool HasLetters(std::string_view word, std::string_view upper) {
  for (const char c : word) {
    if (c == '.') continue;
    const char letter = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (upper.empty() || upper.front() != letter) return false;
    upper.remove_prefix(1);
  }
  return upper.empty();
}

}  // namespace

bool IsNameSuffix(std::string_view word) {
  return std::ranges::any_of(kSuffixes,
                             [word](std::string_view suffix) { return HasLetters(word, suffix); });
}

void DropTitles(std::vector<std::string_view>* words) {
  const auto is_title = [](std::string_view word) {
    return std::ranges::any_of(kTitles,
                               [word](std::string_view title) { return HasLetters(word, title); });
  };
  while (words->size() > 1 && is_title(words->front())) words->erase(words->begin());
  while (words->size() > 1 && IsNameSuffix(words->back())) words->pop_back();
}

void SplitWords(std::string_view text, bool at_hyphens, std::vector<std::string_view>* words) {
  words->clear();
  std::size_t commas = 0;
  std::size_t after_comma = 0;  // the number of words before the last comma
  std::size_t begin = 0;
  const auto end_word = [&](std::size_t end) {
    if (end > begin) words->push_back(text.substr(begin, end - begin));
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const Mark mark = MarkOf(NextCodePoint(text, &at));
    if (mark == Mark::kNone || (mark == Mark::kHyphen && !at_hyphens)) continue;
    end_word(start);
    begin = at;
    if (mark != Mark::kComma) continue;
    ++commas;
    after_comma = words->size();
  }
  end_word(text.size());
  if (commas != 1) return;
  // "Smith, John Jr." is John Smith Jr.
  const auto after = words->begin() + static_cast<std::ptrdiff_t>(after_comma);
  auto last = words->end();
  while (last != after && IsNameSuffix(*(last - 1))) --last;
  std::rotate(words->begin(), after, last);
}

}  // namespace musubi::identity
