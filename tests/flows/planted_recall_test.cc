// The recall of planted copies that a run reports: what it would have found, had they come as
// records of another holder; and that nothing else of a run knows of them.
#include <gmock/gmock.h>

#include <map>

#include "tests/flows/main_job.h"

namespace musubi::flows {
namespace {

using testing::IsEmpty;

// People who have nothing in common but by chance.
std::string RandomPeople(int rows, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto word = [&] {
    std::string letters(5 + random() % 5, 'a');
    for (char& c : letters) c = static_cast<char>('a' + random() % 26);
    return letters;
  };
  const auto two = [](std::uint64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  std::string csv = "id,given_name,surname,birth_date,sex,postcode\n";
  for (int i = 0; i < rows; ++i) {
    csv += std::to_string(i) + "," + word() + "," + word() + "," +
           std::to_string(1920 + random() % 90) + "-" + two(1 + random() % 12) + "-" +
           two(1 + random() % 28) + "," + (random() % 2 == 0 ? "F" : "M") + "," +
           std::to_string(10'000 + random() % 90'000) + "\n";
  }
  return csv;
}

void Encode(const MainJob& job, const std::string& holder, const std::string& csv,
            std::uint64_t plant) {
  engine::EncodeRequest request = job.RequestFor(holder, csv);
  request.plant = plant;
  if (plant > 0) request.plant_seed = 7;
  const auto receipt = job.TryEncode(request);
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
}

storage::EncodingFile FileOf(const MainJob& job, const std::string& holder) {
  return storage::ReadEncodingFile(job.File(holder + ".enc"), job.contract()).value();
}

// The copies of a file as records of a holder of their own.
storage::EncodingFile CopiesAsRecords(const storage::EncodingFile& file) {
  storage::EncodingFile copies{file.manifest, file.planted, {}, file.digest};
  copies.manifest.holder = "copies";
  copies.manifest.records = file.planted.rows();
  copies.manifest.planted = 0;
  copies.digest[0] ^= 1;
  for (RecordRef& ref : copies.records.refs) ref.bytes[15] ^= 0xFF;  // which keeps their order
  return copies;
}

// What planted copies of one holder are found, and how many links there are where the very copies
// are records of another.
struct Found {
  engine::PlantedRecall planted;
  std::uint64_t links = 0;
};

Found FindCopies(std::string_view contract, CandidateMethod method) {
  engine::LinkRequest request;
  request.candidates = method;
  Found found;
  MainJob job(contract, 2, 3);
  Encode(job, "a", RandomPeople(800, 1), 800);
  job.Import("a");
  const storage::EncodingFile file = FileOf(job, "a");
  found.planted = job.Link(request).planted.front();

  MainJob other(contract, 2, 4);
  EXPECT_TRUE(other.store().Import(CopiesAsRecords(file)).ok());
  storage::EncodingFile originals = file;
  originals.manifest.planted = 0;
  originals.planted = {};
  EXPECT_TRUE(other.store().Import(originals).ok());
  found.links = other.Link(request).summary.links;
  return found;
}

TEST(PlantedRecallTest, IsThatOfTheSameCopiesAsRecordsOfAnotherHolder) {
  const std::string by_mean = WesternByMean();
  for (const auto& [contract, method] : std::vector<std::pair<std::string, CandidateMethod>>{
           {by_mean, CandidateMethod::kAllPairs},
           {by_mean, CandidateMethod::kBlocks},
           {std::string(ContractTemplate("record")), CandidateMethod::kAllPairs},
           {std::string(ContractTemplate("record")), CandidateMethod::kBlocks},
           {std::string(ContractTemplate("record")), CandidateMethod::kJoin}}) {
    SCOPED_TRACE(static_cast<int>(method));
    const Found found = FindCopies(contract, method);
    EXPECT_EQ(found.planted.copies, 800U);
    EXPECT_EQ(found.planted.found, found.links);
    EXPECT_GT(found.planted.found, 400U);
    EXPECT_LT(found.planted.found, 800U);
    EXPECT_GE(found.planted.compared, found.planted.found);
    EXPECT_EQ(found.planted.compared == 800, method == CandidateMethod::kAllPairs);
  }
}

// Other records draw other keys, so a pair or two may differ.
TEST(PlantedRecallTest, LooksIntoTheTablesOfLocalitySensitiveHashing) {
  const Found found = FindCopies(ContractTemplate("record"), CandidateMethod::kLsh);
  EXPECT_NEAR(static_cast<double>(found.planted.found), static_cast<double>(found.links), 8);
  EXPECT_GT(found.planted.found, 400U);
}

// A run's outputs, all but the recall of copies.
struct Outputs {
  engine::LinkReceipt receipt;
  std::string members;
  std::map<std::string, std::string> maps;
};

Outputs RunSample(std::uint64_t plant, int threads = 2) {
  const std::filesystem::path sample =
      std::filesystem::path(MUSUBI_SOURCE_DIR) / "data/samples/western";
  MainJob job(ContractTemplate("western"), threads, 9);
  for (const std::string holder : {"hospital", "insurer"}) {
    Encode(job, holder, BytesOf(sample / (holder + ".csv")), plant);
  }
  job.Import("insurer");
  job.Import("hospital");
  Outputs outputs;
  outputs.receipt = job.Link();
  for (const auto& member : job.store().Members().value()) {
    outputs.members += ToHex(member.ref) + " " + ToHex(member.key) + "\n";
  }
  EXPECT_TRUE(engine::AddProject(&job.store(), "p", job.context()).ok());
  job.Release("p", "maps");
  for (const std::string file : {"hospital.map.csv", "insurer.map.csv", "manifest.json"}) {
    outputs.maps[file] = BytesOf(job.File("maps") / file);
  }
  return outputs;
}

TEST(PlantedRecallTest, NothingElseOfARunKnowsOfCopies) {
  const Outputs with = RunSample(150);
  const Outputs without = RunSample(0);
  EXPECT_EQ(with.members, without.members);
  EXPECT_EQ(with.maps, without.maps);
  EXPECT_EQ(with.receipt.clusters, without.receipt.clusters);
  EXPECT_EQ(with.receipt.linked_records, without.receipt.linked_records);
  EXPECT_EQ(with.receipt.resources.planned_bytes, without.receipt.resources.planned_bytes);
  const storage::EpochSummary& a = with.receipt.summary;
  const storage::EpochSummary& b = without.receipt.summary;
  EXPECT_EQ(a.records, b.records);
  EXPECT_EQ(a.candidate_pairs, b.candidate_pairs);
  EXPECT_EQ(a.links, b.links);
  EXPECT_EQ(a.keys_minted, b.keys_minted);
  EXPECT_EQ(with.receipt.quality->control_pairs, without.receipt.quality->control_pairs);
  EXPECT_EQ(with.receipt.quality->control_hits, without.receipt.quality->control_hits);
  EXPECT_EQ(with.receipt.quality->model_recall, without.receipt.quality->model_recall);
  EXPECT_EQ(with.receipt.quality->model_precision, without.receipt.quality->model_precision);
  for (std::size_t i = 0; i < with.receipt.quality->comparisons.size(); ++i) {
    EXPECT_EQ(with.receipt.quality->comparisons[i].equal_match,
              without.receipt.quality->comparisons[i].equal_match);
  }
  EXPECT_THAT(without.receipt.planted, IsEmpty());
}

TEST(PlantedRecallTest, IsToldOfAllAndOfEachHolder) {
  const std::vector<engine::PlantedRecall> planted = RunSample(150).receipt.planted;
  ASSERT_EQ(planted.size(), 3U);
  EXPECT_EQ(planted[0].holder, "");
  EXPECT_EQ(planted[1].holder, "hospital");
  EXPECT_EQ(planted[2].holder, "insurer");
  EXPECT_EQ(planted[0].copies, 300U);
  EXPECT_EQ(planted[0].found, planted[1].found + planted[2].found);
  EXPECT_EQ(planted[0].compared, planted[1].compared + planted[2].compared);
  EXPECT_GT(planted[0].found, 225U);
  EXPECT_LT(planted[0].recall.low, planted[0].recall.value);
  EXPECT_LT(planted[0].recall.value, planted[0].recall.high);
}

TEST(PlantedRecallTest, IsTheSameAtAnyNumberOfThreads) {
  const engine::PlantedRecall one = RunSample(150, 1).receipt.planted[0];
  for (const int threads : {2, 8}) {
    const engine::PlantedRecall many = RunSample(150, threads).receipt.planted[0];
    EXPECT_EQ(many.found, one.found) << threads;
    EXPECT_EQ(many.compared, one.compared) << threads;
  }
}

// Of one holder without duplicates nothing is learnt, so nothing can be said of its copies.
TEST(PlantedRecallTest, IsSilentWhereThereIsNoPairToLearnFrom) {
  MainJob job(ContractTemplate("western"), 1, 3);
  Encode(job, "a", RandomPeople(100, 1), 50);
  job.Import("a");
  const engine::LinkReceipt receipt = job.Link();
  EXPECT_THAT(receipt.planted, IsEmpty());
  EXPECT_EQ(receipt.summary.keys_minted, 100U);
}

// Copies of records that have their key are told of again: by what this run decides.
TEST(PlantedRecallTest, CountsTheCopiesOfEarlierDataSets) {
  MainJob job(WesternByMean(), 1, 3);
  Encode(job, "a", RandomPeople(100, 1), 40);
  Encode(job, "b", RandomPeople(100, 2), 0);
  job.Import("a");
  const auto first = job.Link().planted;
  job.Import("b");
  const auto second = job.Link().planted;
  ASSERT_EQ(first.size(), 2U);
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(second[0].copies, 40U);
  EXPECT_EQ(second[0].found, first[0].found);
  EXPECT_EQ(second[1].holder, "a");
}

}  // namespace
}  // namespace musubi::flows
