// Properties of names and texts over all code points and over random strings.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "normalised.h"

namespace musubi::identity {
namespace {

constexpr std::uint64_t kSeed = 20250501;

constexpr std::array<FieldKind, 6> kKinds = {FieldKind::kName,   FieldKind::kText,
                                             FieldKind::kDate,   FieldKind::kSex,
                                             FieldKind::kDigits, FieldKind::kPostcode};

std::string Hex(const std::string& bytes) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += {kDigits[byte >> 4], kDigits[byte & 15], ' '};
  }
  return hex;
}

// Whether `raw` keeps the promises that hold for every value and kind.
testing::AssertionResult KeepsPromises(Normaliser* normaliser, const std::string& raw) {
  const Normalised once = Normalise(normaliser, raw);
  if (once.state == FieldState::kPresent) {
    if (once.value.empty()) return testing::AssertionFailure() << "present, but empty";
    const Normalised twice = Normalise(normaliser, once.value);
    if (!(once == twice)) {
      return testing::AssertionFailure() << Hex(raw) << "gives " << Hex(once.value) << "and then "
                                         << twice << " " << Hex(twice.value);
    }
  } else if (once.state == FieldState::kMissing && !once.value.empty()) {
    return testing::AssertionFailure() << "missing, but not empty";
  }
  return testing::AssertionSuccess();
}

TEST(NormaliserProperty, IsIdempotentOnEveryCodePoint) {
  for (const FieldKind kind : kKinds) {
    Normaliser normaliser = MakeNormaliser(kind);
    for (char32_t c = 1; c <= 0x10FFFF; ++c) {
      // The private planes and the unassigned ones hold nothing but more of the same.
      if (!IsCodePoint(c) || (c >= 0x33480 && c < 0xE0000) || c >= 0xE0200) continue;
      std::string raw;
      AppendUtf8(c, &raw);
      ASSERT_TRUE(KeepsPromises(&normaliser, raw)) << static_cast<unsigned>(c);
    }
  }
}

TEST(NormaliserProperty, IsIdempotentOnLettersWithEveryMark) {
  Normaliser normaliser = MakeNormaliser(FieldKind::kName);
  for (const std::string base : {"a", "ß", "ά", "й", "カ", "か", "ゝ", "山", "ー", "क", "ع", "각",
                                 "ᄀ", "ǆ", "ŉ", "Æ", "1", "々"}) {
    for (char32_t c = 0x80; c < 0x1F000; ++c) {
      if (!IsCodePoint(c) || (c >= 0x3400 && c < 0xA000)) continue;
      std::string raw = base;
      AppendUtf8(c, &raw);
      ASSERT_TRUE(KeepsPromises(&normaliser, raw)) << "base " << base;
    }
  }
}

TEST(NormaliserProperty, IsIdempotentOnRandomText) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  RandomText random(kSeed);
  for (const FieldKind kind : kKinds) {
    Normaliser normaliser = MakeNormaliser(kind);
    for (int trial = 0; trial < 100'000; ++trial) {
      ASSERT_TRUE(KeepsPromises(&normaliser, random.Text(8))) << "trial " << trial;
    }
  }
}

// Values of the written forms' own characters get further into the parsers than random text does.
TEST(NormaliserProperty, IsIdempotentOnNearlyValidCodes) {
  static constexpr std::array<std::string_view, 36> kPieces = {
      "0", "1", "2",  "3",  "9",  "19", "20", "00", "31", "12",   "-",  "/",
      ".", " ", "年", "月", "日", "元", "十", "四", "〇", "昭和", "S",  "R",
      "T", ":", "m",  "f",  "N",  "A",  "〒", "１", "㍼", "千",   "na", "u"};
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  RandomText random(kSeed);
  for (const FieldKind kind : kKinds) {
    for (const DateOrder order :
         {DateOrder::kYearFirst, DateOrder::kDayFirst, DateOrder::kMonthFirst}) {
      Normaliser normaliser = MakeNormaliser(kind, order);
      for (int trial = 0; trial < 50'000; ++trial) {
        std::string raw;
        for (std::uint64_t left = random.Below(10); left > 0; --left) {
          raw += kPieces[random.Below(kPieces.size())];
        }
        ASSERT_TRUE(KeepsPromises(&normaliser, raw)) << raw;
      }
    }
  }
}

// Plain ASCII, kana and kanji take a way of their own. A soft hyphen, which is dropped, sends the
// same value through the Unicode tables.
TEST(NormaliserProperty, PlainAndTableWaysAgree) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  RandomText random(kSeed);
  const auto plain_code_point = [&random]() -> char32_t {
    switch (random.Below(4)) {
      case 0:
        return static_cast<char32_t>(1 + random.Below(0x7F));
      case 1:
        return static_cast<char32_t>(0x3000 + random.Below(0x100));
      case 2:
        return static_cast<char32_t>(0x3400 + random.Below(0x6C00));
      default:
        return static_cast<char32_t>('A' + random.Below(0x3A));
    }
  };
  for (const FieldKind kind : {FieldKind::kName, FieldKind::kText}) {
    Normaliser normaliser = MakeNormaliser(kind);
    for (int trial = 0; trial < 200'000; ++trial) {
      std::string raw;
      for (std::uint64_t left = random.Below(6); left > 0; --left) {
        AppendUtf8(plain_code_point(), &raw);
      }
      ASSERT_EQ(Normalise(&normaliser, raw), Normalise(&normaliser, raw + "\u00AD")) << Hex(raw);
    }
  }
}

TEST(NormaliserProperty, EveryPlainCodePointAgreesWithTheTables) {
  Normaliser normaliser = MakeNormaliser(FieldKind::kText);
  for (char32_t c = 1; c < 0xA000; ++c) {
    std::string raw;
    AppendUtf8(c, &raw);
    ASSERT_EQ(Normalise(&normaliser, raw), Normalise(&normaliser, raw + "\u00AD")) << Hex(raw);
  }
}

TEST(NormaliserProperty, DoesNotDependOnTheValueBefore) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  RandomText random(kSeed);
  for (const FieldKind kind : kKinds) {
    Normaliser used = MakeNormaliser(kind);
    for (int trial = 0; trial < 2'000; ++trial) {
      const std::string raw = random.Text(12);
      ASSERT_EQ(Normalise(&used, raw), Normalise(kind, raw)) << Hex(raw);
    }
  }
}

}  // namespace
}  // namespace musubi::identity
