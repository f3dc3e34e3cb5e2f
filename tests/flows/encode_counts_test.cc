// What a holder is told of a file: counts of each defect, and that My Numbers stay out.
#include <gmock/gmock.h>

#include "engine/encode/profile.h"
#include "tests/flows/encoded_records.h"

namespace musubi::flows {
namespace {

using engine::FieldProfile;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t kSeed = 20250801;

constexpr std::size_t kKana = 0;
constexpr std::size_t kKanji = 1;
constexpr std::size_t kBorn = 2;
constexpr std::size_t kSex = 3;

std::string Contract() {
  return ContractOf(R"({"name": "kana", "kind": "name_kana"},
                       {"name": "kanji", "kind": "name_kanji"},
                       {"name": "born", "kind": "date", "on_invalid": "keep"},
                       {"name": "sex", "kind": "sex"})",
                    ExactFilter("kana", "kana") + ',' + ExactFilter("born", "born"));
}

// Rows whose defects are known by number, so that they can be counted by hand.
class DefectsFile {
 public:
  static constexpr std::size_t kRows = 12'000;  // several batches

  DefectsFile() {
    for (std::size_t i = 0; i < kRows; ++i) {
      csv_ += std::to_string(i) + ',' + Kana(i) + ',' + Kanji(i) + ',' + Born(i) + ',' + Sex(i);
      csv_ += '\n';
    }
  }

  const std::string& csv() const { return csv_; }

  // What each field should be found to be.
  static std::vector<FieldProfile> Expected() {
    std::vector<FieldProfile> fields(4);
    FieldProfile& kana = fields[kKana];
    kana.missing = 2 * kRows / 12;  // a blank and a sentinel
    kana.invalid = kRows / 12;
    kana.present = kRows - kana.missing - kana.invalid;
    kana.sentinels = kRows / 12;
    kana.missing_characters = kRows / 12;
    kana.distinct = 3;
    kana.most_frequent = 6 * kRows / 12;
    kana.date_forms[0] = kRows;
    FieldProfile& kanji = fields[kKanji];
    kanji.missing = kanji.kana_in_kanji = kRows / 12;
    kanji.present = kRows - kanji.missing;
    kanji.missing_characters = 3 * kRows / 12;
    kanji.distinct = 3;
    kanji.most_frequent = 7 * kRows / 12;
    kanji.date_forms[0] = kRows;
    FieldProfile& born = fields[kBorn];
    born.missing = 2 * kRows / 12;
    born.sentinels = kRows / 12;
    born.invalid = 2 * kRows / 12;
    born.present = 8 * kRows / 12;
    born.partial_dates = 2 * kRows / 12;
    born.era_overruns = 2 * kRows / 12;
    // None of a blank, of a filler and of letters.
    born.date_forms = {3 * kRows / 12, 4 * kRows / 12, 0,         kRows / 12,
                       kRows / 12,     2 * kRows / 12, kRows / 12};
    born.distinct = 6;
    born.most_frequent = 3 * kRows / 12;
    FieldProfile& sex = fields[kSex];
    sex.present = 9 * kRows / 12;
    sex.invalid = kRows / 12;
    sex.missing = 2 * kRows / 12;
    sex.sentinels = kRows / 12;
    sex.distinct = 2;
    sex.most_frequent = 5 * kRows / 12;
    sex.date_forms[0] = kRows;
    return fields;
  }

 private:
  static std::string Kana(std::size_t i) {
    switch (i % 12) {
      case 0:
        return "";
      case 1:
        return "不明";
      case 2:
        return "山田";
      case 3:
        return "●マダ";
      case 4:
      case 5:
        return "スズキ";
      default:
        return i % 2 == 0 ? "ヤマダ" : "ﾔﾏﾀﾞ";  // one value
    }
  }

  static std::string Kanji(std::size_t i) {
    switch (i % 12) {
      case 4:
        return "スズキ イチロウ";
      case 5:
      case 6:
      case 7:
        return "●橋";
      case 8:
        return "鈴木";
      default:
        return i % 2 == 0 ? "渡邉" : "渡辺";
    }
  }

  static std::string Born(std::size_t i) {
    switch (i % 12) {
      case 0:
        return "";
      case 1:
        return "9999999";
      case 2:
        return "1971-02-31";
      case 3:
        return "abc";
      case 4:
        return "1971年";
      case 5:
        return "1971-10";
      case 6:
        return "昭和64年1月8日";
      case 7:
        return "H32.1.1";
      case 8:
        return "3461001";
      case 9:
        return "1 October 1971";
      case 10:
        return "19711001";
      default:
        return "1966-06-06";
    }
  }

  static std::string Sex(std::size_t i) {
    switch (i % 12) {
      case 0:
        return "";
      case 1:
        return "9";
      case 2:
        return "mals";
      default:
        return i % 2 == 0 ? "女" : "M";
    }
  }

  std::string csv_ = "id,kana,kanji,born,sex\n";
};

void ExpectSame(const FieldProfile& found, const FieldProfile& expected) {
  EXPECT_EQ(found.present, expected.present);
  EXPECT_EQ(found.missing, expected.missing);
  EXPECT_EQ(found.invalid, expected.invalid);
  EXPECT_EQ(found.sentinels, expected.sentinels);
  EXPECT_EQ(found.missing_characters, expected.missing_characters);
  EXPECT_EQ(found.kana_in_kanji, expected.kana_in_kanji);
  EXPECT_EQ(found.partial_dates, expected.partial_dates);
  EXPECT_EQ(found.era_overruns, expected.era_overruns);
  EXPECT_EQ(found.my_numbers, expected.my_numbers);
  EXPECT_EQ(found.date_forms, expected.date_forms);
  EXPECT_EQ(found.distinct, expected.distinct);
  EXPECT_EQ(found.most_frequent, expected.most_frequent);
}

class CountsTest : public testing::TestWithParam<int> {};

TEST_P(CountsTest, AreThoseOfTheDefectsPutIn) {
  const DefectsFile file;
  const std::vector<FieldProfile> expected = DefectsFile::Expected();
  MainJob job(Contract(), GetParam(), kSeed);
  const auto receipt = job.Encode("a", file.csv());
  ASSERT_EQ(receipt.encoded(), DefectsFile::kRows);
  engine::ProfileRequest request;
  request.input = job.File("a.csv");
  const auto profile = engine::Profile(request, job.contract(), job.context());
  ASSERT_TRUE(profile.ok());
  EXPECT_EQ(profile.value().charset, identity::Charset::kUtf8);
  EXPECT_EQ(profile.value().rows, DefectsFile::kRows);
  EXPECT_EQ(profile.value().unreadable, 0U);
  for (std::size_t f = 0; f < expected.size(); ++f) {
    SCOPED_TRACE(job.contract().fields()[f].name);
    ExpectSame(receipt.fields[f], expected[f]);
    ExpectSame(profile.value().fields[f], expected[f]);
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, CountsTest, testing::Values(1, 2, 8));

// A field of `others` different values and of one that `same` rows share.
bool HasSuspectValue(FieldKind kind, std::uint64_t others, std::uint64_t same) {
  FieldProfile field;
  field.present = others + same;
  field.distinct = others + 1;
  field.most_frequent = same;
  return field.HasSuspectValue(kind);
}

TEST(SuspectValueTest, FillsAHundredthOfDatesAndNumbers) {
  for (const FieldKind kind : {FieldKind::kDate, FieldKind::kDigits, FieldKind::kPhone,
                               FieldKind::kInsuranceCode, FieldKind::kInsuredId}) {
    EXPECT_TRUE(HasSuspectValue(kind, 990, 10));
    EXPECT_FALSE(HasSuspectValue(kind, 991, 10));
    EXPECT_FALSE(HasSuspectValue(kind, 891, 9));  // too few rows
    EXPECT_TRUE(HasSuspectValue(kind, 99, 10));
    EXPECT_FALSE(HasSuspectValue(kind, 98, 98));  // too few values
  }
}

TEST(SuspectValueTest, FillsATenthOfNamesAndPlaces) {
  for (const FieldKind kind : {FieldKind::kName, FieldKind::kNameKana, FieldKind::kPostcode,
                               FieldKind::kAddress, FieldKind::kMunicipality}) {
    EXPECT_TRUE(HasSuspectValue(kind, 108, 12));
    EXPECT_FALSE(HasSuspectValue(kind, 109, 12));
    EXPECT_FALSE(HasSuspectValue(kind, 990, 10));
  }
}

// What a file gives: sentinels are missing already, another filler is not.
TEST(SuspectValueTest, IsFoundInAFile) {
  MainJob job(ContractOf(R"({"name": "born", "kind": "date"})", ExactFilter("born", "born")), 1,
              kSeed);
  const auto born = [&job](std::string_view filler) {
    std::string csv = "id,born\n";
    for (int i = 0; i < 500; ++i) {
      csv += std::to_string(i) + ',' + std::to_string(1900 + i % 100) + "-02-" +
             std::to_string(10 + i / 100) + '\n';
    }
    for (int i = 500; i < 520; ++i) csv += std::to_string(i) + ',' + std::string(filler) + '\n';
    auto request = job.RequestFor("a", csv);
    request.overwrite = storage::Overwrite::kReplace;
    return job.TryEncode(request).value().fields[0];
  };
  EXPECT_EQ(born("1900-01-01").most_frequent, 20U);
  EXPECT_TRUE(born("1900-01-01").HasSuspectValue(FieldKind::kDate));
  EXPECT_FALSE(born("9999-12-31").HasSuspectValue(FieldKind::kDate));
}

// The eleven digits of `number` and their check digit, by the rule of docs/identifiers-japan.md.
std::string MyNumber(std::uint64_t number) {
  std::string digits = std::to_string(number);
  constexpr int kWeights[] = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * kWeights[i];
  const int rest = sum % 11;
  return digits + static_cast<char>('0' + (rest <= 1 ? 0 : 11 - rest));
}

// Twelve digits whose last is not the check digit.
std::string NoMyNumber(std::uint64_t number) {
  std::string digits = MyNumber(number);
  digits.back() = static_cast<char>('0' + (digits.back() - '0' + 1) % 10);
  return digits;
}

class MyNumberTest : public testing::TestWithParam<std::string_view> {
 protected:
  static constexpr std::uint64_t kFirst = 23'456'789'012;

  // A file with `my_numbers` such numbers and `others` without the check digit, in one column or
  // the other.
  std::string Csv(int my_numbers, int others, bool as_id) const {
    std::string csv = "id,insured,sex\n";
    for (int i = 0; i < my_numbers + others; ++i) {
      const std::uint64_t number = kFirst + static_cast<std::uint64_t>(i) * 7919;
      const std::string digits = i < my_numbers ? MyNumber(number) : NoMyNumber(number);
      csv += (as_id ? digits + ",A" : std::to_string(i) + ',' + digits) + ",F\n";
    }
    return csv;
  }

  // Refused, without a trace of it and without a value in the message.
  void ExpectRefused(const std::string& csv, const std::string& column) {
    const auto request = job_.RequestFor("a", csv);
    const auto receipt = job_.TryEncode(request);
    ASSERT_FALSE(receipt.ok());
    EXPECT_EQ(receipt.error().code, ErrorCode::kBadData);
    EXPECT_THAT(receipt.error().message,
                AllOf(HasSubstr("column " + column), HasSubstr("My Number"),
                      Not(HasSubstr(std::to_string(kFirst)))));
    for (const auto& file : {request.output, request.refs, request.rejects}) {
      EXPECT_FALSE(std::filesystem::exists(file)) << file;
    }
  }

  MainJob job_{ContractOf(R"({"name": "number", "kind": ")" + std::string(GetParam()) +
                              R"(", "column": "insured"}, {"name": "sex", "kind": "sex"})",
                          ExactFilter("number", "number")),
               1, kSeed};
};

TEST_P(MyNumberTest, AColumnOfThemIsRefused) {
  ExpectRefused(Csv(100, 0, false), "insured");
  ExpectRefused(Csv(51, 49, false), "insured");
}

TEST_P(MyNumberTest, IdsOfThemAreRefused) {
  ExpectRefused(Csv(100, 0, true), "id");
  ExpectRefused(Csv(51, 49, true), "id");
}

TEST_P(MyNumberTest, HalfAColumnPasses) {
  EXPECT_EQ(job_.Encode("a", Csv(50, 50, false)).fields[0].my_numbers, 50U);
  EXPECT_EQ(job_.Encode("b", Csv(50, 50, true)).encoded(), 100U);
}

TEST_P(MyNumberTest, TwelveDigitsWithoutTheCheckDigitPass) {
  EXPECT_EQ(job_.Encode("a", Csv(0, 100, false)).fields[0].my_numbers, 0U);
  EXPECT_EQ(job_.Encode("b", Csv(0, 100, true)).encoded(), 100U);
}

TEST_P(MyNumberTest, OneAloneMayBeChance) {
  EXPECT_EQ(job_.Encode("a", Csv(1, 0, false)).fields[0].my_numbers, 1U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, MyNumberTest,
                         testing::Values("digits", "raw", "text", "insurance_code", "name"));

// However they are written.
TEST(MyNumberFormsTest, DashesBlanksAndWidthHideNone) {
  MainJob job(ContractOf(R"({"name": "number", "kind": "raw"}, {"name": "sex", "kind": "sex"})",
                         ExactFilter("number", "number")),
              1, kSeed);
  const auto request = job.RequestFor("a",
                                      "id,number,sex\n1,1234-5678-9018,F\n"
                                      "2,１２３４　５６７８　９０１８,F\n"
                                      "3, 1234 5678 9018,F\n");
  const auto receipt = job.TryEncode(request);
  ASSERT_FALSE(receipt.ok());
  EXPECT_THAT(receipt.error().message, HasSubstr("column number"));
}

}  // namespace
}  // namespace musubi::flows
