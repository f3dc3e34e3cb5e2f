#include "identity/parts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/missing_character.h"
#include "identity/kana.h"

namespace musubi::identity {
namespace {

constexpr std::size_t kSoundexLength = 4;
constexpr std::size_t kDateLength = 8;

bool IsLetter(char c) { return c >= 'A' && c <= 'Z'; }

// '1' to '6'; 'v' for the vowels and Y, which separate equal codes; 'h' for H and W, which do not.
char SoundexCode(char letter) {
  static constexpr std::string_view kCodes = "v123v12hv22455v12623v1h2v2";  // of A to Z
  return kCodes[static_cast<std::size_t>(letter - 'A')];
}

std::string_view Prefix(std::string_view text, std::uint32_t code_points) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (starts && code_points-- == 0) break;
  }
  return text.substr(0, at);
}

// The first `length` digits of a date as it was read, whether or not the rest is known.
bool StartsWithDigits(std::string_view text, std::size_t length) {
  return text.size() >= kDateLength &&
         std::ranges::all_of(text.substr(0, length), [](char c) { return c >= '0' && c <= '9'; });
}

bool AppendKnown(std::string_view text, std::string* out) {
  if (text.empty() || HoldsMissingCharacter(text)) return false;
  out->append(text);
  return true;
}

// The year, or the month and day, of a date whose day may not be known.
bool AppendDatePart(PartForm form, std::string_view date, std::string* out) {
  constexpr std::size_t kYearLength = 4;
  if (form == PartForm::kYear) {
    return StartsWithDigits(date, kYearLength) && AppendKnown(date.substr(0, kYearLength), out);
  }
  return date.size() == kDateLength && AppendKnown(date.substr(kYearLength), out);
}

}  // namespace

bool AppendPart(const BlockPart& part, FieldKind kind, const Forms& forms, std::string* out) {
  const std::string& text = forms.at(part.level);
  switch (part.form) {
    case PartForm::kFull:
      return AppendKnown(text, out);
    case PartForm::kPrefix:
      return AppendKnown(Prefix(text, part.length), out);
    case PartForm::kYear:
    case PartForm::kMonthDay:
      return kind == FieldKind::kDate && AppendDatePart(part.form, text, out);
    case PartForm::kSoundex:
      return !HoldsMissingCharacter(text) && AppendKnown(Soundex(text), out);
    case PartForm::kSorted:
      return AppendKnown(forms.sorted[static_cast<std::size_t>(part.level)], out);
    case PartForm::kUnvoiced: {
      if (text.empty() || HoldsMissingCharacter(text)) return false;
      AppendUnvoiced(text, out);
      return true;
    }
  }
  return false;
}

std::string Soundex(std::string_view upper_case_name) {
  std::string code;
  char last = 'v';
  for (const char c : upper_case_name) {
    if (!IsLetter(c)) continue;
    const char digit = SoundexCode(c);
    if (code.empty()) {
      code.push_back(c);
    } else if (digit >= '1' && digit <= '6' && digit != last) {
      code.push_back(digit);
      if (code.size() == kSoundexLength) break;
    }
    if (digit != 'h') last = digit;
  }
  if (!code.empty()) code.resize(kSoundexLength, '0');
  return code;
}

}  // namespace musubi::identity
