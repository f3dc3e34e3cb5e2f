#include "identity/simulated_errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace musubi::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t kSeed = 3;

Field FieldOf(const std::string& name, FieldKind kind) {
  Field field;
  field.name = name;
  field.columns = {name};
  field.kind = kind;
  return field;
}

// One column a field, in the order of the fields.
ErrorSimulator SimulatorOf(const std::vector<Field>& fields) {
  std::vector<std::vector<std::size_t>> columns;
  for (std::size_t f = 0; f < fields.size(); ++f) columns.push_back({f});
  return {fields, columns};
}

// Values of every kind, so that every error applies.
const std::vector<Field> kWestern = {
    FieldOf("given_name", FieldKind::kName),   FieldOf("surname", FieldKind::kName),
    FieldOf("born", FieldKind::kDate),         FieldOf("sex", FieldKind::kSex),
    FieldOf("postcode", FieldKind::kPostcode), FieldOf("address", FieldKind::kAddress),
    FieldOf("phone", FieldKind::kPhone),       FieldOf("insured", FieldKind::kInsuredId)};
const WrittenRecord kRecord = {"Robert Maria", "Ellwood",      "1971-02-03",  "M",
                               "48213",        "12 Mill Lane", "030 1234567", "900112"};
const WrittenRecord kOther = {"Ida",   "Marsh",         "1980-11-30",  "F",
                              "70112", "7 High Street", "0171 555123", "734551"};

// The errors that come first of a record's, and how often, and what the record became.
struct Made {
  std::map<SimulatedError, int> errors;
  std::map<SimulatedError, WrittenRecord> example;  // of a record with this one alone
  std::vector<int> records;                         // by number of errors
};

Made Simulate(const ErrorSimulator& simulator, const WrittenRecord& record,
              const WrittenRecord& other, int times) {
  SeededDraws draws(kSeed);
  Made made;
  made.records.resize(kMostErrors + 1);
  for (int i = 0; i < times; ++i) {
    WrittenRecord spoilt = record;
    const std::vector<SimulatedError> errors = simulator.Spoil(other, &draws, &spoilt);
    ++made.records[errors.size()];
    for (const SimulatedError error : errors) ++made.errors[error];
    EXPECT_EQ(spoilt == record, errors.empty());
    if (errors.size() == 1) made.example[errors[0]] = spoilt;
  }
  return made;
}

// Three standard deviations of a share among `all`.
double Reach(double share, double all) { return 3 * std::sqrt(share * (1 - share) * all); }

TEST(SimulatedErrorsTest, AsManyRecordsHaveErrorsAsIsSaid) {
  constexpr int kTimes = 20'000;
  const Made made = Simulate(SimulatorOf(kWestern), kRecord, kOther, kTimes);
  for (std::size_t errors = 0; errors <= kMostErrors; ++errors) {
    const double share = kCopiesWithErrors[errors] / 100.0;
    EXPECT_NEAR(made.records[errors], share * kTimes, Reach(share, kTimes))
        << errors << " errors, seed " << kSeed;
  }
}

// The draws of an error that finds nothing to change are made again, and an error that was made is
// often not possible again: which moves shares by a few hundredths.
TEST(SimulatedErrorsTest, EachKindComesAboutAsOftenAsIsSaid) {
  constexpr int kTimes = 20'000;
  const Made made = Simulate(SimulatorOf(kWestern), kRecord, kOther, kTimes);
  double all = 0;
  for (const auto& [error, times] : made.errors) all += times;
  for (std::size_t kind = 0; kind < kSimulatedErrors; ++kind) {
    const auto error = static_cast<SimulatedError>(kind);
    ASSERT_TRUE(made.errors.contains(error)) << NameOf(error);
    EXPECT_NEAR(made.errors.at(error) / all, kErrorShares[kind] / 100.0, 0.05)
        << NameOf(error) << ", seed " << kSeed;
  }
}

TEST(SimulatedErrorsTest, ChangesWhatItsKindSays) {
  const Made made = Simulate(SimulatorOf(kWestern), kRecord, kOther, 20'000);
  const auto with = [](std::map<std::size_t, std::string> cells) {
    WrittenRecord record = kRecord;
    for (const auto& [column, cell] : cells) record[column] = cell;
    return record;
  };
  const auto example = [&](SimulatedError error) { return made.example.at(error); };
  EXPECT_EQ(example(SimulatedError::kMoved),
            with({{4, kOther[4]}, {5, kOther[5]}, {6, kOther[6]}}));
  EXPECT_EQ(example(SimulatedError::kSurnameChanged), with({{1, "Marsh"}}));
  EXPECT_EQ(example(SimulatedError::kNameShortened), with({{0, "Robert"}}));
  EXPECT_EQ(example(SimulatedError::kNamesExchanged), with({{0, "Ellwood"}, {1, "Robert Maria"}}));
  EXPECT_EQ(example(SimulatedError::kInsuranceChanged), with({{7, kOther[7]}}));
  EXPECT_EQ(example(SimulatedError::kSex), with({{3, "F"}}));
  const std::string pet_name = example(SimulatedError::kPetName)[0];
  EXPECT_TRUE(pet_name == "Bob Maria" || pet_name == "Bobby Maria" || pet_name == "Rob Maria" ||
              pet_name == "Robbie Maria" || pet_name == "Robby Maria")
      << pet_name;
}

TEST(SimulatedErrorsTest, ChangesASurnameInEveryScript) {
  const ErrorSimulator simulator =
      SimulatorOf({FieldOf("kana", FieldKind::kNameKana), FieldOf("kanji", FieldKind::kNameKanji)});
  const Made made =
      Simulate(simulator, {"ヤマダ　タロウ", "山田　太郎"}, {"スズキ　ハナ", "鈴木　花"}, 2000);
  EXPECT_THAT(made.example.at(SimulatedError::kSurnameChanged),
              ElementsAre("スズキ　タロウ", "鈴木　太郎"));
  EXPECT_THAT(made.example.at(SimulatedError::kNamesExchanged),
              ElementsAre("タロウ　ヤマダ", "太郎　山田"));
  EXPECT_FALSE(made.errors.contains(SimulatedError::kMoved));
  EXPECT_FALSE(made.errors.contains(SimulatedError::kPetName));
}

// Parts of one column are one value, and fields name which column is the surname's.
TEST(SimulatedErrorsTest, KnowsTheColumnOfTheSurname) {
  const ErrorSimulator whole(
      {FieldOf("first", FieldKind::kName), FieldOf("rest", FieldKind::kName)}, {{0}, {0}});
  const Made of_whole = Simulate(whole, {"Ann Joy Lee"}, {"Bo Ray"}, 2000);
  EXPECT_THAT(of_whole.example.at(SimulatedError::kSurnameChanged), ElementsAre("Ann Joy Ray"));
  EXPECT_THAT(of_whole.example.at(SimulatedError::kNameShortened), ElementsAre("Ann Lee"));
  const ErrorSimulator family_first = SimulatorOf(
      {FieldOf("family_name", FieldKind::kName), FieldOf("given_name", FieldKind::kName)});
  const Made made = Simulate(family_first, {"Lee", "Ann"}, {"Ray", "Bo"}, 2000);
  EXPECT_THAT(made.example.at(SimulatedError::kSurnameChanged), ElementsAre("Ray", "Ann"));
}

TEST(SimulatedErrorsTest, LeavesARecordWithoutValues) {
  const WrittenRecord empty(kWestern.size());
  const Made made = Simulate(SimulatorOf(kWestern), empty, empty, 200);
  EXPECT_THAT(made.errors, IsEmpty());
}

TEST(SimulatedErrorsTest, TheSameSeedMakesTheSameErrors) {
  const ErrorSimulator simulator = SimulatorOf(kWestern);
  const auto spoilt = [&](std::uint64_t seed) {
    SeededDraws draws(seed);
    std::vector<WrittenRecord> records(200, kRecord);
    for (WrittenRecord& record : records) simulator.Spoil(kOther, &draws, &record);
    return records;
  };
  EXPECT_EQ(spoilt(1), spoilt(1));
  EXPECT_NE(spoilt(1), spoilt(2));
}

}  // namespace
}  // namespace musubi::identity
