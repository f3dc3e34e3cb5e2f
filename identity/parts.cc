#include "identity/parts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

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

bool IsEightDigits(std::string_view text) {
  return text.size() == kDateLength &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool AppendUnlessEmpty(std::string_view text, std::string* out) {
  out->append(text);
  return !text.empty();
}

}  // namespace

bool AppendPart(const BlockPart& part, FieldKind kind, std::string_view normalised,
                std::string* out) {
  const bool date = kind == FieldKind::kDate && IsEightDigits(normalised);
  switch (part.form) {
    case PartForm::kFull:
      return AppendUnlessEmpty(normalised, out);
    case PartForm::kPrefix:
      return AppendUnlessEmpty(Prefix(normalised, part.length), out);
    case PartForm::kYear:
      return date && AppendUnlessEmpty(normalised.substr(0, 4), out);
    case PartForm::kMonthDay:
      return date && AppendUnlessEmpty(normalised.substr(4), out);
    case PartForm::kSoundex:
      return AppendUnlessEmpty(Soundex(normalised), out);
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
