#include "identity/phones.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "identity/sentinels.h"

namespace musubi::identity {
namespace {

constexpr std::size_t kFewestDigits = 6;
constexpr std::size_t kMostDigits = 15;
constexpr std::string_view kJapan = "81";

// Countries whose numbers are dialled alike from inside and outside, apart from the code: nothing
// takes the place of +CC. (Italy's numbers have a 0 of their own.)
constexpr std::array<std::string_view, 19> kNoTrunkZero = {
    "1",   "7",   "30",  "34",  "36",  "39",  "45",  "47",  "48", "65",
    "351", "352", "356", "370", "371", "372", "420", "852", "853"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool StartsWithOneOf(std::string_view text, const auto& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.starts_with(word); });
}

// What ends the first number, once there is one: another number, or an extension.
bool EndsNumber(std::string_view rest) {
  constexpr std::array<std::string_view, 20> kEnds = {
      "/",      ",",  ";",   "、",  "，",  "・", "\n", "\r", "または", "又は",
      "或いは", "内", "ext", "Ext", "EXT", "x",  "X",  "#",  "~",      "*"};
  return StartsWithOneOf(rest, kEnds);
}

// The length of a trunk zero in brackets behind a country's code, as in +44 (0)20, or 0. (In Italy,
// 39, the zero is a part of the number.)
std::size_t BracketedZero(std::string_view rest, bool plus, std::string_view digits) {
  constexpr std::string_view kZero = "(0)";
  const bool code = plus ? !digits.empty() && digits != "39"
                         : digits.starts_with("00") && digits.size() > 2 && digits != "0039";
  return code && digits.size() < kFewestDigits && rest.starts_with(kZero) ? kZero.size() : 0;
}

// Replaces `*digits` by the digits of the first number; returns whether a + stands before them.
bool TakeFirstNumber(std::string_view written, std::string* digits) {
  digits->clear();
  bool plus = false;
  for (std::size_t at = 0; at < written.size(); ++at) {
    const char c = written[at];
    if (const std::size_t zero = BracketedZero(written.substr(at), plus, *digits); zero != 0) {
      at += zero - 1;
    } else if (IsDigit(c)) {
      digits->push_back(c);
    } else if (c == '+') {
      if (!digits->empty()) break;  // the next number
      plus = true;
    } else if (digits->size() >= kFewestDigits && EndsNumber(written.substr(at))) {
      break;
    }
  }
  return plus;
}

// Whether digits without + or 00 start with their country's own code: 81 3 1234 5678. Ten digits at
// most follow the code, nine at least, and a number that starts with 0 is a national one.
bool StartsWithOwnCode(std::string_view digits, std::string_view calling_code) {
  constexpr std::size_t kFewest = 9;
  constexpr std::size_t kMost = 10;
  if (calling_code.empty() || !digits.starts_with(calling_code)) return false;
  std::string_view rest = digits.substr(calling_code.size());
  if (rest.starts_with('0')) rest.remove_prefix(1);
  return rest.size() >= kFewest && rest.size() <= kMost;
}

bool HasTrunkZero(std::string_view calling_code) {
  return std::find(kNoTrunkZero.begin(), kNoTrunkZero.end(), calling_code) == kNoTrunkZero.end();
}

// Replaces the country's own code, and a trunk zero behind it, by the trunk zero.
void MakeNational(std::string_view calling_code, std::string* number) {
  number->erase(0, calling_code.size());
  if (!HasTrunkZero(calling_code)) return;
  if (!number->starts_with('0')) number->insert(number->begin(), '0');
}

// Puts back the zero that spreadsheets take from a number of Japan, where every number with its
// area code starts with one and has ten digits, or eleven after 050, 070, 080 and 090.
void RestoreZero(std::string_view calling_code, std::string* number) {
  constexpr std::array<std::string_view, 4> kEleven = {"50", "70", "80", "90"};
  if (calling_code != kJapan || number->starts_with('0')) return;
  const bool lost =
      number->size() == 9 || (number->size() == 10 && StartsWithOneOf(*number, kEleven));
  if (lost) number->insert(number->begin(), '0');
}

// 090-0000-0000 and the like, which forms are filled with.
bool IsFiller(std::string_view digits) {
  constexpr std::array<std::string_view, 4> kMobile = {"050", "070", "080", "090"};
  if (IsOneDigit(digits)) return true;
  return digits.size() == 11 && StartsWithOneOf(digits, kMobile) && IsOneDigit(digits.substr(3)) &&
         digits.back() == '0';
}

// Where the prefix ends that is dialled before the code of another country, or 0.
std::size_t InternationalPrefix(std::string_view digits, std::string_view calling_code) {
  if (digits.starts_with("00")) return 2;
  return calling_code == kJapan && digits.starts_with("010") ? 3 : 0;
}

// Replaces the digits in `*number` by the number as it is dialled in `calling_code`, or the code
// and number of another country; returns whether it is the latter.
bool MakeDialled(bool international, std::string_view calling_code, std::string* number) {
  const std::size_t prefix = InternationalPrefix(*number, calling_code);
  number->erase(0, prefix);
  international = prefix > 0 || (international && !number->starts_with('0'));  // +03...: not meant
  const bool own =
      international ? number->starts_with(calling_code) : StartsWithOwnCode(*number, calling_code);
  if (own && !calling_code.empty()) {
    MakeNational(calling_code, number);
    return false;
  }
  if (!international) RestoreZero(calling_code, number);
  return international;
}

// Whether `number` can be dialled: no country's code starts with 0, and no number within a country
// like a number of another, or like its own code and a number.
bool CanBeDialled(bool international, std::string_view calling_code, std::string_view number) {
  if (number.size() < kFewestDigits || number.size() > kMostDigits) return false;
  if (international) return !number.starts_with('0');
  return InternationalPrefix(number, calling_code) == 0 && !StartsWithOwnCode(number, calling_code);
}

bool HasNoLetter(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z');
  });
}

}  // namespace

FieldState NormalisePhone(std::string_view written, std::string_view calling_code,
                          std::string* out) {
  const bool plus = TakeFirstNumber(written, out);
  FieldState state = FieldState::kPresent;
  if (out->empty()) {
    const bool missing = HasNoLetter(Trim(written)) || IsMissingMark(written);
    state = missing ? FieldState::kMissing : FieldState::kInvalid;
  } else if (IsOneDigit(*out)) {
    state = FieldState::kMissing;
  } else {
    const bool international = MakeDialled(plus, calling_code, out);
    if (!CanBeDialled(international, calling_code, *out)) {
      state = FieldState::kInvalid;
    } else if (IsFiller(*out)) {
      state = FieldState::kMissing;
    }
    if (international) out->insert(out->begin(), '+');
  }
  if (state != FieldState::kPresent) out->clear();
  return state;
}

}  // namespace musubi::identity
