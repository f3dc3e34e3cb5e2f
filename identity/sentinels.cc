#include "identity/sentinels.h"

#include <algorithm>
#include <array>

namespace musubi::identity {
namespace {

// As written, in lower case. Marks of only dashes or only question marks are found by their shape.
constexpr std::array<std::string_view, 10> kMissingMarks = {
    "n/a", "na", "nan", "none", "null", "unknown", "不明", "不詳", "なし", "該当なし"};

// The same words as FoldLetters leaves them.
constexpr std::array<std::string_view, 9> kMissingWords = {
    "NA", "NAN", "NONE", "NULL", "UNKNOWN", "不明", "不詳", "ナシ", "該当ナシ"};

constexpr std::array<std::string_view, 3> kMissingNames = {"UNKNOWN", "不明", "不詳"};

template <std::size_t N>
bool IsOneOf(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

bool IsMissingMark(std::string_view written) {
  const std::string_view text = Trim(written);
  if (text.find_first_not_of("-?") == std::string_view::npos) return true;
  return std::any_of(kMissingMarks.begin(), kMissingMarks.end(),
                     [&](std::string_view mark) { return EqualsIgnoringCase(text, mark); });
}

bool IsMissingWord(std::string_view normalised) { return IsOneOf(normalised, kMissingWords); }

bool IsMissingName(std::string_view normalised) { return IsOneOf(normalised, kMissingNames); }

bool IsMissingDate(std::string_view eight_digits) {
  return IsOneDigit(eight_digits) || eight_digits == "99991231" || eight_digits == "00010101";
}

bool IsOneDigit(std::string_view digits) {
  return !digits.empty() && digits.find_first_not_of(digits.front()) == std::string_view::npos;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace musubi::identity
