// The same inputs and randomness give the same bytes, whatever the number of threads.
#include <gmock/gmock.h>

#include <map>

#include "core/contract_names.h"
#include "tests/flows/main_job.h"

namespace musubi::flows {
namespace {

// `count` people of whom two holders know the same ones, some with a typing error.
std::string PeopleCsv(int count, bool with_errors, std::uint64_t seed) {
  static constexpr const char* kGiven[] = {"Anna", "Bert", "Carla", "Dora", "Emil", "Frida"};
  static constexpr const char* kSurname[] = {"Abel", "Bauer", "Conrad", "Drews", "Ernst", "Fuchs"};
  std::mt19937_64 people(7);  // the same people for both holders
  std::mt19937_64 errors(seed);
  std::string csv = "id,given_name,surname,birth_date,sex,postcode\n";
  for (int i = 0; i < count; ++i) {
    std::string given =
        kGiven[people() % 6] + std::string(1, static_cast<char>('a' + people() % 26));
    std::string surname =
        kSurname[people() % 6] + std::string(1, static_cast<char>('a' + people() % 26));
    const std::string date = std::to_string(1930 + people() % 90) + "-0" +
                             std::to_string(1 + people() % 9) + "-1" +
                             std::to_string(people() % 10);
    const std::string postcode = std::to_string(10000 + people() % 80000);
    if (with_errors && errors() % 4 == 0) surname[1] = 'x';
    if (with_errors && errors() % 9 == 0) given.clear();
    csv += std::to_string(i) + ',' + given + ',' + surname + ',' + date + ",F," + postcode + '\n';
  }
  return csv;
}

// Every file that a run makes and somebody else reads, by name.
std::map<std::string, std::string> RunAll(int threads, CandidateMethod method) {
  constexpr int kPeople = 5000;  // several batches, blocks and tiles
  MainJob job(ContractTemplate("western"), threads, 42);
  job.Encode("hospital", PeopleCsv(kPeople, false, 1));
  job.Encode("insurer", PeopleCsv(kPeople, true, 2));
  job.Import("hospital");
  job.Import("insurer");
  const auto linked = job.Link({.candidates = method});
  EXPECT_GT(linked.summary.links, 3000U);
  MUSUBI_CHECK(engine::AddProject(&job.store(), "study", job.context()).ok());
  job.Release("study", "maps");
  std::map<std::string, std::string> files;
  for (const char* name : {"hospital.enc", "hospital.refs.csv", "insurer.enc", "insurer.refs.csv",
                           "insurer.rejects.csv", "maps/hospital.map.csv", "maps/insurer.map.csv",
                           "maps/manifest.json"}) {
    files[name] = BytesOf(job.File(name));
  }
  files["report"] = job.store().Report(1).value();
  files["compared"] = std::to_string(linked.summary.candidate_pairs);
  return files;
}

class DeterminismTest : public testing::TestWithParam<CandidateMethod> {};

TEST_P(DeterminismTest, OneTwoAndEightThreadsGiveTheSameBytes) {
  const auto one = RunAll(1, GetParam());
  EXPECT_EQ(one, RunAll(2, GetParam()));
  EXPECT_EQ(one, RunAll(8, GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Methods, DeterminismTest,
                         testing::Values(CandidateMethod::kAllPairs, CandidateMethod::kBlocks),
                         [](const auto& method) { return std::string(NameOf(method.param)); });

TEST(ImportOrderTest, DoesNotChangeWhoIsLinked) {
  const auto links_after = [](const std::vector<std::string>& order) {
    MainJob job(ContractTemplate("western"), 2, 42);
    job.Encode("hospital", PeopleCsv(600, false, 1));
    job.Encode("insurer", PeopleCsv(600, true, 2));
    for (const std::string& holder : order) job.Import(holder);
    job.Link();
    std::map<LinkageKey, std::vector<RecordRef>> persons;
    for (const auto& member : job.store().Members().value()) {
      persons[member.key].push_back(member.ref);
    }
    return persons;
  };
  EXPECT_EQ(links_after({"hospital", "insurer"}), links_after({"insurer", "hospital"}));
}

}  // namespace
}  // namespace musubi::flows
