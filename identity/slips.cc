#include "identity/slips.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/utf8.h"

namespace musubi::identity {
namespace {

using Letters = std::u32string;

Letters Decode(std::string_view text) {
  Letters letters;
  for (std::size_t at = 0; at < text.size();) letters.push_back(NextCodePoint(text, &at));
  return letters;
}

std::string Encode(const Letters& letters) {
  std::string text;
  for (const char32_t c : letters) AppendUtf8(c, &text);
  return text;
}

// Characters that are taken for one another.
enum class Script { kNone, kLatin, kHiragana, kKatakana, kHalfKana, kKanji, kOther };

struct Range {
  char32_t first;
  char32_t last;
  Script script;
};

constexpr char32_t kWideOffset = U'Ａ' - U'A';  // from ASCII to its full-width form

constexpr std::array kRanges = {
    Range{U'A', U'Z', Script::kLatin},      Range{U'a', U'z', Script::kLatin},
    Range{0xC0, 0xD6, Script::kOther},      Range{0xD8, 0xF6, Script::kOther},
    Range{0xF8, 0x24F, Script::kOther},     Range{0x370, 0x52F, Script::kOther},
    Range{U'ぁ', U'ん', Script::kHiragana}, Range{U'ァ', U'ン', Script::kKatakana},
    Range{0x3400, 0x4DBF, Script::kKanji},  Range{0x4E00, 0x9FFF, Script::kKanji},
    Range{0xAC00, 0xD7A3, Script::kOther},  Range{U'Ａ', U'Ｚ', Script::kLatin},
    Range{U'ａ', U'ｚ', Script::kLatin},    Range{U'ｦ', U'ｯ', Script::kHalfKana},
    Range{U'ｱ', U'ﾝ', Script::kHalfKana}};

const Range* RangeOf(char32_t c) {
  const auto* found = std::ranges::find_if(
      kRanges, [c](const Range& range) { return range.first <= c && c <= range.last; });
  return found == kRanges.end() ? nullptr : found;
}

Script ScriptOf(char32_t c) {
  const Range* range = RangeOf(c);
  return range == nullptr ? Script::kNone : range->script;
}

// The keys beside that of a lower-case letter, and below or above it.
Letters NeighbourKeys(char32_t letter) {
  constexpr std::array<std::u32string_view, 3> kRows = {U"qwertyuiop", U"asdfghjkl", U"zxcvbnm"};
  Letters keys;
  for (std::size_t row = 0; row < kRows.size(); ++row) {
    const std::size_t at = kRows[row].find(letter);
    if (at == std::u32string_view::npos) continue;
    if (at > 0) keys.push_back(kRows[row][at - 1]);
    if (at + 1 < kRows[row].size()) keys.push_back(kRows[row][at + 1]);
    if (row > 0) keys.push_back(kRows[row - 1][at]);
    if (row + 1 < kRows.size() && at < kRows[row + 1].size()) keys.push_back(kRows[row + 1][at]);
  }
  return keys;
}

char32_t OtherLatin(char32_t c, SeededDraws* draws) {
  const char32_t wide = c >= U'Ａ' ? kWideOffset : 0;
  const char32_t upper = c - wide <= U'Z' ? U'a' - U'A' : 0;
  const Letters keys = NeighbourKeys(c - wide + upper);
  return keys[draws->Below(keys.size())] - upper + wide;
}

// Another of the range: beside it in the table of kana half of the time.
char32_t OtherKana(char32_t c, const Range& range, SeededDraws* draws) {
  constexpr std::uint32_t kReach = 2;
  const bool near = draws->Percent(50);
  const std::uint32_t first = near ? std::max<std::uint32_t>(range.first, c - kReach) : range.first;
  const std::uint32_t last = near ? std::min<std::uint32_t>(range.last, c + kReach) : range.last;
  const auto other = static_cast<char32_t>(first + draws->Below(last - first));
  return other < c ? other : other + 1;
}

// A letter of one script with `c`, other than it; none where there is none at hand.
std::optional<char32_t> OtherLetter(char32_t c, const Letters& text, const Letters& other,
                                    SeededDraws* draws) {
  const Range* range = RangeOf(c);
  if (range->script == Script::kLatin) return OtherLatin(c, draws);
  if (range->script != Script::kKanji && range->script != Script::kOther) {
    return OtherKana(c, *range, draws);
  }
  for (const Letters* from : {&other, &text}) {
    Letters alike;
    std::ranges::copy_if(*from, std::back_inserter(alike),
                         [&](char32_t x) { return x != c && ScriptOf(x) == range->script; });
    if (!alike.empty()) return alike[draws->Below(alike.size())];
  }
  return std::nullopt;
}

// The places of `letters` for which `is` holds.
template <typename Is>
std::vector<std::size_t> PlacesOf(const Letters& letters, Is is) {
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < letters.size(); ++at) {
    if (is(letters[at])) places.push_back(at);
  }
  return places;
}

bool IsLetter(char32_t c) { return ScriptOf(c) != Script::kNone; }

bool PutIn(std::size_t at, const Letters& other, SeededDraws* draws, Letters* letters) {
  constexpr unsigned kDoubled = 67;
  const char32_t c = (*letters)[at];
  const auto more = draws->Percent(kDoubled) ? c : OtherLetter(c, *letters, other, draws);
  if (!more) return false;
  letters->insert(at + 1, 1, *more);
  return true;
}

bool Exchange(std::size_t at, Letters* letters) {
  if (at + 1 >= letters->size() || !IsLetter((*letters)[at + 1])) return false;
  if ((*letters)[at] == (*letters)[at + 1]) return false;
  std::swap((*letters)[at], (*letters)[at + 1]);
  return true;
}

std::optional<unsigned> DigitOf(char32_t c) {
  if (c >= U'0' && c <= U'9') return c - U'0';
  if (c >= U'０' && c <= U'９') return c - U'０';
  return std::nullopt;
}

bool IsDigit(char32_t c) { return DigitOf(c).has_value(); }

void SetDigit(unsigned digit, char32_t* c) { *c = *c - *DigitOf(*c) + digit; }

void OtherDigit(SeededDraws* draws, char32_t* c) {
  const auto other = static_cast<unsigned>(draws->Below(9));
  SetDigit(other < *DigitOf(*c) ? other : other + 1, c);
}

constexpr std::size_t kYearDigits = 4;  // of a year that is written whole

// Digits of a written date: where they are, and how many.
struct Part {
  std::size_t begin = 0;
  std::size_t size = 0;
};

struct DateParts {
  Part year;
  Part month;
  Part day;
};

std::vector<Part> DigitRuns(const Letters& text) {
  std::vector<Part> runs;
  for (const std::size_t at : PlacesOf(text, IsDigit)) {
    if (runs.empty() || runs.back().begin + runs.back().size != at) runs.push_back({at, 0});
    ++runs.back().size;
  }
  return runs;
}

// One run of digits as three: 19710131, or 3460131 with the digit of an era before it.
std::vector<Part> CutRun(const Part& run, DateOrder order) {
  constexpr std::size_t kEra = 1;
  const std::size_t at = run.begin;
  if (run.size == 8 && order == DateOrder::kYearFirst) return {{at, 4}, {at + 4, 2}, {at + 6, 2}};
  if (run.size == 8) return {{at, 2}, {at + 2, 2}, {at + 4, 4}};
  if (run.size == 6) return {{at, 2}, {at + 2, 2}, {at + 4, 2}};
  if (run.size == 7) return {{at + kEra, 2}, {at + kEra + 2, 2}, {at + kEra + 4, 2}};
  return {};
}

std::optional<DateParts> PartsOfDate(const Letters& text, DateOrder order) {
  std::vector<Part> parts = DigitRuns(text);
  if (parts.size() == 1) parts = CutRun(parts.front(), order);
  if (parts.size() != 3) return std::nullopt;
  if (order == DateOrder::kYearFirst || parts[0].size == kYearDigits) {
    return DateParts{parts[0], parts[1], parts[2]};
  }
  if (order == DateOrder::kDayFirst) return DateParts{parts[2], parts[1], parts[0]};
  return DateParts{parts[2], parts[0], parts[1]};
}

unsigned NumberOf(const Letters& text, const Part& part) {
  unsigned number = 0;
  for (std::size_t i = 0; i < part.size; ++i) number = number * 10 + *DigitOf(text[part.begin + i]);
  return number;
}

// Requires: `number` has at most part.size digits.
void SetNumber(unsigned number, const Part& part, Letters* text) {
  for (std::size_t i = part.size; i-- > 0; number /= 10) {
    SetDigit(number % 10, &(*text)[part.begin + i]);
  }
}

// Whether a registry would take it: what is written in four digits is a year of someone living.
bool IsPossible(const Letters& text, const DateParts& parts) {
  const unsigned year = NumberOf(text, parts.year);
  const unsigned month = NumberOf(text, parts.month);
  const unsigned day = NumberOf(text, parts.day);
  const bool is_whole = parts.year.size == kYearDigits;
  return year >= (is_whole ? 1880 : 1) && year <= (is_whole ? 2100 : 99) && month >= 1 &&
         month <= 12 && day >= 1 && day <= 31;
}

bool ExchangeDayAndMonth(const DateParts& parts, Letters* text) {
  const Letters before = *text;
  const bool month_first = parts.month.begin < parts.day.begin;
  const auto [first, second] =
      month_first ? std::pair(parts.month, parts.day) : std::pair(parts.day, parts.month);
  const Letters early = text->substr(first.begin, first.size);
  const Letters late = text->substr(second.begin, second.size);
  if (NumberOf(*text, parts.day) > 12) return false;
  text->replace(second.begin, second.size, early);
  text->replace(first.begin, first.size, late);
  return *text != before;
}

bool ShiftYear(const DateParts& parts, SeededDraws* draws, Letters* text) {
  const unsigned year = NumberOf(*text, parts.year);
  const bool later = draws->Percent(50);
  const unsigned shifted = later ? year + 1 : year - 1;
  Letters most(parts.year.size, U'9');
  if (year < 2 || shifted > NumberOf(most, {0, most.size()})) return false;
  SetNumber(shifted, parts.year, text);
  return true;
}

bool WrongDigitOfDate(const std::optional<DateParts>& parts, SeededDraws* draws, Letters* text) {
  constexpr int kTries = 20;
  const std::vector<std::size_t> places = PlacesOf(*text, IsDigit);
  if (places.empty()) return false;
  for (int i = 0; i < kTries; ++i) {
    Letters wrong = *text;
    OtherDigit(draws, &wrong[places[draws->Below(places.size())]]);
    if (parts && !IsPossible(wrong, *parts)) continue;
    *text = wrong;
    return true;
  }
  return false;
}

constexpr std::string_view kWideBlank = "\u3000";

}  // namespace

bool SlipInLetters(std::string_view other, SeededDraws* draws, std::string* text) {
  constexpr unsigned kLeftOut = 35;
  constexpr unsigned kPutIn = kLeftOut + 25;
  constexpr unsigned kAnother = kPutIn + 25;
  Letters letters = Decode(*text);
  const std::vector<std::size_t> places = PlacesOf(letters, IsLetter);
  if (places.empty()) return false;
  const std::size_t at = places[draws->Below(places.size())];
  const std::uint64_t kind = draws->Below(100);
  if (kind < kLeftOut) {
    if (places.size() < 2) return false;
    letters.erase(at, 1);
  } else if (kind < kPutIn) {
    if (!PutIn(at, Decode(other), draws, &letters)) return false;
  } else if (kind < kAnother) {
    const auto another = OtherLetter(letters[at], letters, Decode(other), draws);
    if (!another) return false;
    letters[at] = *another;
  } else if (!Exchange(at, &letters)) {
    return false;
  }
  *text = Encode(letters);
  return true;
}

bool SlipInDigits(SeededDraws* draws, std::string* text) {
  Letters letters = Decode(*text);
  const std::vector<std::size_t> places = PlacesOf(letters, IsDigit);
  if (places.empty()) return false;
  const std::size_t at = draws->Below(places.size());
  char32_t* const digit = &letters[places[at]];
  if (draws->Below(3) != 0) {
    OtherDigit(draws, digit);
  } else {
    if (at + 1 == places.size()) return false;
    char32_t* const next = &letters[places[at + 1]];
    const unsigned first = *DigitOf(*digit);
    if (first == *DigitOf(*next)) return false;
    SetDigit(*DigitOf(*next), digit);
    SetDigit(first, next);
  }
  *text = Encode(letters);
  return true;
}

bool SlipInDate(DateOrder order, SeededDraws* draws, std::string* text) {
  constexpr unsigned kExchanged = 25;
  constexpr unsigned kYear = kExchanged + 25;
  Letters letters = Decode(*text);
  const std::optional<DateParts> parts = PartsOfDate(letters, order);
  const std::uint64_t kind = draws->Below(100);
  bool changed = false;
  if (kind >= kYear) {
    changed = WrongDigitOfDate(parts, draws, &letters);
  } else if (parts) {
    changed = kind < kExchanged ? ExchangeDayAndMonth(*parts, &letters)
                                : ShiftYear(*parts, draws, &letters);
  }
  if (changed) *text = Encode(letters);
  return changed;
}

std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words(1);
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t size = CodePointBytes(name[at]);
    const std::string_view c = name.substr(at, size);
    at += size;
    if (c != " " && c != kWideBlank) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::string JoinWords(const std::vector<std::string>& words, std::string_view like) {
  const std::string_view blank = like.find(kWideBlank) == std::string_view::npos ? " " : kWideBlank;
  std::string name;
  for (const std::string& word : words) {
    if (!name.empty()) name += blank;
    name += word;
  }
  return name;
}

}  // namespace musubi::identity
