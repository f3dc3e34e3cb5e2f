// ASCII values are normalised without the heap, once the output has grown.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "allocation_counter.h"
#include "normalised.h"

namespace musubi::identity {
namespace {

constexpr FormsWanted kStrictOnly{{true, false, false}, {}};
constexpr FormsWanted kStrictAndSkeleton{{true, true, false}, {}};

// Of the strict and, where they are `wanted`, other forms.
long AllocationsOf(FieldKind kind, std::string_view raw, const FormsWanted& wanted = kStrictOnly) {
  Field field;
  field.kind = kind;
  Normaliser normaliser(field, wanted);
  Forms out;
  for (std::string& form : out.text) form.reserve(256);
  normaliser(raw, &out);
  const long before = Allocations();
  for (int i = 0; i < 10; ++i) normaliser(raw, &out);
  return Allocations() - before;
}

TEST(AllocationTest, CountsTheHeap) {
  const long before = Allocations();
  std::string text;
  text.reserve(200);
  EXPECT_EQ(Allocations() - before, 1);
}

TEST(AllocationTest, AsciiValuesUseNoHeap) {
  EXPECT_EQ(AllocationsOf(FieldKind::kName, "Wolfeschlegelsteinhausenbergerdorff-O'Brien"), 0);
  EXPECT_EQ(AllocationsOf(FieldKind::kText, "4 Smith Street, Apartment 12b, Springfield"), 0);
  EXPECT_EQ(AllocationsOf(FieldKind::kDate, "1970-01-31T00:00:00.000000000+09:00"), 0);
  EXPECT_EQ(AllocationsOf(FieldKind::kSex, "                                female"), 0);
  EXPECT_EQ(AllocationsOf(FieldKind::kDigits, "+81 3 1234 5678 extension 1234567890"), 0);
  EXPECT_EQ(AllocationsOf(FieldKind::kPostcode, "SW1A 1AA                            "), 0);
}

TEST(AllocationTest, FullWidthKanaAndKanjiUseNoHeap) {
  EXPECT_EQ(AllocationsOf(FieldKind::kName, "やまだ　たろうざえもん　山田太郎左衛門"), 0);
  EXPECT_EQ(AllocationsOf(FieldKind::kNameKana, "やまだ　ショーたろうざえもん", kStrictAndSkeleton),
            0);
  EXPECT_EQ(AllocationsOf(FieldKind::kNameKanji, "佐々木　太郎左衛門", kStrictAndSkeleton), 0);
}

}  // namespace
}  // namespace musubi::identity
