#include "storage/encoding_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>

#include "encoding_samples.h"
#include "file_samples.h"

namespace musubi::storage {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Written(const std::filesystem::path& file, const Contract& contract,
                    const EncodingSet& set) {
  auto out = AtomicFile::Create(file, Overwrite::kReplace, 0644);
  EXPECT_TRUE(out.ok());
  EXPECT_TRUE(WriteEncodingFile(SampleManifest(contract, set.rows()), contract, RowsOf(set),
                                NoCopies(contract), &out.value())
                  .ok());
  EXPECT_TRUE(out.value().Commit().ok());
  return ReadWhole(file);
}

// The same with planted copies.
std::string Written(const std::filesystem::path& file, const Contract& contract,
                    const EncodingSet& set, const EncodingSet& planted) {
  auto out = AtomicFile::Create(file, Overwrite::kReplace, 0644);
  EXPECT_TRUE(out.ok());
  EXPECT_TRUE(WriteEncodingFile(SampleManifest(contract, set.rows(), planted.rows()), contract,
                                RowsOf(set), RowsOf(planted), &out.value())
                  .ok());
  EXPECT_TRUE(out.value().Commit().ok());
  return ReadWhole(file);
}

// The rows of `set` in another order.
EncodingSet Reordered(const EncodingSet& set, const Contract& contract,
                      const std::vector<std::size_t>& order) {
  EncodingSet other = MakeEncodingSet(contract.filter_bits(), set.tokens.size());
  other.Resize(set.rows());
  for (std::size_t to = 0; to < order.size(); ++to) {
    const std::size_t from = order[to];
    other.refs[to] = set.refs[from];
    for (std::size_t f = 0; f < set.filters.size(); ++f) {
      std::ranges::copy(set.filters[f].bits.row(from), other.filters[f].bits.row(to).begin());
      other.filters[f].present[to] = set.filters[f].present[from];
      other.filters[f].popcounts[to] = set.filters[f].popcounts[from];
    }
    for (std::size_t p = 0; p < set.tokens.size(); ++p) {
      other.tokens[p][to] = set.tokens[p][from];
    }
  }
  return other;
}

EncodingSet SortedByRef(const EncodingSet& set, const Contract& contract) {
  std::vector<std::size_t> order(set.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t row) { return set.refs[row]; });
  return Reordered(set, contract, order);
}

void ExpectEqual(const EncodingSet& left, const EncodingSet& right) {
  EXPECT_EQ(left.refs, right.refs);
  EXPECT_EQ(left.tokens, right.tokens);
  ASSERT_EQ(left.filters.size(), right.filters.size());
  for (std::size_t f = 0; f < left.filters.size(); ++f) {
    EXPECT_EQ(left.filters[f].present, right.filters[f].present);
    EXPECT_EQ(left.filters[f].popcounts, right.filters[f].popcounts);
    ASSERT_EQ(left.filters[f].bits.rows(), right.filters[f].bits.rows());
    for (std::size_t row = 0; row < left.rows(); ++row) {
      EXPECT_TRUE(
          std::ranges::equal(left.filters[f].bits.row(row), right.filters[f].bits.row(row)));
    }
  }
}

struct Member {
  std::string name;
  std::size_t begin = 0;  // of its data
  std::string data;
};

// A plain reader of ustar, so that these tests do not ask the code under test.
std::vector<Member> MembersOf(const std::string& tar) {
  std::vector<Member> members;
  for (std::size_t at = 0; at + 512 <= tar.size() && tar[at] != '\0';) {
    const std::size_t size = std::stoul(tar.substr(at + 124, 11), nullptr, 8);
    members.push_back({tar.c_str() + at, at + 512, tar.substr(at + 512, size)});
    at += 512 + (size + 511) / 512 * 512;
  }
  return members;
}

class EncodingFileTest : public ::testing::Test {
 protected:
  const ScratchFolder folder_;
  const std::filesystem::path file_ = folder_ / "a.enc";
};

TEST_F(EncodingFileTest, ReadsBackWhatWasWritten) {
  for (const std::size_t passes : {0U, 1U, 3U}) {
    for (const std::size_t rows : {1U, 2U, 2000U}) {  // 2,000: more than one chunk
      const Contract contract = SampleContract(passes);
      const EncodingSet set = SampleSet(contract, rows);
      const std::string bytes = Written(file_, contract, set);
      const auto read = ReadEncodingFile(file_, contract);
      ASSERT_TRUE(read.ok()) << read.error().message;
      ExpectEqual(read.value().records, SortedByRef(set, contract));
      const EncodingManifest& manifest = read.value().manifest;
      EXPECT_EQ(manifest.holder, "hospital-a");
      EXPECT_TRUE(manifest.declares_duplicates);
      EXPECT_EQ(manifest.contract, crypto::FingerprintOf(contract));
      EXPECT_EQ(manifest.key_check, SampleManifest(contract, rows).key_check);
      EXPECT_EQ(manifest.records, rows);
    }
  }
}

TEST_F(EncodingFileTest, ReadsBackPlantedCopies) {
  for (const std::size_t passes : {0U, 2U}) {
    for (const std::size_t copies : {1U, 1500U}) {  // more than one chunk
      const Contract contract = SampleContract(passes);
      const EncodingSet set = SampleSet(contract, 2000);
      const EncodingSet planted = SampleCopies(contract, set, copies);
      Written(file_, contract, set, planted);
      const auto read = ReadEncodingFile(file_, contract);
      ASSERT_TRUE(read.ok()) << read.error().message;
      EXPECT_EQ(read.value().manifest.records, 2000U);
      EXPECT_EQ(read.value().manifest.planted, copies);
      ExpectEqual(read.value().records, SortedByRef(set, contract));
      ExpectEqual(read.value().planted, SortedByRef(planted, contract));
    }
  }
}

// All that a file says of its records is what it says without copies.
TEST_F(EncodingFileTest, CopiesComeAfterTheRecordsAndChangeNoneOfTheirArrays) {
  const Contract contract = SampleContract();
  const EncodingSet set = SampleSet(contract, 9);
  const auto without = MembersOf(Written(file_, contract, set));
  const auto with = MembersOf(Written(file_, contract, set, SampleCopies(contract, set, 4)));
  ASSERT_EQ(with.size(), 11U);
  for (std::size_t i = 1; i < without.size(); ++i) {
    EXPECT_EQ(with[i].name, without[i].name);
    EXPECT_EQ(with[i].data, without[i].data);
    EXPECT_EQ(with[i + 5].name, "planted/" + without[i].name);
  }
  const auto json = nlohmann::json::parse(with[0].data);
  EXPECT_EQ(json["planted"], 4);
  EXPECT_FALSE(nlohmann::json::parse(without[0].data).contains("planted"));
}

TEST_F(EncodingFileTest, NeverWritesACopyOfNoRecord) {
  const Contract contract = SampleContract();
  const EncodingSet set = SampleSet(contract, 3);
  EncodingSet planted = SampleCopies(contract, set, 2);
  planted.refs[1].bytes[0] ^= 1;
  EXPECT_DEATH(Written(file_, contract, set, planted), "internal error");
}

TEST_F(EncodingFileTest, TheSameRecordsInAnyOrderGiveTheSameBytes) {
  const Contract contract = SampleContract();
  const EncodingSet set = SampleSet(contract, 200);
  const std::string bytes = Written(file_, contract, set);
  EXPECT_EQ(Written(folder_ / "again.enc", contract, set), bytes);

  constexpr std::uint32_t kSeed = 7;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937 random(kSeed);
  std::vector<std::size_t> order(set.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (int round = 0; round < 5; ++round) {
    std::ranges::shuffle(order, random);
    EXPECT_EQ(Written(file_, contract, Reordered(set, contract, order)), bytes);
  }
}

// The bytes of format version 1 are permanent: a change of this digest is a change of the format.
TEST_F(EncodingFileTest, BytesAreThoseOfVersionOne) {
  const Contract contract = SampleContract();
  const std::string bytes = Written(file_, contract, SampleSet(contract, 5));
  EXPECT_EQ(crypto::ToHex(crypto::Sha256(
                std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()))),
            "40a0a891ff79a2857a8468e36e9a8b9f47a559dfc9a8744e1977361262b2127d");
}

TEST_F(EncodingFileTest, BytesWithCopiesAreThoseOfVersionOne) {
  const Contract contract = SampleContract();
  const EncodingSet set = SampleSet(contract, 5);
  const std::string bytes = Written(file_, contract, set, SampleCopies(contract, set, 2));
  EXPECT_EQ(crypto::ToHex(crypto::Sha256(
                std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()))),
            "09c7da1692a61bfaf4e53790f0ab105fe2cd338756a8c4af0248eb66439a471c");
}

TEST_F(EncodingFileTest, IsATarOfTheSpecifiedMembers) {
  const Contract contract = SampleContract();
  const std::string bytes = Written(file_, contract, SampleSet(contract, 3));
  std::vector<std::string> names;
  std::size_t end = 0;
  for (const Member& member : MembersOf(bytes)) {
    names.push_back(member.name);
    end = member.begin + (member.data.size() + 511) / 512 * 512;
    EXPECT_EQ(member.begin % 64, 0U);
    const std::string header = bytes.substr(member.begin - 512, 512);
    EXPECT_EQ(header.substr(100, 6), "000644");                // mode
    EXPECT_EQ(header.substr(136, 11), "00000000000");          // mtime
    EXPECT_EQ(header[156], '0');                               // a regular file
    EXPECT_EQ(header.substr(265, 64), std::string(64, '\0'));  // user and group
  }
  EXPECT_THAT(names, ElementsAre("manifest.json", "refs.npy", "filters/names.npy",
                                 "filters/birth.npy", "presence.npy", "tokens.npy"));
  EXPECT_EQ(bytes.substr(end), std::string(1024, '\0'));
}

TEST_F(EncodingFileTest, ArraysAreNpyOfTheSpecifiedShape) {
  const Contract contract = SampleContract();
  const EncodingSet set = SortedByRef(SampleSet(contract, 3), contract);
  const auto members = MembersOf(Written(file_, contract, set));
  const std::vector<std::string> shapes = {"(3, 16)", "(3, 64)", "(3, 128)", "(3, 2)",
                                           "(3, 2, 16)"};
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    EXPECT_THAT(members[i + 1].data.substr(0, 128), HasSubstr("'shape': " + shapes[i] + ", }"));
  }
  const std::string& birth = members[3].data;
  for (std::size_t row = 0; row < 3; ++row) {
    EXPECT_EQ(birth.substr(128 + 128 * row, 128),
              std::string(reinterpret_cast<const char*>(set.filters[1].bits.row(row).data()), 128));
    EXPECT_EQ(members[4].data[128 + 2 * row + 1], set.filters[1].present[row]);
    EXPECT_EQ(members[5].data.substr(128 + 32 * row + 16, 16),
              std::string(set.tokens[1][row].bytes.begin(), set.tokens[1][row].bytes.end()));
  }
}

TEST_F(EncodingFileTest, ManifestIsCanonicalJsonWithADigestOfEachPart) {
  const Contract contract = SampleContract();
  const EncodingSet set = SampleSet(contract, 9);
  const auto members = MembersOf(Written(file_, contract, set));
  const std::string& text = members[0].data;
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json.dump() + "\n", text);
  EXPECT_EQ(json["format"], "musubi-encoding");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["contract_name"], "sample");
  EXPECT_EQ(json["records"], 9);
  EXPECT_EQ(json["key_check"]["key"], "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a");
  EXPECT_EQ(json["present"]["names"], std::ranges::count(set.filters[0].present, 1));
  ASSERT_EQ(json["parts"].size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    const std::string& data = members[i + 1].data;
    EXPECT_EQ(json["parts"][i]["name"], members[i + 1].name);
    EXPECT_EQ(json["parts"][i]["bytes"], data.size());
    EXPECT_EQ(json["parts"][i]["sha256"],
              crypto::ToHex(crypto::Sha256(
                  std::span(reinterpret_cast<const std::uint8_t*>(data.data()), data.size()))));
  }
}

TEST_F(EncodingFileTest, DigestIsThatOfTheManifest) {
  const Contract contract = SampleContract();
  const std::string text = MembersOf(Written(file_, contract, SampleSet(contract, 3)))[0].data;
  const auto read = ReadEncodingFile(file_, contract);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(
      read.value().digest,
      crypto::Sha256(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())));
}

TEST_F(EncodingFileTest, RefusesAnotherContractAndGivesBothFingerprints) {
  const Contract contract = SampleContract(2, "mine");
  const Contract other = SampleContract(2, "theirs");
  Written(file_, contract, SampleSet(contract, 3));
  const auto read = ReadEncodingFile(file_, other);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kContract);
  EXPECT_THAT(read.error().message, AllOf(HasSubstr(crypto::ToHex(crypto::FingerprintOf(contract))),
                                          HasSubstr(crypto::ToHex(crypto::FingerprintOf(other))),
                                          HasSubstr("mine"), HasSubstr("theirs")));
}

TEST_F(EncodingFileTest, ShowsItsManifestIndented) {
  const Contract contract = SampleContract();
  Written(file_, contract, SampleSet(contract, 3));
  const auto text = ReadEncodingManifest(file_);
  ASSERT_TRUE(text.ok()) << text.error().message;
  EXPECT_THAT(text.value(), HasSubstr("\n  \"holder\": \"hospital-a\",\n"));
}

TEST_F(EncodingFileTest, RefusesWhatIsNoFile) {
  for (const auto& path : {folder_.path(), folder_ / "none", std::filesystem::path("/dev/null")}) {
    for (const auto& error :
         {ReadEncodingFile(path, SampleContract()).error(), ReadEncodingManifest(path).error()}) {
      EXPECT_EQ(error.code, ErrorCode::kNoInput) << error.message;
    }
  }
}

// 1.4 MB through a buffer of 256 KiB: the disk fills up within and between members, and at Commit.
TEST_F(EncodingFileTest, ReportsAFullDiskAndLeavesNothing) {
  const Contract contract = SampleContract();
  const EncodingSet set = SampleSet(contract, 6000);
  const std::size_t whole = Written(folder_ / "whole.enc", contract, set).size();
  std::filesystem::remove(folder_ / "whole.enc");
  for (std::size_t limit = 0; limit < whole; limit += 37'000) {
    Status written;
    {
      auto out = AtomicFile::Create(file_, Overwrite::kRefuse, 0644);
      ASSERT_TRUE(out.ok());
      const FailingDisk full(limit);
      written = WriteEncodingFile(SampleManifest(contract, set.rows()), contract, RowsOf(set),
                                  NoCopies(contract), &out.value());
      if (written.ok()) written = out.value().Commit();
    }
    ASSERT_FALSE(written.ok()) << limit;
    EXPECT_EQ(written.error().code, ErrorCode::kIo);
    EXPECT_THAT(written.error().message, HasSubstr("File too large"));
    EXPECT_THAT(folder_.Names(), testing::IsEmpty());
  }
}

// Bits that a reader would refuse are found before they are written: a filter that is there needs
// one, and none may lie beyond its width of 128.
TEST_F(EncodingFileTest, NeverWritesBitsThatAReaderRefuses) {
  constexpr std::size_t kRows = 3;
  const Contract contract = SampleContract();
  const EncodingSet set = SampleSet(contract, kRows);
  EncodedRows rows = RowsOf(set);
  std::vector<std::uint64_t> words(set.filters[0].bits.stride_words(), 0);
  rows.filters[0].words[1] = words.data();
  const auto write = [&] {
    auto out = AtomicFile::Create(file_, Overwrite::kRefuse, 0644);
    return out.ok() && WriteEncodingFile(SampleManifest(contract, kRows), contract, rows,
                                         NoCopies(contract), &out.value())
                           .ok();
  };
  EXPECT_DEATH(write(), "internal error");
  words[1] = std::uint64_t{1} << 63;
  EXPECT_TRUE(write());
  for (const std::size_t word : {2U, 7U}) {
    words[word] = 1;
    EXPECT_DEATH(write(), "internal error");
    words[word] = 0;
  }
}

// What is sealed is sent as a stream: the same file, without going back.
TEST(EncodingStreamTest, HasTheSameBytes) {
  const ScratchFolder folder;
  const Contract contract = SampleContract();
  for (const std::size_t rows : {1U, 7U, 1000U}) {
    const EncodingSet set = SampleSet(contract, rows);
    std::string streamed;
    const Status status =
        StreamEncodingFile(SampleManifest(contract, rows), contract, RowsOf(set),
                           NoCopies(contract), [&](std::span<const std::uint8_t> bytes) -> Status {
                             streamed.append(bytes.begin(), bytes.end());
                             return {};
                           });
    ASSERT_TRUE(status.ok()) << status.error().message;
    EXPECT_TRUE(streamed == Written(folder / "x.enc", contract, set));
  }
}

TEST(EncodingStreamTest, EndsAtTheFirstErrorOfItsSink) {
  const Contract contract = SampleContract();
  const EncodingSet set = SampleSet(contract, 500);
  std::size_t left = 20'000;
  const Status status =
      StreamEncodingFile(SampleManifest(contract, 500), contract, RowsOf(set), NoCopies(contract),
                         [&](std::span<const std::uint8_t> bytes) -> Status {
                           if (bytes.size() > left) return Error{ErrorCode::kIo, "no more"};
                           left -= bytes.size();
                           return {};
                         });
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "no more");
}

TEST(IsHolderNameTest, KnowsWhichNamesAHolderMayHave) {
  for (const std::string& name :
       {std::string("a"), std::string("7"), std::string("h_1-b"), std::string(64, 'x')}) {
    EXPECT_TRUE(IsHolderName(name)) << name;
  }
  for (const std::string& name :
       {std::string(), std::string("_a"), std::string("-a"), std::string("A"), std::string("a b"),
        std::string("a/b"), std::string("\xE5\xB1\xB1"), std::string(65, 'x')}) {
    EXPECT_FALSE(IsHolderName(name)) << name;
  }
}

}  // namespace
}  // namespace musubi::storage
