// What two researchers who put their tables side by side can learn by ids, order and size: nothing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/project_id.h"
#include "engine/attach/payload.h"
#include "engine/open/open.h"
#include "engine/release/projects.h"
#include "tests/engine/release_parties.h"
#include "tests/flows/main_job.h"
#include "tests/storage/store_fixture.h"

namespace musubi::flows {
namespace {

constexpr std::size_t kPersons = 100'000;
constexpr std::uint64_t kSeed = 20261130;

// A matcher that knows nothing has one hit in the mean, whatever it guesses: each guess is right
// with a chance of 1 / kPersons. 16 or more happen once in 2 x 10^13 runs (Poisson).
constexpr std::size_t kMostByChance = 15;

// A researcher's table: ids in the order of its rows, and whose they are, which he does not know.
struct Table {
  std::vector<std::string> ids;
  std::vector<std::size_t> persons;
};

// Row of one table -> row of the other that is guessed to be the same person's.
using Guess = std::vector<std::size_t>;

std::size_t Hits(const Table& one, const Table& two, const Guess& guess) {
  std::size_t hits = 0;
  for (std::size_t row = 0; row < guess.size(); ++row) {
    hits += one.persons[row] == two.persons[guess[row]] ? 1 : 0;
  }
  return hits;
}

std::vector<std::size_t> SortedRows(const Table& table) {
  std::vector<std::size_t> rows(table.ids.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::ranges::sort(rows, {}, [&](std::size_t row) { return std::string_view(table.ids[row]); });
  return rows;
}

Guess ByPosition(const Table& one, const Table& /*two*/) {
  Guess guess(one.ids.size());
  std::iota(guess.begin(), guess.end(), std::size_t{0});
  return guess;
}

Guess ByReversedPosition(const Table& one, const Table& two) {
  Guess guess = ByPosition(one, two);
  std::ranges::reverse(guess);
  return guess;
}

// The row of the same rank among the sorted ids.
Guess ByRank(const Table& one, const Table& two) {
  const auto first = SortedRows(one);
  const auto second = SortedRows(two);
  Guess guess(one.ids.size());
  for (std::size_t rank = 0; rank < first.size(); ++rank) guess[first[rank]] = second[rank];
  return guess;
}

// The row whose id has the longest prefix in common: it is a neighbour among the sorted ids. Of an
// equal id that is the row itself.
Guess ByPrefix(const Table& one, const Table& two) {
  const auto rows = SortedRows(two);
  const auto common = [](std::string_view left, std::string_view right) {
    return std::ranges::mismatch(left, right).in1 - left.begin();
  };
  Guess guess;
  for (const std::string& id : one.ids) {
    auto next = std::ranges::lower_bound(rows, std::string_view(id), {}, [&](std::size_t row) {
      return std::string_view(two.ids[row]);
    });
    if (next == rows.end()) --next;
    if (next != rows.begin() && common(two.ids[*(next - 1)], id) > common(two.ids[*next], id)) {
      --next;
    }
    guess.push_back(*next);
  }
  return guess;
}

constexpr std::pair<const char*, Guess (*)(const Table&, const Table&)> kMatchers[] = {
    {"position", ByPosition},
    {"reversed position", ByReversedPosition},
    {"rank", ByRank},
    {"prefix", ByPrefix}};

std::size_t EqualIds(const Table& one, const Table& two) {
  std::vector<std::string> left = one.ids;
  std::vector<std::string> right = two.ids;
  std::ranges::sort(left);
  std::ranges::sort(right);
  std::vector<std::string> both;
  std::ranges::set_intersection(left, right, std::back_inserter(both));
  return both.size();
}

// Persons whose ids agree in the `place`th symbol.
std::size_t EqualSymbols(const Table& one, const Table& two, std::size_t place) {
  std::unordered_map<std::size_t, char> symbols;
  for (std::size_t row = 0; row < two.ids.size(); ++row) {
    symbols[two.persons[row]] = two.ids[row][place];
  }
  std::size_t equal = 0;
  for (std::size_t row = 0; row < one.ids.size(); ++row) {
    equal += symbols.at(one.persons[row]) == one.ids[row][place] ? 1 : 0;
  }
  return equal;
}

// One holder's records, released for two projects and handed on by the holder: all that the two
// researchers get.
class TwoProjectsTest : public testing::Test {
 protected:
  // Makes the store, both releases and both payloads once.
  static void SetUpTestSuite() {
    folder_ = new ScratchFolder;
    const Contract& contract = engine::WesternContract();
    MUSUBI_CHECK(storage::LinkStore::Create(*folder_ / "store", crypto::TestStoreKey(), contract,
                                            {.approvals = 0})
                     .ok());
    auto store = storage::LinkStore::Open(*folder_ / "store", crypto::TestStoreKey()).value();
    const auto file = storage::RandomFile(contract, "alpha", kPersons, kSeed);
    MUSUBI_CHECK(store.Import(file).ok());
    MUSUBI_CHECK(store.CommitEpoch(storage::NextRun(&store, kSeed).value()).ok());
    WriteHolderFiles({file.records.refs.begin(), file.records.refs.end()});
    SeededRandom random(kSeed);
    for (const std::string project : {"one", "two"}) {
      ExecContext context;
      context.random = &random;
      MUSUBI_CHECK(engine::AddProject(&store, project, context).ok());
      MUSUBI_CHECK(engine::Release(&store, {project, *folder_ / project}, context).ok());
      HandOn(project, &random);
    }
  }
  static void TearDownTestSuite() { delete folder_; }

  // The holder's rows, in the order of its ids; its references are random.
  static void WriteHolderFiles(std::vector<RecordRef> refs) {
    std::mt19937_64 shuffle(kSeed);
    std::ranges::shuffle(refs, shuffle);
    std::string refs_text = "record_ref,holder,local_id\n";
    std::string rows = "id,dose\n";
    for (std::size_t person = 0; person < refs.size(); ++person) {
      const std::string id = "p" + std::to_string(kPersons + person);
      refs_text += ToHex(refs[person]) + ",alpha," + id + '\n';
      rows += id + ',' + std::to_string(kPersons + person) + '\n';
    }
    WriteText(*folder_ / "refs.csv", refs_text);
    WriteText(*folder_ / "rows.csv", rows);
  }

  static void HandOn(const std::string& project, RandomSource* random) {
    engine::SealedMap map;
    map.application = engine::SampleApplication();
    map.document = engine::MapOf(map.application, kPersons);
    map.table.file = *folder_ / project / "alpha.map.csv";
    engine::PayloadRequest request;
    request.rows = *folder_ / "rows.csv";
    request.id_column = "id";
    request.refs = {*folder_ / "refs.csv"};
    request.holder = &crypto::Alpha();
    request.researcher = &engine::Researcher().certificate();
    request.output = *folder_ / (project + ".pkg");
    storage::At now;
    ExecContext context = now.context();
    context.random = random;
    const auto sent =
        engine::AttachPayload(std::move(map), request, engine::WesternContract(), context);
    MUSUBI_CHECK(sent.ok());
    engine::OpenRequest open;
    open.packages = {request.output};
    open.researcher = &engine::Researcher();
    open.trusted = {crypto::Alpha().certificate()};
    open.output = *folder_ / (project + ".csv");
    MUSUBI_CHECK(engine::OpenPayloads(open, context).ok());
  }

  // The researcher's table; the dose tells this test who is who.
  static Table TableOf(const std::string& project) {
    std::istringstream text(BytesOf(*folder_ / (project + ".csv")));
    Table table;
    std::string line;
    std::getline(text, line);
    MUSUBI_CHECK(line == "project_id,holder,dose");
    while (std::getline(text, line)) {
      table.ids.push_back(line.substr(0, line.find(',')));
      table.persons.push_back(std::stoul(line.substr(line.rfind(',') + 1)));
    }
    MUSUBI_CHECK(table.ids.size() == kPersons);
    return table;
  }

  static ScratchFolder* folder_;
};

ScratchFolder* TwoProjectsTest::folder_ = nullptr;

TEST_F(TwoProjectsTest, MatchNoBetterThanByChance) {
  const Table one = TableOf("one");
  const Table two = TableOf("two");
  EXPECT_EQ(EqualIds(one, two), 0U);
  for (const auto& [name, matcher] : kMatchers) {
    EXPECT_LE(Hits(one, two, matcher(one, two)), kMostByChance) << "by " << name;
  }
}

// No symbol of an id agrees with that of the same person elsewhere more often than of another.
TEST_F(TwoProjectsTest, NoPartOfAnIdTellsOfTheOther) {
  const Table one = TableOf("one");
  const Table two = TableOf("two");
  constexpr std::size_t kCheckSymbol = 24;
  for (std::size_t place = 0; place <= kCheckSymbol; ++place) {
    if (one.ids[0][place] == '-') continue;
    const double share = 1.0 / (place == kCheckSymbol ? 37 : 32);
    const double expected = share * kPersons;
    const double deviation = std::sqrt(expected * (1 - share));
    EXPECT_NEAR(static_cast<double>(EqualSymbols(one, two, place)), expected, 7 * deviation)
        << "symbol " << place;
  }
}

// The packages are of one size, whoever's rows come first; what lies open of them is random.
TEST_F(TwoProjectsTest, SizesOfPackagesTellNothing) {
  const auto one = storage::ReadUnverifiedManifest(*folder_ / "one.pkg").value();
  const auto two = storage::ReadUnverifiedManifest(*folder_ / "two.pkg").value();
  EXPECT_EQ(one.content_bytes, two.content_bytes);
  ASSERT_EQ(one.parts.size(), two.parts.size());
  for (std::size_t i = 0; i < one.parts.size(); ++i) {
    EXPECT_EQ(one.parts[i].bytes, two.parts[i].bytes);
    EXPECT_NE(one.parts[i].sha256, two.parts[i].sha256);
  }
  EXPECT_NE(one.content_sha256, two.content_sha256);
}

// The same matchers find what a release that is broken gives away.
TEST_F(TwoProjectsTest, TheMatchersFindABrokenRelease) {
  const Table one = TableOf("one");
  const Table two = TableOf("two");
  // Rows in the holder's order.
  Table ordered_one = one;
  Table ordered_two = two;
  for (Table* table : {&ordered_one, &ordered_two}) {
    std::vector<std::size_t> rows(kPersons);
    for (std::size_t row = 0; row < kPersons; ++row) rows[table->persons[row] - kPersons] = row;
    Table ordered;
    for (const std::size_t row : rows) {
      ordered.ids.push_back(table->ids[row]);
      ordered.persons.push_back(table->persons[row]);
    }
    *table = ordered;
  }
  EXPECT_EQ(Hits(ordered_one, ordered_two, ByPosition(ordered_one, ordered_two)), kPersons);
  // One key for both projects.
  EXPECT_EQ(EqualIds(one, ordered_one), kPersons);
  EXPECT_EQ(Hits(one, ordered_one, ByPrefix(one, ordered_one)), kPersons);
  EXPECT_EQ(Hits(one, ordered_one, ByRank(one, ordered_one)), kPersons);
  // Ids that keep part of another's.
  Table kept = two;
  std::unordered_map<std::size_t, std::string> id_of;
  for (std::size_t row = 0; row < kPersons; ++row) id_of[one.persons[row]] = one.ids[row];
  for (std::size_t row = 0; row < kPersons; ++row) {
    kept.ids[row].replace(0, 4, id_of[kept.persons[row]].substr(0, 4));
  }
  EXPECT_GT(Hits(one, kept, ByPrefix(one, kept)), 100 * kMostByChance);
}

}  // namespace
}  // namespace musubi::flows
