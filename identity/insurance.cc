#include "identity/insurance.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/utf8.h"
#include "identity/characters.h"
#include "identity/sentinels.h"

namespace musubi::identity {
namespace {

constexpr std::size_t kInsurerDigits = 8;
constexpr std::size_t kShortInsurerDigits = 6;
constexpr std::size_t kBranchDigits = 2;
constexpr std::size_t kNineRun = 6;  // shorter runs, such as 99, may be real
constexpr std::size_t kIdParts = 4;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsAllOf(std::string_view digits, char digit) {
  return IsOneDigit(digits) && digits.front() == digit;
}

FieldState Without(FieldState state, std::string* out) {
  out->clear();
  return state;
}

// Replaces `*out` by `written` without blanks and dashes; false where anything but ASCII digits is
// left.
bool TakeDigits(std::string_view written, std::string* out) {
  out->clear();
  for (std::size_t at = 0; at < written.size();) {
    const char32_t c = NextCodePoint(written, &at);
    if (IsBlank(c) || IsDash(c)) continue;
    if (!IsAsciiDigit(c)) return false;
    out->push_back(static_cast<char>(c));
  }
  return true;
}

// Replaces `*out` by the digits of an insurer number, eight of them. The check digit is asked only
// where a spreadsheet may have taken a zero from the front.
FieldState ReadInsurer(std::string_view written, std::string* out) {
  if (IsMissingMark(written)) return Without(FieldState::kMissing, out);
  if (!TakeDigits(written, out)) return Without(FieldState::kInvalid, out);
  if (out->empty() || IsAllOf(*out, '0') || IsAllOf(*out, '9')) {
    return Without(FieldState::kMissing, out);
  }
  const auto has_length = [out](std::size_t lost) {
    return out->size() + lost == kInsurerDigits || out->size() + lost == kShortInsurerDigits;
  };
  if (!has_length(0) && !(has_length(1) && HasInsurerCheckDigit(*out))) {
    return Without(FieldState::kInvalid, out);
  }
  out->insert(0, kInsurerDigits - out->size(), '0');
  return FieldState::kPresent;
}

char32_t FoldCodeCharacter(char32_t c, char32_t before) {
  if (c >= U'a' && c <= U'z') return c - U'a' + U'A';
  if (c == kLongMark) return IsKana(before) ? c : U'-';
  if (IsDash(c)) return U'-';
  return ToKatakana(c);
}

// Whether `c` is in the symbols that insurers give: ASCII, kana, kanji, ・.
bool IsOfCode(char32_t c) {
  return (c > U' ' && c < 0x7F) || IsKana(c) || IsHan(c) || c == U'・' || c == U'〇';
}

bool HasLetter(std::string_view code) {
  return std::any_of(code.begin(), code.end(), [](char c) {
    return IsDigit(c) || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  });
}

// Cuts `joined` at its colons; false where it has not four parts.
bool SplitId(std::string_view joined, std::array<std::string_view, kIdParts>* parts) {
  for (std::size_t i = 0; i + 1 < kIdParts; ++i) {
    const std::size_t colon = joined.find(':');
    if (colon == std::string_view::npos) return false;
    (*parts)[i] = joined.substr(0, colon);
    joined.remove_prefix(colon + 1);
  }
  parts->back() = joined;
  return joined.find(':') == std::string_view::npos;
}

// Whether all digits of `written` are zeros, or all are nines, and there is nothing else but marks.
bool IsFiller(std::string_view written) {
  char digit = 0;
  for (const char c : written) {
    if (static_cast<unsigned char>(c) >= 0x80 || (c >= 'A' && c <= 'Z')) return false;
    if (!IsDigit(c)) continue;
    if ((c != '0' && c != '9') || (digit != 0 && c != digit)) return false;
    digit = c;
  }
  return true;
}

}  // namespace

bool HasInsurerCheckDigit(std::string_view digits) {
  int sum = digits.back() - '0';
  int weight = 2;
  for (std::size_t at = digits.size() - 1; at > 0; --at, weight = 3 - weight) {
    const int product = (digits[at - 1] - '0') * weight;
    sum += product / 10 + product % 10;
  }
  return sum % 10 == 0;
}

FieldState NormaliseInsurerNumber(std::string_view written, std::string* out) {
  const FieldState state = ReadInsurer(written, out);
  if (state != FieldState::kPresent) return state;
  return HasInsurerCheckDigit(*out) ? FieldState::kPresent : FieldState::kInvalid;
}

FieldState NormaliseInsuranceCode(std::string_view written, std::string* out) {
  out->clear();
  if (IsMissingMark(written)) return FieldState::kMissing;
  char32_t before = 0;
  for (std::size_t at = 0; at < written.size();) {
    const char32_t c = NextCodePoint(written, &at);
    if (IsBlank(c)) continue;
    before = FoldCodeCharacter(c, before);
    if (!IsOfCode(before)) return Without(FieldState::kInvalid, out);
    AppendUtf8(before, out);
  }
  // Blanks inside, as in "N / A", are gone only now.
  const bool nines = IsAllOf(*out, '9') && out->size() >= kNineRun;
  if (nines || IsAllOf(*out, '0') || IsMissingMark(*out)) {
    return Without(FieldState::kMissing, out);
  }
  return HasLetter(*out) ? FieldState::kPresent : Without(FieldState::kInvalid, out);
}

void StripLeadingZeros(std::string_view code, std::string* out) {
  out->clear();
  for (std::size_t at = 0; at < code.size(); ++at) {
    const bool leading = code[at] == '0' && (at == 0 || !IsDigit(code[at - 1]));
    if (leading) {
      while (at + 1 < code.size() && code[at] == '0' && IsDigit(code[at + 1])) ++at;
    }
    out->push_back(code[at]);
  }
}

FieldState NormaliseInsuranceBranch(std::string_view written, std::string* out) {
  if (IsMissingMark(written)) return Without(FieldState::kMissing, out);
  if (!TakeDigits(written, out)) return Without(FieldState::kInvalid, out);
  if (out->empty()) return FieldState::kMissing;
  if (out->size() > kBranchDigits) return Without(FieldState::kInvalid, out);
  out->insert(0, kBranchDigits - out->size(), '0');
  return FieldState::kPresent;
}

FieldState NormaliseInsuredId(std::string_view written, std::string* out) {
  out->clear();
  if (IsMissingMark(written)) return FieldState::kMissing;
  std::array<std::string_view, kIdParts> parts;
  if (!SplitId(written, &parts)) return FieldState::kInvalid;
  std::string part;
  for (std::size_t i = 0; i < kIdParts; ++i) {
    const FieldState state = i == 0   ? ReadInsurer(parts[i], &part)
                             : i == 3 ? NormaliseInsuranceBranch(parts[i], &part)
                                      : NormaliseInsuranceCode(parts[i], &part);
    if (state == FieldState::kInvalid) return Without(FieldState::kInvalid, out);
    if (i == 2 && part.empty()) return Without(FieldState::kMissing, out);
    if (i > 0) out->push_back(':');
    out->append(part);
  }
  return IsFiller(*out) ? Without(FieldState::kMissing, out) : FieldState::kPresent;
}

}  // namespace musubi::identity
