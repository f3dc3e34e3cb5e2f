#include "identity/codes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "identity/sentinels.h"

namespace musubi::identity {
namespace {

constexpr std::size_t kSentinelRun = 6;  // shorter runs, such as 111, may be real numbers

// Written forms in upper case. 1 and 2 are the codes of Japanese claims and of ISO/IEC 5218.
constexpr std::array<std::string_view, 11> kMale = {
    "M", "MALE", "MAN", "1", "男", "男性", "男子", "オトコ", "おとこ", "ダンセイ", "だんせい"};
constexpr std::array<std::string_view, 11> kFemale = {
    "F", "FEMALE", "WOMAN", "2", "女", "女性", "女子", "オンナ", "おんな", "ジョセイ", "じょせい"};
// 0 is "not known" in ISO/IEC 5218, 3 and 9 in claims and registers.
constexpr std::array<std::string_view, 4> kNotKnown = {"0", "3", "9", "U"};

char UpperAscii(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

template <std::size_t N>
bool IsOneOf(std::string_view text, const std::array<std::string_view, N>& upper_list) {
  return std::any_of(upper_list.begin(), upper_list.end(), [&](std::string_view upper) {
    return std::equal(text.begin(), text.end(), upper.begin(), upper.end(),
                      [](char a, char b) { return UpperAscii(a) == b; });
  });
}

bool HoldsNothing(std::string_view written) {
  return std::all_of(written.begin(), written.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && !IsDigit(c) &&
           (UpperAscii(c) < 'A' || UpperAscii(c) > 'Z');
  });
}

FieldState Without(FieldState state, std::string* out) {
  out->clear();
  return state;
}

bool IsAllOf(std::string_view digits, char digit) {
  return IsOneDigit(digits) && digits.front() == digit;
}

}  // namespace

FieldState NormaliseSex(std::string_view written, std::string* out) {
  const std::string_view text = Trim(written);
  out->clear();
  if (IsOneOf(text, kMale)) {
    out->assign("M");
  } else if (IsOneOf(text, kFemale)) {
    out->assign("F");
  } else {
    return IsMissingMark(text) || IsOneOf(text, kNotKnown) ? FieldState::kMissing
                                                           : FieldState::kInvalid;
  }
  return FieldState::kPresent;
}

FieldState NormaliseDigits(std::string_view written, std::string* out) {
  out->clear();
  std::copy_if(written.begin(), written.end(), std::back_inserter(*out), IsDigit);
  if (out->empty()) {
    const bool missing = HoldsNothing(written) || IsMissingMark(written);
    return missing ? FieldState::kMissing : FieldState::kInvalid;
  }
  const bool run = IsOneDigit(*out) && out->size() >= kSentinelRun;
  if (run || IsAllOf(*out, '0')) return Without(FieldState::kMissing, out);
  return FieldState::kPresent;
}

FieldState NormalisePostcode(std::string_view written, std::string* out) {
  constexpr std::string_view kPostalMark = "〒";  // printed on forms, alone where nobody wrote
  written = Trim(written);
  if (written.starts_with(kPostalMark)) written.remove_prefix(kPostalMark.size());
  if (IsMissingMark(written)) return Without(FieldState::kMissing, out);
  out->clear();
  for (const char c : written) {
    const char upper = UpperAscii(c);
    if (IsDigit(upper) || (upper >= 'A' && upper <= 'Z')) out->push_back(upper);
  }
  if (out->empty()) {
    return HoldsNothing(written) ? FieldState::kMissing : FieldState::kInvalid;
  }
  // "N.A." has lost its points only now.
  if (IsMissingWord(*out) || IsAllOf(*out, '0') || IsAllOf(*out, '9')) {
    return Without(FieldState::kMissing, out);
  }
  return FieldState::kPresent;
}

}  // namespace musubi::identity
