// What the tests of the identity room share.
#pragma once

#include <cstdint>
#include <ostream>
#include <random>
#include <string>
#include <string_view>

#include "core/utf8.h"
#include "identity/normalise.h"

namespace musubi::identity {

// A state and an output, printable and comparable.
struct Normalised {
  FieldState state;
  std::string value;

  friend bool operator==(const Normalised&, const Normalised&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Normalised& normalised) {
    constexpr std::string_view kStates[] = {"present", "missing", "invalid"};
    return out << kStates[static_cast<int>(normalised.state)] << " \"" << normalised.value << '"';
  }
};

inline Normalised Present(std::string value) { return {FieldState::kPresent, std::move(value)}; }
inline Normalised Invalid(std::string value = "") {
  return {FieldState::kInvalid, std::move(value)};
}
inline Normalised Missing() { return {FieldState::kMissing, ""}; }

inline Normaliser MakeNormaliser(FieldKind kind, DateOrder order = DateOrder::kYearFirst) {
  Field field;
  field.kind = kind;
  field.date_order = order;
  return Normaliser(field);
}

inline Normalised Normalise(Normaliser* normaliser, std::string_view raw) {
  Forms forms;
  forms.strict() = "left over from the value before";
  const FieldState state = (*normaliser)(raw, &forms);
  return {state, forms.strict()};
}

inline Normalised Normalise(FieldKind kind, std::string_view raw,
                            DateOrder order = DateOrder::kYearFirst) {
  Normaliser normaliser = MakeNormaliser(kind, order);
  return Normalise(&normaliser, raw);
}

inline Normalised Name(std::string_view raw) { return Normalise(FieldKind::kName, raw); }
inline Normalised Text(std::string_view raw) { return Normalise(FieldKind::kText, raw); }
inline Normalised Date(std::string_view raw, DateOrder order = DateOrder::kYearFirst) {
  return Normalise(FieldKind::kDate, raw, order);
}

inline bool IsCodePoint(char32_t c) { return c > 0 && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF); }

// Random code points of the scripts and marks whose interplay is hard: kana with sound marks,
// half-width kana, Hangul letters, Arabic, Indic vowel signs, Latin with accents, symbols, digits.
class RandomText {
 public:
  explicit RandomText(std::uint64_t seed) : random_(seed) {}

  std::uint64_t Below(std::uint64_t limit) { return random_() % limit; }

  char32_t CodePoint() {
    struct Range {
      char32_t first, last;
    };
    static constexpr Range kRanges[] = {
        {0x01, 0x7F},       {'A', 'z'},         {0xA0, 0x24F},      {0x2B0, 0x36F},
        {0x370, 0x52F},     {0x5D0, 0x6FF},     {0x900, 0x9FF},     {0xE00, 0xE5F},
        {0x1100, 0x11FF},   {0x1E00, 0x1FFF},   {0x2000, 0x206F},   {0x20D0, 0x218F},
        {0x2460, 0x24FF},   {0x3000, 0x30FF},   {0x3040, 0x309F},   {0x3099, 0x309C},
        {0x3131, 0x33FF},   {0x4E00, 0x4E80},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
        {0xFB00, 0xFDFF},   {0xFE00, 0xFE6F},   {0xFF00, 0xFFEF},   {0x1D400, 0x1D7FF},
        {0x1F100, 0x1F2FF}, {0x20000, 0x2FA1F}, {0xE0100, 0xE01EF}, {0x01, 0x10FFFF}};
    for (;;) {
      const Range& range = kRanges[Below(std::size(kRanges))];
      const auto c = static_cast<char32_t>(range.first + Below(range.last - range.first + 1));
      if (IsCodePoint(c)) return c;
    }
  }

  std::string Text(std::size_t most_code_points) {
    std::string text;
    for (std::uint64_t left = Below(most_code_points + 1); left > 0; --left) {
      AppendUtf8(CodePoint(), &text);
    }
    return text;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace musubi::identity
