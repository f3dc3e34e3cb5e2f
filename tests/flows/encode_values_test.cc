// From cells to filters and tokens: joined columns, kana in the kanji column, invalid values,
// levels, match tokens.
#include <gmock/gmock.h>

#include "tests/flows/encoded_records.h"

namespace musubi::flows {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t kSeed = 7;

std::string Fields(std::initializer_list<std::string_view> fields) {
  std::string all;
  for (const std::string_view field : fields) {
    all += all.empty() ? "" : ", ";
    all += field;
  }
  return all;
}

// The name of a file in two columns, and in one.
class JoinedColumnsTest : public testing::Test {
 protected:
  // A record of the two cells, and of the one cell.
  std::pair<EncodedRecord, EncodedRecord> Both(const std::string& family, const std::string& given,
                                               const std::string& full) {
    job_.Encode("two" + std::to_string(runs_),
                "id,family,given,sex\nx," + family + ',' + given + ",F\n");
    auto request =
        job_.RequestFor("one" + std::to_string(runs_), "id,full,sex\nx," + full + ",F\n");
    for (const char* field : {"name", "first", "others"}) {
      request.columns.emplace_back(field, "full");
    }
    MUSUBI_CHECK(job_.TryEncode(request).ok());
    const std::string number = std::to_string(runs_++);
    return {RecordsOf(job_, "two" + number).at("x"), RecordsOf(job_, "one" + number).at("x")};
  }

  MainJob job_{
      ContractOf(Fields({R"({"name": "name", "kind": "name", "columns": ["family", "given"]})",
                         R"({"name": "first", "kind": "name", "columns": ["family", "given"],
                      "part": "first_word"})",
                         R"({"name": "others", "kind": "name", "columns": ["family", "given"],
                      "part": "other_words"})",
                         R"({"name": "sex", "kind": "sex"})"}),
                 Fields({ExactFilter("name", "name"), ExactFilter("first", "first"),
                         ExactFilter("others", "others"), ExactFilter("sex", "sex")}),
                 R"("block_tokens": [
               {"name": "sorted", "parts": [{"field": "name", "form": "sorted"}]}],)"),
      1, kSeed};
  int runs_ = 0;
};

TEST_F(JoinedColumnsTest, EqualOneColumnWithABlank) {
  const auto [two, one] = Both("Abel", "Anna", "Abel Anna");
  EXPECT_EQ(two, one);
  EXPECT_TRUE(one.has(0) && one.has(1) && one.has(2));
  const auto [joined, run_together] = Both("Abel", "Anna", "AbelAnna");
  EXPECT_EQ(joined.filters[0], run_together.filters[0]);
  EXPECT_NE(joined.filters[1], run_together.filters[1]);
}

TEST_F(JoinedColumnsTest, LeaveOutEmptyCells) {
  const auto [only_given, given] = Both("", "Anna", "Anna");
  EXPECT_EQ(only_given, given);
  const auto [only_family, family] = Both("Abel", "", "Abel");
  EXPECT_EQ(only_family, family);
  const auto [none, empty] = Both("", "", "");
  EXPECT_EQ(none, empty);
  EXPECT_FALSE(none.has(0));
}

TEST_F(JoinedColumnsTest, KeepTheOrderOfTheContract) {
  const auto [first, second] = Both("Abel", "Anna", "Anna Abel");
  EXPECT_NE(first.filters[0], second.filters[0]);
  EXPECT_NE(first.filters[1], second.filters[1]);
  EXPECT_EQ(first.tokens[0], second.tokens[0]);  // sorted
}

constexpr std::size_t kKana = 0;
constexpr std::size_t kKanji = 1;

std::string KanaContract(std::string_view part = "whole") {
  const std::string with_part = R"("part": ")" + std::string(part) + "\"}";
  return ContractOf(
      Fields({R"({"name": "kana", "kind": "name_kana", )" + with_part,
              R"({"name": "kanji", "kind": "name_kanji", )" + with_part,
              R"({"name": "sex", "kind": "sex"})"}),
      Fields({ExactFilter("kana", "kana", "skeleton"), ExactFilter("kanji", "kanji")}),
      R"("block_tokens": [{"name": "kana", "parts": [{"field": "kana", "form": "prefix",
           "length": 2}]}],)");
}

TEST(KanaInKanjiTest, MovesToTheMissingKanaField) {
  MainJob job(KanaContract(), 1, kSeed);
  const auto receipt = job.Encode("a",
                                  "id,kana,kanji,sex\n"
                                  "kana,ヤマダ タロウ,,M\n"
                                  "moved,,ヤマダ タロウ,M\n"
                                  "half_width,,ﾔﾏﾀﾞﾀﾛｳ,M\n"
                                  "hiragana,,やまだ　たろう,M\n"
                                  "sentinel,不明,ヤマダ　タロウ,M\n");
  const auto records = RecordsOf(job, "a");
  ASSERT_TRUE(records.at("kana").has(kKana));
  ASSERT_FALSE(records.at("kana").tokens[0].is_none());
  for (const auto& [id, record] : records) {
    EXPECT_EQ(record, records.at("kana")) << id;
    EXPECT_FALSE(record.has(kKanji)) << id;
  }
  EXPECT_EQ(receipt.fields[kKana].present, 5U);
  EXPECT_EQ(receipt.fields[kKanji].missing, 5U);
  EXPECT_EQ(receipt.fields[kKanji].kana_in_kanji, 4U);
}

TEST(KanaInKanjiTest, StaysOutOfAKanaFieldThatHasAValue) {
  MainJob job(KanaContract(), 1, kSeed);
  job.Encode("a",
             "id,kana,kanji,sex\n"
             "alone,スズキ ハナ,,F\n"
             "other,スズキ ハナ,ヤマダ タロウ,F\n"
             "invalid,鈴木,ヤマダ タロウ,F\n");
  const auto records = RecordsOf(job, "a");
  EXPECT_EQ(records.at("other"), records.at("alone"));
  EXPECT_FALSE(records.at("invalid").has(kKana));
  EXPECT_FALSE(records.at("invalid").has(kKanji));
}

// さくら may be how a given name is registered.
TEST(KanaInKanjiTest, AShortWordStaysWhereItIs) {
  MainJob job(KanaContract(), 1, kSeed);
  const auto receipt = job.Encode("a", "id,kana,kanji,sex\nx,,さくら,F\n");
  const EncodedRecord record = RecordsOf(job, "a").at("x");
  EXPECT_FALSE(record.has(kKana));
  EXPECT_TRUE(record.has(kKanji));
  EXPECT_EQ(receipt.fields[kKanji].kana_in_kanji, 0U);
}

TEST(KanaInKanjiTest, MovesTheFieldsPart) {
  MainJob job(KanaContract("other_words"), 1, kSeed);
  job.Encode("a",
             "id,kana,kanji,sex\n"
             "kana,ヤマダ タロウ,,M\n"
             "moved,,ヤマダ タロウ,M\n"
             "given,スズキ タロウ,,M\n");
  const auto records = RecordsOf(job, "a");
  ASSERT_TRUE(records.at("kana").has(kKana));
  EXPECT_EQ(records.at("moved"), records.at("kana"));
  EXPECT_EQ(records.at("given"), records.at("kana"));
}

// The value that a row moves is not remembered for the kana field, nor counted against another.
TEST(KanaInKanjiTest, LeavesTheRowsAfterItAlone) {
  MainJob job(KanaContract(), 1, kSeed);
  job.Encode("a", "id,kana,kanji,sex\n1,,ヤマダ タロウ,M\n2,,山田,M\n3,,,M\n4,,ヤマダ タロウ,M\n");
  const auto records = RecordsOf(job, "a");
  EXPECT_TRUE(records.at("1").has(kKana));
  EXPECT_FALSE(records.at("2").has(kKana));
  EXPECT_TRUE(records.at("2").has(kKanji));
  EXPECT_FALSE(records.at("3").has(kKana));
  EXPECT_EQ(records.at("4"), records.at("1"));
}

// They are present, so they are among the different values and the most frequent one's rows.
TEST(KanaInKanjiTest, CountsMovedValuesAmongTheKana) {
  MainJob job(KanaContract(), 1, kSeed);
  const auto receipt = job.Encode("a",
                                  "id,kana,kanji,sex\n"
                                  "1,ヤマダ タロウ,,M\n"
                                  "2,,ヤマダ タロウ,M\n"
                                  "3,,スズキ ハナ,F\n");
  EXPECT_EQ(receipt.fields[kKana].present, 3U);
  EXPECT_EQ(receipt.fields[kKana].distinct, 2U);
  EXPECT_EQ(receipt.fields[kKana].most_frequent, 2U);
}

// Bytes that are no UTF-8 are refused whatever the kanji column holds.
TEST(KanaInKanjiTest, DoesNotHideBytesOfAnotherCharset) {
  MainJob job(KanaContract(), 1, kSeed);
  const auto receipt =
      job.Encode("a", "id,kana,kanji,sex\n1,\xFF,ヤマダ タロウ,M\n2,スズキ,鈴木,F\n");
  EXPECT_EQ(receipt.rejected, 1U);
  EXPECT_THAT(BytesOf(job.File("a.rejects.csv")), HasSubstr("2,kana,"));
}

// Fields of one column under each policy; the first of them decides whether there is a record.
TEST(OnInvalidTest, KeepsOrDropsTheValue) {
  MainJob job(ContractOf(Fields({R"({"name": "sex", "kind": "sex"})",
                                 R"({"name": "kept", "kind": "date", "column": "born",
                                     "on_invalid": "keep"})",
                                 R"({"name": "dropped", "kind": "date", "column": "born"})"}),
                         Fields({ExactFilter("kept", "kept"), ExactFilter("dropped", "dropped")}),
                         R"("block_tokens": [
                              {"name": "kept", "parts": [{"field": "kept", "form": "year"}]},
                              {"name": "dropped", "parts": [{"field": "dropped"}]}],)"),
              1, kSeed);
  const auto receipt = job.Encode("a",
                                  "id,sex,born\n"
                                  "valid,F,1971-01-31\n"
                                  "impossible,F,1971-02-31\n"
                                  "garbage,F,abc\n"
                                  "missing,F,\n");
  EXPECT_EQ(receipt.rejected, 0U);
  EXPECT_EQ(receipt.fields[1].invalid, 2U);
  EXPECT_EQ(receipt.fields[2].invalid, 2U);
  const auto records = RecordsOf(job, "a");
  const auto shape = [&](const std::string& id) {
    const EncodedRecord& record = records.at(id);
    return std::vector<bool>{record.has(0), record.has(1), !record.tokens[0].is_none(),
                             !record.tokens[1].is_none()};
  };
  EXPECT_EQ(shape("valid"), (std::vector<bool>{true, true, true, true}));
  EXPECT_EQ(shape("impossible"), (std::vector<bool>{true, false, true, false}));
  EXPECT_EQ(shape("garbage"), (std::vector<bool>{false, false, false, false}));
  EXPECT_EQ(records.at("garbage"), records.at("missing"));
  EXPECT_EQ(records.at("impossible").tokens[0], records.at("valid").tokens[0]);  // 1971
}

TEST(OnInvalidTest, RejectsTheRowAndNamesNoValue) {
  MainJob job(ContractOf(Fields({R"({"name": "sex", "kind": "sex"})",
                                 R"({"name": "born", "kind": "date", "column": "Born on",
                                     "on_invalid": "reject"})"}),
                         ExactFilter("born", "born")),
              1, kSeed);
  const auto receipt = job.Encode("a",
                                  "id,sex,Born on\n"
                                  "1,F,1971-01-31\n"
                                  "2,F,1971-02-31\n"
                                  "3,F,qzxv\n"
                                  "4,F,\n");
  EXPECT_EQ(receipt.rejected, 2U);
  EXPECT_EQ(receipt.fields[1].invalid, 0U);  // counts are of the encoded rows
  EXPECT_EQ(receipt.fields[1].missing, 1U);
  const std::string rejects = BytesOf(job.File("a.rejects.csv"));
  EXPECT_THAT(rejects, HasSubstr("3,Born on,the value is not a valid one of its kind\n"));
  EXPECT_THAT(rejects, HasSubstr("4,Born on,"));
  EXPECT_THAT(rejects, Not(HasSubstr("1971")));
  EXPECT_THAT(rejects, Not(HasSubstr("qzxv")));
}

TEST(RequiredTest, RejectsARowWithoutAUsableValue) {
  MainJob job(ContractOf(Fields({R"({"name": "sex", "kind": "sex"})",
                                 R"({"name": "born", "kind": "date", "required": true,
                                     "on_invalid": "keep"})",
                                 R"({"name": "postcode", "kind": "postcode", "required": true})"}),
                         ExactFilter("born", "born")),
              1, kSeed);
  const auto receipt = job.Encode("a",
                                  "id,sex,born,postcode\n"
                                  "valid,F,1971-01-31,1000001\n"
                                  "kept,F,1971-02-31,1000001\n"
                                  "not_kept,F,abc,1000001\n"
                                  "missing,F,,1000001\n"
                                  "sentinel,F,9999999,1000001\n"
                                  "no_postcode,F,1971-01-31,\n"
                                  "invalid_postcode,F,1971-01-31,〇\n");
  std::vector<std::string> encoded;
  for (const auto& [id, record] : RecordsOf(job, "a")) encoded.push_back(id);
  EXPECT_EQ(encoded, (std::vector<std::string>{"kept", "valid"}));
  EXPECT_EQ(receipt.rejected, 5U);
  const std::string rejects = BytesOf(job.File("a.rejects.csv"));
  EXPECT_THAT(rejects, HasSubstr("4,born,the contract requires a value here\n"));
  EXPECT_THAT(rejects, HasSubstr("7,postcode,the contract requires a value here\n"));
}

TEST(LevelsTest, OneFieldFeedsFiltersAtTwoLevels) {
  constexpr std::size_t kStrict = 0;
  constexpr std::size_t kSkeleton = 1;
  constexpr std::size_t kBoth = 2;
  const std::string both = R"({"name": "both", "bits": 128, "features": [
      {"field": "kana", "tokens": {"kind": "exact"}, "positions": 5},
      {"field": "kana", "level": "skeleton", "tokens": {"kind": "exact"}, "positions": 5}]})";
  MainJob job(ContractOf(R"({"name": "kana", "kind": "name_kana"})",
                         Fields({ExactFilter("strict", "kana"),
                                 ExactFilter("skeleton", "kana", "skeleton"), both})),
              1, kSeed);
  job.Encode("a", "id,kana\n1,オーノ\n2,オオノ\n3,オノ\n4,おーの\n");
  const auto records = RecordsOf(job, "a");
  const auto& first = records.at("1").filters;
  const auto& second = records.at("2").filters;
  EXPECT_NE(first[kStrict], second[kStrict]);
  EXPECT_EQ(first[kSkeleton], second[kSkeleton]);
  EXPECT_NE(first[kBoth], second[kBoth]);
  EXPECT_NE(second[kSkeleton], records.at("3").filters[kSkeleton]);
  EXPECT_EQ(records.at("4"), records.at("1"));
  EXPECT_EQ(CountBits(first[kStrict]), 5U);
  // The bits of オオノ at the skeleton level are in both filters of two features.
  std::size_t shared = 0;
  for (std::size_t word = 0; word < first[kBoth].size(); ++word) {
    shared += CountBits(std::vector{first[kBoth][word] & second[kBoth][word]});
  }
  EXPECT_GE(shared, 5U);
  EXPECT_GT(CountBits(first[kBoth]), 5U);
}

// The identifier ID1 of claims: insurer, symbol, number, birth date, sex. And one with a name.
class MatchTokensTest : public testing::Test {
 protected:
  static constexpr std::size_t kInsured = 1;  // behind the block token
  static constexpr std::size_t kName = 2;

  std::map<std::string, EncodedRecord> Encode(const std::string& rows) {
    job_.Encode("a", "id,insurer,symbol,number,born,sex,name\n" + rows);
    return RecordsOf(job_, "a");
  }

  MainJob job_{ContractOf(Fields({R"({"name": "insurer", "kind": "insurer_number"})",
                                  R"({"name": "symbol", "kind": "insurance_code"})",
                                  R"({"name": "number", "kind": "insurance_code"})",
                                  R"({"name": "born", "kind": "date", "on_invalid": "keep"})",
                                  R"({"name": "sex", "kind": "sex"})",
                                  R"({"name": "name", "kind": "name"})"}),
                          Fields({ExactFilter("born", "born"), ExactFilter("sex", "sex")}),
                          R"("block_tokens": [{"name": "sex", "parts": [{"field": "sex"}]}],
             "match_tokens": [
               {"name": "insured", "parts": [{"field": "insurer"}, {"field": "symbol"},
                 {"field": "number"}, {"field": "born"}, {"field": "sex"}]},
               {"name": "name_sex", "parts": [{"field": "name"}, {"field": "sex"}]}],)"),
               1, kSeed};
};

TEST_F(MatchTokensTest, AreEqualForEqualCombinations) {
  const auto records = Encode(
      "plain,06130017,あいう,12-34,1971-10-01,M,Ann\n"
      "written,０６１３００１７,アイウ,１２－３４,昭和46年10月1日,男,ANN\n"
      "claims,06130017,ｱｲｳ,12-34,3461001,1,Bob\n");
  const BlockToken& token = records.at("plain").tokens[kInsured];
  ASSERT_FALSE(token.is_none());
  EXPECT_EQ(records.at("written").tokens[kInsured], token);
  EXPECT_EQ(records.at("claims").tokens[kInsured], token);
  EXPECT_EQ(records.at("written").tokens[kName], records.at("plain").tokens[kName]);
  EXPECT_NE(records.at("claims").tokens[kName], records.at("plain").tokens[kName]);
}

TEST_F(MatchTokensTest, DifferWhereOnePartDoes) {
  const auto records = Encode(
      "1,06130017,A,12,1971-10-01,M,\n"
      "2,00138016,A,12,1971-10-01,M,\n"
      "3,06130017,B,12,1971-10-01,M,\n"
      "4,06130017,A,13,1971-10-01,M,\n"
      "5,06130017,A,12,1971-10-02,M,\n"
      "6,06130017,A,12,1971-10-01,F,\n"
      "7,06130017,A1,2,1971-10-01,M,\n");  // the parts are not run together
  std::vector<BlockToken> tokens;
  for (const auto& [id, record] : records) tokens.push_back(record.tokens[kInsured]);
  std::ranges::sort(tokens);
  EXPECT_FALSE(tokens.front().is_none());
  EXPECT_EQ(std::ranges::adjacent_find(tokens), tokens.end());
}

TEST_F(MatchTokensTest, AreAbsentWhereAPartIs) {
  const auto records = Encode(
      "insurer,,A,12,1971-10-01,M,\n"
      "check_digit,33120016,A,12,1971-10-01,M,\n"
      "symbol,06130017,,12,1971-10-01,M,\n"
      "number,06130017,A,●12,1971-10-01,M,\n"
      "date,06130017,A,12,昭和46年10月日不詳,M,\n"
      "no_date,06130017,A,12,9999999,M,\n"
      "sex,06130017,A,12,1971-10-01,9,\n");
  for (const auto& [id, record] : records) EXPECT_TRUE(record.tokens[kInsured].is_none()) << id;
}

TEST_F(MatchTokensTest, AreAbsentWhereACharacterIsLost) {
  const auto records = Encode(
      "whole,,,,,F,高橋\n"
      "lost,,,,,F,●橋\n"
      "cut,,,,,F,橋\n");
  EXPECT_FALSE(records.at("whole").tokens[kName].is_none());
  EXPECT_TRUE(records.at("lost").tokens[kName].is_none());
  EXPECT_FALSE(records.at("cut").tokens[kName].is_none());
}

// An impossible date that is kept is compared as it is.
TEST_F(MatchTokensTest, TakeAKeptDate) {
  const auto records = Encode(
      "1,06130017,A,12,1971-02-31,M,\n"
      "2,06130017,A,12,昭和46年2月31日,M,\n");
  ASSERT_FALSE(records.at("1").tokens[kInsured].is_none());
  EXPECT_EQ(records.at("1").tokens[kInsured], records.at("2").tokens[kInsured]);
}

}  // namespace
}  // namespace musubi::flows
