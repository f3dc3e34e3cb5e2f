// The document and the page of a store: its numbers against plain loops, and nothing of one record.
#include "engine/report/report.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/ids.h"
#include "crypto/sha256.h"
#include "engine/report/filter_fill.h"
#include "tests/crypto/test_store_key.h"
#include "tests/storage/file_samples.h"
#include "tests/storage/store_fixture.h"

namespace musubi::engine {
namespace {

using nlohmann::json;
using storage::CodeOf;
using storage::EncodingFile;
using storage::EpochChange;
using storage::IsOk;
using storage::LinkStore;
using storage::RandomFile;
using storage::SmallContract;
using testing::HasSubstr;
using testing::Not;

class ReportTest : public testing::Test {
 protected:
  void Make(const Contract& contract) {
    ASSERT_TRUE(IsOk(LinkStore::Create(scratch_ / "store", crypto::TestStoreKey(), contract)));
    Result<LinkStore> opened = LinkStore::Open(scratch_ / "store", crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(opened));
    store_.emplace(std::move(opened).value());
  }

  void Import(const EncodingFile& file) {
    ASSERT_TRUE(IsOk(store_->Import(file)));
    files_.push_back(file);
  }

  json Document() { return json::parse(ReportDocument(&*store_, {}).value()); }

  storage::ScratchFolder scratch_;
  std::optional<LinkStore> store_;
  std::vector<EncodingFile> files_;
};

// A file whose records have `bits` more bits set in the first filter than random ones.
EncodingFile Fuller(EncodingFile file, std::size_t bits) {
  FilterColumn& filter = file.records.filters[0];
  for (std::size_t row = 0; row < file.records.rows(); ++row) {
    if (filter.present[row] == 0) continue;
    std::size_t added = 0;
    for (std::size_t bit = 0; bit < filter.bits.bits() && added < bits; ++bit) {
      if (filter.bits.Get(row, bit)) continue;
      filter.bits.Set(row, bit);
      ++added;
    }
  }
  filter.CountBits();
  return file;
}

TEST_F(ReportTest, OfANewStoreIsEmpty) {
  Make(SmallContract());
  const json document = Document();
  EXPECT_EQ(document["format"], "musubi-report");
  EXPECT_EQ(document["version"], 1);
  EXPECT_EQ(document["holders"], json::array());
  EXPECT_EQ(document["epochs"], json::array());
  EXPECT_EQ(document["review"], json::parse(R"({"decisions":1,"open":0,"proposals":[]})"));
  EXPECT_EQ(document["persons"]["total"], 0);
  EXPECT_EQ(document["state"]["epoch"], 0);
  EXPECT_EQ(document["state"]["unfinished_run"], false);
  EXPECT_EQ(document["state"]["digest"], crypto::ToHex(store_->StateDigest().value()));
  EXPECT_EQ(document["contract"]["fingerprint"],
            crypto::ToHex(crypto::FingerprintOf(SmallContract())));
}

TEST_F(ReportTest, CountsRecordsAndFiltersByHolder) {
  Make(SmallContract());
  Import(RandomFile(SmallContract(), "b", 60, 1));
  Import(RandomFile(SmallContract(), "a", 50, 2));
  Import(RandomFile(SmallContract(), "b", 30, 3));
  const json holders = Document()["holders"];
  ASSERT_EQ(holders.size(), 2U);
  EXPECT_EQ(holders[0]["holder"], "a");
  EXPECT_EQ(holders[0]["records"], 50);
  EXPECT_EQ(holders[1]["records"], 90);
  EXPECT_EQ(holders[1]["datasets"], 2);
  for (std::size_t f = 0; f < 2; ++f) {
    std::int64_t present = 0;
    for (const std::size_t file : {0U, 2U}) {
      present += std::ranges::count(files_[file].records.filters[f].present, 1);
    }
    EXPECT_EQ(holders[1]["filters"][f]["present"], present);
  }
}

// Over several chunks of the store and two files of one holder.
TEST_F(ReportTest, TellsMeanAndQuantilesOfSetBits) {
  Make(SmallContract());
  Import(RandomFile(SmallContract(), "a", 5000, 1));
  Import(RandomFile(SmallContract(), "a", 301, 2));
  std::vector<std::uint32_t> bits;
  for (const EncodingFile& file : files_) {
    const FilterColumn& filter = file.records.filters[0];
    for (std::size_t row = 0; row < file.records.rows(); ++row) {
      if (filter.present[row] != 0) bits.push_back(filter.popcounts[row]);
    }
  }
  std::ranges::sort(bits);
  double sum = 0;
  double squares = 0;
  for (const std::uint32_t b : bits) sum += b;
  const double mean = sum / static_cast<double>(bits.size());
  for (const std::uint32_t b : bits) squares += (b - mean) * (b - mean);
  const json fill = Document()["holders"][0]["filters"][0]["fill"];
  EXPECT_EQ(fill["mean"], std::llround(1000 * mean));
  EXPECT_NEAR(fill["deviation"].get<double>(),
              1000 * std::sqrt(squares / static_cast<double>(bits.size())), 1);
  for (std::size_t q = 0; q < kFillQuantiles.size(); ++q) {
    const std::size_t rank = (bits.size() * kFillQuantiles[q] + 99) / 100;
    EXPECT_EQ(fill["quantiles"][q], bits[rank - 1]) << kFillQuantiles[q];
  }
  EXPECT_FALSE(fill.contains("difference"));  // there is nobody to differ from
}

TEST_F(ReportTest, TellsNothingOfFewRecords) {
  Make(SmallContract());
  EncodingFile file = RandomFile(SmallContract(), "a", 40, 1);
  FilterColumn& filter = file.records.filters[0];
  for (std::size_t row = 0; row < 40; ++row) {
    filter.present[row] = row < kLeastFill - 1 ? 1 : 0;
    if (filter.present[row] == 0) {
      std::ranges::fill(filter.bits.row(row), 0);
    } else {
      filter.bits.Set(row, 0);
    }
    file.records.filters[1].present[row] = 1;
    file.records.filters[1].bits.Set(row, 0);
  }
  for (FilterColumn& column : file.records.filters) column.CountBits();
  Import(file);
  const json filters = Document()["holders"][0]["filters"];
  EXPECT_EQ(filters[0]["present"], kLeastFill - 1);
  EXPECT_FALSE(filters[0].contains("fill"));
  EXPECT_TRUE(filters[1].contains("fill"));
}

TEST_F(ReportTest, FlagsTheHolderThatIsUnlikeTheOthers) {
  Make(SmallContract());
  Import(RandomFile(SmallContract(), "a", 400, 1));
  Import(RandomFile(SmallContract(), "b", 400, 2));
  Import(RandomFile(SmallContract(), "c", 400, 3));
  json holders = Document()["holders"];
  for (const json& holder : holders) {
    EXPECT_EQ(holder["filters"][0]["fill"]["differs"], false) << holder["filters"][0];
    EXPECT_EQ(holder["filters"][1]["fill"]["differs"], false);
  }
  // Of 640 random bits some 320 +- 12.6 are set.
  Import(Fuller(RandomFile(SmallContract(), "d", 400, 4), 13));
  holders = Document()["holders"];
  EXPECT_EQ(holders[3]["filters"][0]["fill"]["differs"], true);
  EXPECT_NEAR(holders[3]["filters"][0]["fill"]["difference"].get<double>(), 1000, 200);
  EXPECT_EQ(holders[3]["filters"][1]["fill"]["differs"], false);
  for (std::size_t h = 0; h < 3; ++h) {  // the one odd holder does not make the others odd
    EXPECT_EQ(holders[h]["filters"][0]["fill"]["differs"], false) << h;
  }
}

// Neither is known to be right.
TEST_F(ReportTest, FlagsBothOfTwoHolders) {
  Make(SmallContract());
  Import(RandomFile(SmallContract(), "a", 400, 1));
  Import(Fuller(RandomFile(SmallContract(), "b", 400, 2), 13));
  Import(RandomFile(SmallContract(), "c", 90, 3));  // too few to be compared
  const json holders = Document()["holders"];
  const json& a = holders[0]["filters"][0]["fill"];
  const json& b = holders[1]["filters"][0]["fill"];
  EXPECT_EQ(a["differs"], true);
  EXPECT_EQ(b["differs"], true);
  EXPECT_EQ(a["difference"].get<int>(), -b["difference"].get<int>());
  EXPECT_FALSE(holders[2]["filters"][0]["fill"].contains("difference"));
}

// A small difference of many records is not chance, but small all the same.
TEST_F(ReportTest, ASmallDifferenceIsNoFlag) {
  Make(SmallContract());
  Import(RandomFile(SmallContract(), "a", 9000, 1));
  Import(Fuller(RandomFile(SmallContract(), "b", 9000, 2), 1));
  const json fill = Document()["holders"][1]["filters"][0]["fill"];
  EXPECT_GT(fill["difference"].get<int>(), 30);
  EXPECT_EQ(fill["differs"], false);
}

TEST_F(ReportTest, CountsPersonsByRecordsAndHolders) {
  Make(SmallContract());
  Import(RandomFile(SmallContract(), "a", 4, 1));
  Import(RandomFile(SmallContract(), "b", 4, 2));
  Import(RandomFile(SmallContract(), "c", 2, 3));
  std::mt19937_64 random(9);
  std::vector<LinkageKey> keys(5);
  for (LinkageKey& key : keys) key = storage::RandomId<LinkageKey>(&random);
  EpochChange run;
  const auto add = [&](std::size_t file, std::size_t row, std::size_t key) {
    run.members.push_back(
        {files_[file].records.refs[row], keys[key], static_cast<std::uint32_t>(file + 1), 1});
  };
  add(0, 0, 0), add(1, 0, 0), add(2, 0, 0);  // one at each holder
  add(0, 1, 1), add(0, 2, 1), add(0, 3, 1), add(1, 1, 1);
  add(1, 2, 2), add(1, 3, 3), add(2, 1, 4);
  run.summary.epoch = 1;
  run.summary.records = run.summary.new_records = run.members.size();
  run.summary.threshold = "4/5";
  run.report = R"({"persons":5})";
  ASSERT_TRUE(IsOk(store_->CommitEpoch(std::move(run))));
  const json document = Document();
  const json& persons = document["persons"];
  EXPECT_EQ(persons["total"], 5);
  EXPECT_EQ(persons["by_records"], json::parse(R"([{"persons":3,"records":1},
      {"persons":1,"records":3},{"persons":1,"records":4}])"));
  EXPECT_EQ(persons["by_holders"], json::parse(R"([{"holders":1,"persons":3},
      {"holders":2,"persons":1},{"holders":3,"persons":1}])"));
  EXPECT_EQ(persons["overlap"], json::parse("[[2,2,1],[2,4,1],[1,1,2]]"));
  EXPECT_EQ(document["holders"][0]["persons"], 2);
  EXPECT_EQ(document["holders"][0]["repeated_persons"], 1);
  EXPECT_EQ(document["holders"][1]["repeated_persons"], 0);
  EXPECT_EQ(document["epochs"][0]["report"], json::parse(R"({"persons":5})"));
  EXPECT_EQ(document["epochs"][0]["threshold"], "4/5");
}

// One is proposed and stays open, one is accepted, one waits for another reviewer.
TEST_F(ReportTest, CountsProposalsByWhatBecameOfThem) {
  Make(SmallContract());
  Import(RandomFile(SmallContract(), "a", 30, 1));
  EpochChange run = storage::NextRun(&*store_, 5).value();
  storage::Proposal next = run.proposals[0];
  const auto add = [&](storage::ProposalReason reason, bool splits) {
    ++next.id;
    next.reason = reason;
    next.whole = false;
    if (splits) next.to = LinkageKey();
    run.proposals.push_back(next);
  };
  add(storage::ProposalReason::kReclustered, false);
  add(storage::ProposalReason::kTwin, true);
  add(storage::ProposalReason::kTwin, true);
  run.summary.proposals = run.proposals.size();
  ASSERT_TRUE(IsOk(store_->CommitEpoch(run)));
  EpochChange review;
  review.summary.epoch = 2;
  review.summary.kind = storage::EpochKind::kReview;
  review.decisions = {{2, 2, storage::Verdict::kAccept, true, "ann", ""},
                      {2, 3, storage::Verdict::kReject, false, "ann", "her secret"}};
  ASSERT_TRUE(IsOk(store_->CommitEpoch(review)));
  const json document = Document();
  EXPECT_EQ(document["review"], json::parse(R"({"decisions":1,"open":3,"proposals":[
      {"reason":"reclustered","change":"merge","open":1,"half_decided":0,"accepted":0,
       "rejected":0,"withdrawn":0},
      {"reason":"reclustered","change":"move","open":0,"half_decided":0,"accepted":1,
       "rejected":0,"withdrawn":0},
      {"reason":"twin","change":"split","open":2,"half_decided":1,"accepted":0,
       "rejected":0,"withdrawn":0}]})"));
  EXPECT_EQ(document["epochs"][1]["kind"], "review");
  EXPECT_EQ(document.dump().find("secret"), std::string::npos);  // what reviewers write stays
}

// The last twelve are whole; of earlier ones what is long is left out.
TEST_F(ReportTest, HasWholeReportsOfTheLastRuns) {
  Make(SmallContract());
  Import(RandomFile(SmallContract(), "a", 30, 1));
  for (std::uint64_t epoch = 1; epoch <= 14; ++epoch) {
    EpochChange run;
    run.summary.epoch = epoch;
    run.summary.threshold = "4/5";
    run.report = R"({"learned":{},"persons":)" + std::to_string(epoch) + R"(,"scores":[]})";
    ASSERT_TRUE(IsOk(store_->CommitEpoch(std::move(run))));
  }
  const json runs = Document()["epochs"];
  ASSERT_EQ(runs.size(), 14U);
  for (std::size_t i = 0; i < 14; ++i) {
    EXPECT_EQ(runs[i]["report"]["persons"], i + 1);
    EXPECT_EQ(runs[i]["report"].contains("learned"), i >= 2) << i;
    EXPECT_EQ(runs[i]["report"].contains("scores"), i >= 2) << i;
  }
}

TEST_F(ReportTest, AReportThatIsNoJsonIsRefused) {
  Make(SmallContract());
  EpochChange run;
  run.summary.epoch = 1;
  run.summary.threshold = "4/5";
  run.report = "[]";
  ASSERT_TRUE(IsOk(store_->CommitEpoch(std::move(run))));
  EXPECT_EQ(CodeOf(ReportDocument(&*store_, {})), static_cast<int>(ErrorCode::kInternal));
}

TEST_F(ReportTest, OfTheSameStoreIsTheSameBytes) {
  Make(SmallContract());
  Import(RandomFile(SmallContract(), "a", 3000, 1));
  ASSERT_TRUE(IsOk(store_->CommitEpoch(storage::NextRun(&*store_, 5).value())));
  ExecContext many;
  many.threads = 8;
  EXPECT_EQ(ReportDocument(&*store_, {}).value(), ReportDocument(&*store_, many).value());
}

TEST_F(ReportTest, CanBeInterrupted) {
  Make(SmallContract());
  Import(RandomFile(SmallContract(), "a", 5000, 1));
  const std::atomic<bool> stop = true;
  ExecContext context;
  context.stop = &stop;
  EXPECT_EQ(CodeOf(ReportDocument(&*store_, context)), static_cast<int>(ErrorCode::kInterrupted));
}

// In each form in which bytes are written.
TEST_F(ReportTest, PageHasNothingOfOneRecord) {
  Make(SmallContract());
  Import(RandomFile(SmallContract(), "a", 200, 1));
  Import(RandomFile(SmallContract(), "b", 200, 2));
  ASSERT_TRUE(IsOk(store_->CommitEpoch(storage::NextRun(&*store_, 5).value())));
  const std::string page = ReportPage(ReportDocument(&*store_, {}).value());
  const auto expect_absent = [&](const auto& id) {
    EXPECT_EQ(page.find(ToHex(id)), std::string::npos);
    const std::string raw(id.bytes.begin(), id.bytes.end());
    EXPECT_EQ(page.find(raw), std::string::npos);
  };
  for (const auto& member : store_->Members().value()) {
    expect_absent(member.ref);
    expect_absent(member.key);
  }
  for (const EncodingFile& file : files_) {
    for (const auto& pass : file.records.tokens) {
      for (const BlockToken& token : pass) {
        if (!token.is_none()) expect_absent(token);
      }
    }
  }
}

TEST(ReportPageTest, HoldsTheDocumentAsData) {
  const std::string page = ReportPage(R"({"name":"</script><script>alert(1)//<!--"})");
  EXPECT_THAT(page, HasSubstr(R"({"name":"\u003c/script>\u003cscript>alert(1)//\u003c!--"})"));
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("MUSUBI_REPORT_DOCUMENT")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("SCRIPT_HASH")));
  constexpr std::size_t kMostBytes = 1'000'000;
  EXPECT_LT(page.size(), kMostBytes);
}

}  // namespace
}  // namespace musubi::engine
