#include "identity/latin.h"

#include <algorithm>
#include <array>

namespace musubi::identity {
namespace {

struct Fold {
  char32_t letter;
  std::u16string_view plain;
};

// In order of code point. The plain letters are those of Unicode CLDR's Latin-ASCII transform; the
// letters are those that present-day orthographies use. (ı and ß have gone: upper case makes them
// I and SS.)
constexpr std::array<Fold, 27> kFolds = {{
    {0x00C6, u"AE"},  // Æ
    {0x00D0, u"D"},   // Ð, eth
    {0x00D8, u"O"},   // Ø
    {0x00DE, u"TH"},  // Þ
    {0x0110, u"D"},   // Đ
    {0x0126, u"H"},   // Ħ
    {0x0138, u"Q"},   // ĸ has no upper case
    {0x0141, u"L"},   // Ł
    {0x014A, u"N"},   // Ŋ
    {0x0152, u"OE"},  // Œ
    {0x0166, u"T"},   // Ŧ
    {0x0181, u"B"},   // Ɓ
    {0x0189, u"D"},   // Ɖ, which looks as Đ and Ð do
    {0x018A, u"D"},   // Ɗ
    {0x0193, u"G"},   // Ɠ
    {0x0197, u"I"},   // Ɨ
    {0x0198, u"K"},   // Ƙ
    {0x019D, u"N"},   // Ɲ
    {0x01A4, u"P"},   // Ƥ
    {0x01AC, u"T"},   // Ƭ
    {0x01B3, u"Y"},   // Ƴ
    {0x01B5, u"Z"},   // Ƶ
    {0x01E4, u"G"},   // Ǥ
    {0x023D, u"L"},   // Ƚ
    {0x0243, u"B"},   // Ƀ
    {0x0244, u"U"},   // Ʉ
    {0x1E9E, u"SS"},  // ẞ
}};

}  // namespace

std::u16string_view PlainLatin(char32_t c) {
  const auto* found =
      std::lower_bound(kFolds.begin(), kFolds.end(), c,
                       [](const Fold& fold, char32_t x) { return fold.letter < x; });
  return found != kFolds.end() && found->letter == c ? found->plain : std::u16string_view();
}

}  // namespace musubi::identity
