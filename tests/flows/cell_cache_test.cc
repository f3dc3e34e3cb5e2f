// Cells that are remembered change nothing: a record's bits do not depend on those before it.
#include "engine/encode/cell_cache.h"

#include <gtest/gtest.h>

#include "tests/flows/encoded_records.h"

namespace musubi::flows {
namespace {

constexpr std::uint64_t kSeed = 20250713;
constexpr std::size_t kPeople = 70'000;
static_assert(kPeople > engine::CellCache::kMostCells);

// A name that no other number has; every 97th is too long to be remembered.
std::string NameOf(std::size_t number) {
  std::string name;
  for (std::size_t rest = number; rest > 0; rest /= 26) name += static_cast<char>('a' + rest % 26);
  if (number % 97 == 0) name.append(engine::CellCache::kLongestCell, 'z');
  return name + 'q';
}

std::string CellsOf(std::size_t number) {
  return NameOf(number) + ",19" + std::to_string(10 + number % 90) + "-02-" +
         std::to_string(10 + number % 21);  // some days do not exist
}

std::string Contract() {
  return ContractOf(R"({"name": "name", "kind": "name"},
                       {"name": "born", "kind": "date", "on_invalid": "keep"})",
                    R"({"name": "name", "bits": 512, "features": [
                         {"field": "name", "tokens": {"kind": "qgram"}, "positions": 10}]},
                       {"name": "both", "bits": 256, "features": [
                         {"field": "name", "tokens": {"kind": "exact"}, "positions": 10},
                         {"field": "born", "tokens": {"kind": "exact"}, "positions": 10}]})",
                    R"("block_tokens": [{"name": "name_year", "parts": [
                         {"field": "name"}, {"field": "born", "form": "year"}]}],)");
}

// Ids are the numbers, with `mark` before them.
void AppendRow(std::string_view mark, std::size_t number, std::string* csv) {
  *csv += std::string(mark) + std::to_string(number) + ',' + CellsOf(number) + '\n';
}

// Each person twice in one file, whose later cells find the memory full, against files of people
// that all differ, so that nothing is ever found again.
TEST(CellCacheTest, RecordsOfALargeFileAreThoseOfSmallOnes) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  MainJob job(Contract(), 1, kSeed);
  std::vector<std::size_t> again(kPeople);
  for (std::size_t i = 0; i < kPeople; ++i) again[i] = i;
  std::mt19937_64 random(kSeed);
  std::ranges::shuffle(again, random);
  std::string csv = "id,name,born\n";
  for (std::size_t i = 0; i < kPeople; ++i) AppendRow("a", i, &csv);
  for (const std::size_t i : again) AppendRow("b", i, &csv);
  const auto receipt = job.Encode("all", csv);
  ASSERT_EQ(receipt.encoded(), 2 * kPeople);
  EXPECT_EQ(receipt.fields[0].distinct, kPeople);
  EXPECT_EQ(receipt.fields[0].most_frequent, 2U);
  const auto all = RecordsOf(job, "all");

  constexpr std::size_t kStep = 10'000;
  for (std::size_t first = 0; first < kPeople; first += kStep) {
    csv = "id,name,born\n";
    for (std::size_t i = first; i < first + kStep; ++i) AppendRow("", i, &csv);
    const std::string holder = "part" + std::to_string(first);
    ASSERT_EQ(job.Encode(holder, csv).encoded(), kStep);
    for (const auto& [id, record] : RecordsOf(job, holder)) {
      ASSERT_EQ(all.at("a" + id), record) << id;
      ASSERT_EQ(all.at("b" + id), record) << id;
    }
  }
}

// The first and last cells that are remembered, the first that is not, and one that is too long.
TEST(CellCacheTest, RecordsOfAFileAreThoseOfEachRowAlone) {
  MainJob job(Contract(), 1, kSeed);
  std::string csv = "id,name,born\n";
  for (std::size_t i = 0; i < kPeople; ++i) AppendRow("", i, &csv);
  job.Encode("all", csv);
  const auto all = RecordsOf(job, "all");
  constexpr std::size_t kTooLong = 97;
  constexpr std::size_t kMost = engine::CellCache::kMostCells;
  constexpr std::size_t kLong = (kMost + 97) / 97;  // cells too long among the first
  for (const std::size_t i : {std::size_t{1}, kTooLong, kMost - 1, kMost, kMost + kLong - 1,
                              kMost + kLong, kPeople - 1}) {
    csv = "id,name,born\n";
    AppendRow("", i, &csv);
    const std::string holder = "row" + std::to_string(i);
    job.Encode(holder, csv);
    const std::string id = std::to_string(i);
    EXPECT_EQ(all.at(id), RecordsOf(job, holder).at(id)) << id;
  }
}

}  // namespace
}  // namespace musubi::flows
