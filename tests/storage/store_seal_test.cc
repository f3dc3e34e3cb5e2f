// Nothing that a store holds can be read, or put elsewhere, by whoever has its disk and not its
// key.
#include "storage/store_seal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "file_samples.h"
#include "raw_rows.h"
#include "storage/link_store.h"
#include "store_fixture.h"

namespace musubi::storage {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;

crypto::StoreKey KeyOf(std::uint8_t byte) {
  crypto::SecureBytes bytes(crypto::StoreKey::kBytes);
  std::ranges::fill(bytes.mutable_bytes(), byte);
  return crypto::StoreKey::Of(std::move(bytes));
}

std::string BytesOf(const crypto::SecureBytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.bytes().data()), bytes.bytes().size()};
}

std::string FilterBytes(const EncodingSet& set, std::size_t row) {
  const BitMatrix& bits = set.filters[1].bits;
  return {reinterpret_cast<const char*>(bits.row(row).data()), bits.bits() / 8};
}

TEST(RowSealTest, OpensForItsOwnRowFamilyAndKeyAlone) {
  const StoreSeal seal(KeyOf(1));
  RowSeal members = seal.Rows(Family::kMembers);
  const std::string sealed(members.Seal("row", "value"));
  EXPECT_EQ(members.Open("row", sealed).value(), "value");
  EXPECT_EQ(CodeOf(members.Open("ro", sealed)), static_cast<int>(ErrorCode::kIo));
  EXPECT_EQ(CodeOf(members.Open("row2", sealed)), static_cast<int>(ErrorCode::kIo));
  EXPECT_EQ(CodeOf(seal.Rows(Family::kEvents).Open("row", sealed)),
            static_cast<int>(ErrorCode::kIo));
  EXPECT_EQ(CodeOf(StoreSeal(KeyOf(2)).Rows(Family::kMembers).Open("row", sealed)),
            static_cast<int>(ErrorCode::kIo));
}

TEST(RowSealTest, EveryChangedOrMissingByteIsNoticed) {
  const StoreSeal seal(KeyOf(1));
  RowSeal rows = seal.Rows(Family::kLog);
  const std::string sealed(rows.Seal("row", "value"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(rows.Open("row", changed).ok()) << i;
    EXPECT_FALSE(rows.Open("row", sealed.substr(0, i)).ok()) << i;
  }
  EXPECT_FALSE(rows.Open("row", sealed + '\0').ok());
}

TEST(RowSealTest, OneValueTwiceGivesTwoSealedValues) {
  const StoreSeal seal(KeyOf(1));
  RowSeal rows = seal.Rows(Family::kMembers);
  const std::string first(rows.Seal("row", "value"));
  EXPECT_NE(rows.Seal("row", "value"), first);
  EXPECT_EQ(rows.Open("row", first).value(), "value");
}

// A store with something of every family, and an unfinished run.
class StoreSealTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(LinkStore::Create(folder(), crypto::TestStoreKey(), contract_)));
    Result<LinkStore> store = LinkStore::Open(folder(), crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(store));
    file_ = WithCopies(contract_, RandomFile(contract_, "clinic", 100, 1), 30);
    ASSERT_TRUE(IsOk(store.value().Import(file_)));
    ASSERT_TRUE(IsOk(store.value().CommitEpoch(NextRun(&store.value(), 3).value())));
    crypto::SecureBytes key(32);
    std::ranges::fill(key.mutable_bytes(), std::uint8_t{0xC7});
    ASSERT_TRUE(IsOk(store.value().AddProject({"stroke", 1}, key)));
    EpochChange review;
    review.summary.epoch = 2;
    review.summary.kind = EpochKind::kReview;
    review.decisions = {{2, 1, Verdict::kReject, true, "reviewer-canary", "reason-canary"}};
    ASSERT_TRUE(IsOk(store.value().CommitEpoch(review)));
    members_ = store.value().Members().value();
    RunSeed seed;
    seed.fill(0xA5);
    Result<LinkRun> run = LinkRun::Begin(store.value().run_place(), {{}, 10}, seed);
    ASSERT_TRUE(IsOk(run));
    ASSERT_TRUE(IsOk(run.value().Append({5, 1, 1, 0, {{0, 1, 900'000}}, {}})));
    project_key_ = BytesOf(key);
    run_seed_ = std::string(seed.begin(), seed.end());
  }
  fs::path folder() const { return scratch_ / "store"; }

  // Of what a thief would look for.
  std::map<std::string, std::string> Secrets() const {
    std::map<std::string, std::string> secrets = {
        {"project key", project_key_},
        {"seed", run_seed_},
        {"reviewer", "reviewer-canary"},
        {"reason", "reason-canary"},
        {"holder", "clinic"},
        {"report", R"("seed":)"},
        {"digest", {file_.digest.begin(), file_.digest.end()}}};
    for (std::size_t i = 0; i < 100; ++i) {
      const std::string row = std::to_string(i);
      secrets["filter " + row] = FilterBytes(file_.records, i);
      const auto& key = members_[i].key.bytes;
      secrets["linkage key " + row] = {key.begin(), key.end()};
      const auto& token = file_.records.tokens[0][i].bytes;
      if (!file_.records.tokens[0][i].is_none()) {
        secrets["token " + row] = {token.begin(), token.end()};
      }
    }
    std::erase_if(secrets, [](const auto& secret) {  // a filter that is missing
      return secret.second.find_first_not_of('\0') == std::string::npos;
    });
    return secrets;
  }

  // What of `secrets` is in some file of a folder.
  static std::vector<std::string> Found(const std::map<std::string, std::string>& secrets,
                                        const fs::path& in) {
    std::string all;
    for (const auto& entry : fs::recursive_directory_iterator(in)) {
      if (entry.is_regular_file()) all += ReadWhole(entry.path());
    }
    std::vector<std::string> found;
    for (const auto& [name, bytes] : secrets) {
      if (all.find(bytes) != std::string::npos) found.push_back(name);
    }
    return found;
  }

  ScratchFolder scratch_;
  Contract contract_ = SmallContract();
  EncodingFile file_;
  std::vector<Member> members_;
  std::string project_key_;
  std::string run_seed_;
};

TEST_F(StoreSealTest, NoValueIsOnTheDisk) {
  EXPECT_THAT(Found(Secrets(), folder()), testing::IsEmpty());
}

// The search above finds what is there: the same values, once they are opened.
TEST_F(StoreSealTest, TheSearchFindsWhatIsPlain) {
  const StoreSeal seal(crypto::TestStoreKey());
  std::string plain = run_seed_;
  const RawRows rows(folder() / "db");
  for (std::size_t number = 0; number < kFamilies; ++number) {
    const auto family = static_cast<Family>(number);
    RowSeal opening = seal.Rows(family);
    for (const std::string& key : rows.Keys(family)) {
      plain += opening.Open(key, rows.Get(family, key)).value();
    }
  }
  fs::create_directory(scratch_ / "plain");
  WriteWhole(scratch_ / "plain/values", plain);
  const auto secrets = Secrets();
  EXPECT_GT(secrets.size(), 200U);
  EXPECT_EQ(Found(secrets, scratch_ / "plain").size(), secrets.size());
}

TEST_F(StoreSealTest, ValuesPutIntoOtherRowsAreRefused) {
  const auto key_of = [this](std::size_t member) {
    return std::string(members_[member].ref.bytes.begin(), members_[member].ref.bytes.end());
  };
  {
    RawRows rows(folder() / "db", true);
    const std::string first = rows.Get(Family::kMembers, key_of(0));
    rows.Put(Family::kMembers, key_of(0), rows.Get(Family::kMembers, key_of(1)));
    rows.Put(Family::kMembers, key_of(1), first);
  }
  Result<LinkStore> store = LinkStore::Open(folder(), crypto::TestStoreKey());
  ASSERT_TRUE(IsOk(store));
  const auto members = store.value().Members();
  ASSERT_EQ(CodeOf(members), static_cast<int>(ErrorCode::kIo));
  EXPECT_THAT(members.error().message, HasSubstr("damaged: a value of 'members'"));
}

TEST_F(StoreSealTest, AnEarlierValueOfAnotherFamilyIsRefused) {
  {
    RawRows rows(folder() / "db", true);
    rows.Put(Family::kMeta, "\x02", rows.Get(Family::kLog, std::string(7, '\0') + '\1'));
  }
  EXPECT_EQ(CodeOf(LinkStore::Open(folder(), crypto::TestStoreKey())),
            static_cast<int>(ErrorCode::kIo));
}

TEST_F(StoreSealTest, AnotherKeyIsRefusedAndTouchesNothing) {
  const auto bytes = [this] {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder())) {
      if (entry.is_regular_file()) files[entry.path().string()] = ReadWhole(entry.path());
    }
    return files;
  };
  const auto before = bytes();
  const auto opened = LinkStore::Open(folder(), KeyOf(1));
  ASSERT_EQ(CodeOf(opened), static_cast<int>(ErrorCode::kRefused));
  EXPECT_THAT(opened.error().message, HasSubstr("another key"));
  EXPECT_TRUE(bytes() == before);
}

// Who can write to the disk and has no key cannot make a witness of an earlier state.
TEST_F(StoreSealTest, AWitnessOfAnotherKeyIsRefused) {
  const std::string witness = ReadWhole(folder() / "WITNESS");
  const std::string text = witness.substr(0, witness.find("mac "));
  WriteWhole(folder() / "WITNESS",
             text + "mac " + crypto::ToHex(StoreSeal(KeyOf(1)).WitnessMac(text)) + "\n");
  EXPECT_EQ(CodeOf(LinkStore::Open(folder(), crypto::TestStoreKey())),
            static_cast<int>(ErrorCode::kBadData));
  WriteWhole(
      folder() / "WITNESS",
      text + "mac " + crypto::ToHex(StoreSeal(crypto::TestStoreKey()).WitnessMac(text)) + "\n");
  EXPECT_TRUE(IsOk(LinkStore::Open(folder(), crypto::TestStoreKey())));
}

}  // namespace
}  // namespace musubi::storage
