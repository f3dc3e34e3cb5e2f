#include "identity/date_scanner.h"

#include <algorithm>
#include <array>

#include "core/missing_character.h"

namespace musubi::identity {
namespace {

// NFKC leaves these dashes as they are; ー is typed for a dash as well.
constexpr std::array<std::string_view, 12> kSeparators = {"-", "/", ".", "・", "‐", "‑",
                                                          "‒", "–", "—", "―",  "−", "ー"};

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

}  // namespace

bool DateScanner::Take(std::string_view literal) {
  if (!text_.substr(at_).starts_with(literal)) return false;
  at_ += literal.size();
  return true;
}

bool DateScanner::TakeAny(std::initializer_list<std::string_view> literals) {
  return std::ranges::any_of(literals, [this](std::string_view text) { return Take(text); });
}

std::size_t DateScanner::TakeAsciiDigits(std::size_t most) {
  const std::size_t from = at_;
  while (at_ - from < most && !done() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
  return at_ - from;
}

bool DateScanner::TakeUnknownPair() {
  const std::size_t from = at_;
  for (int i = 0; i < 2; ++i) {
    if (TakeAny({"?", "X", "x", "*", kMissingCharacter})) continue;
    at_ = from;
    return false;
  }
  return true;
}

int DateScanner::TakeMonthName() {
  if (done() || !IsAsciiLetter(text_[at_])) return 0;
  const std::size_t from = at_;
  while (!done() && IsAsciiLetter(text_[at_])) ++at_;
  const std::string_view word = text_.substr(from, at_ - from);
  constexpr std::size_t kShort = 3;
  for (std::size_t month = 0; month < kMonths.size(); ++month) {
    const std::string_view name = kMonths[month];
    if (EqualsIgnoringCase(word, name) || EqualsIgnoringCase(word, name.substr(0, kShort))) {
      return static_cast<int>(month) + 1;
    }
  }
  at_ = from;
  return 0;
}

bool DateScanner::TakeSpaces() {
  bool any = false;
  while (Take(" ")) any = true;
  return any;
}

void DateScanner::TakeMark(std::string_view mark) {
  const std::size_t from = at_;
  TakeSpaces();
  if (!Take(mark)) at_ = from;  // the blanks may come before a time
}

bool DateScanner::TakeSeparator(std::string_view mark) {
  const bool spaces = TakeSpaces();
  bool taken = !mark.empty() && Take(mark);
  for (std::size_t i = 0; i < kSeparators.size() && !taken; ++i) taken = Take(kSeparators[i]);
  TakeSpaces();
  return spaces || taken;
}

// ":MM", with its colon.
bool DateScanner::TakeSixty() { return Take(":") && TakeAsciiDigits(2) == 2; }

bool DateScanner::TakeZone() {
  if (Take("Z") || Take("z")) return true;
  if (!Take("+") && !Take("-")) return true;  // none
  if (TakeAsciiDigits(2) != 2) return false;
  return Take(":") ? TakeAsciiDigits(2) == 2 : TakeAsciiDigits(2) != 1;
}

bool DateScanner::TakeTimeAndEnd() {
  DateScanner born = *this;
  born.TakeSpaces();
  if (done() || (born.TakeAny({"生まれ", "生"}) && born.done())) return true;
  if (!TakeSpaces() && !Take("T") && !Take("t")) return false;
  if (TakeAsciiDigits(2) == 0 || !TakeSixty()) return false;
  if (Take(":")) {
    if (TakeAsciiDigits(2) != 2) return false;
    if (Take(".") && TakeAsciiDigits(9) == 0) return false;
  }
  return TakeZone() && done();
}

}  // namespace musubi::identity
