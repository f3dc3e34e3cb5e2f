#include "identity/numerals.h"

#include <array>

#include "core/utf8.h"

namespace musubi::identity {
namespace {

constexpr int kMaxDigits = 8;

// 0 to 9, or -1. With the formal numerals of registers (壱 弐 参).
int KanjiDigit(char32_t c) {
  constexpr std::u32string_view kDigits = U"〇一二三四五六七八九";
  const std::size_t place = kDigits.find(c);
  if (place != std::u32string_view::npos) return static_cast<int>(place);
  switch (c) {
    case U'零':
    case U'○':  // the circle that is typed for 〇
      return 0;
    case U'壱':
      return 1;
    case U'弐':
      return 2;
    case U'参':
      return 3;
    default:
      return -1;
  }
}

// 10, 100 or 1000, or 0.
int KanjiUnit(char32_t c) {
  if (c == U'十' || c == U'拾') return 10;
  if (c == U'百') return 100;
  return c == U'千' ? 1000 : 0;
}

int DecimalWidth(int value) {
  int width = 1;
  for (; value >= 10; value /= 10) ++width;
  return width;
}

// Reads kanji one by one, in either way of writing, and knows when the two are mixed.
class KanjiReader {
 public:
  // Returns false where `c` cannot follow what came before.
  bool Add(char32_t c) {
    const int unit = KanjiUnit(c);
    if (unit != 0) return AddUnit(unit);
    if (++digits_ > kMaxDigits) return false;
    if (smallest_unit_ != 0 && pending_ >= 0) return false;  // 十二三
    digits_value_ = digits_value_ * 10 + KanjiDigit(c);
    pending_ = KanjiDigit(c);
    return true;
  }

  std::optional<Numeral> Finish() const {
    if (smallest_unit_ == 0) {
      if (digits_ == 0) return std::nullopt;
      return Numeral{digits_value_, digits_};
    }
    if (pending_ == 0) return std::nullopt;  // 十〇
    const int value = units_value_ + (pending_ > 0 ? pending_ : 0);
    return Numeral{value, DecimalWidth(value)};
  }

 private:
  bool AddUnit(int unit) {
    if (smallest_unit_ != 0 && unit >= smallest_unit_) return false;  // 十百
    if (smallest_unit_ == 0 && digits_ > 1) return false;             // 二三十
    if (pending_ == 0) return false;                                  // 〇十
    units_value_ += unit * (pending_ > 0 ? pending_ : 1);
    smallest_unit_ = unit;
    pending_ = -1;
    return true;
  }

  int digits_ = 0;
  int digits_value_ = 0;
  int units_value_ = 0;
  int smallest_unit_ = 0;  // 0 before the first
  int pending_ = -1;       // the digit that waits for its unit, or -1
};

std::optional<Numeral> TakeKanji(std::string_view text, std::size_t* at) {
  KanjiReader reader;
  while (*at < text.size()) {
    std::size_t next = *at;
    const char32_t c = NextCodePoint(text, &next);
    if (KanjiDigit(c) < 0 && KanjiUnit(c) == 0) break;
    if (!reader.Add(c)) return std::nullopt;
    *at = next;
  }
  return reader.Finish();
}

}  // namespace

std::optional<Numeral> TakeNumeral(std::string_view text, std::size_t* at) {
  Numeral numeral;
  for (; *at < text.size() && text[*at] >= '0' && text[*at] <= '9'; ++*at) {
    if (++numeral.width > kMaxDigits) return std::nullopt;
    numeral.value = numeral.value * 10 + (text[*at] - '0');
  }
  return numeral.width > 0 ? numeral : TakeKanji(text, at);
}

}  // namespace musubi::identity
