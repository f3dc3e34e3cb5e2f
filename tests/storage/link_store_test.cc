#include "storage/link_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/sha256.h"
#include "file_samples.h"
#include "store_fixture.h"
#include "tests/crypto/identities.h"

namespace musubi::storage {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class LinkStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(LinkStore::Create(folder(), crypto::TestStoreKey(), contract_)));
    Reopen();
  }
  void Reopen() {
    store_.reset();
    Result<LinkStore> opened = LinkStore::Open(folder(), crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(opened));
    store_.emplace(std::move(opened).value());
  }
  std::filesystem::path folder() const { return scratch_ / "store"; }
  std::string Now() { return Everything(&*store_).value(); }

  // Imports `file`, which must be refused with `code` and leave no trace.
  std::string RefusalOf(const EncodingFile& file, ErrorCode code) {
    const std::string before = Now();
    const Result<DatasetInfo> refused = store_->Import(file);
    EXPECT_EQ(CodeOf(refused), static_cast<int>(code));
    EXPECT_EQ(Now(), before);
    Reopen();
    EXPECT_EQ(Now(), before);
    return refused.ok() ? "" : refused.error().message;
  }

  ScratchFolder scratch_;
  Contract contract_ = SmallContract();
  std::optional<LinkStore> store_;
};

TEST_F(LinkStoreTest, NewStoreIsEmptyAndHoldsItsContract) {
  EXPECT_EQ(store_->contract().canonical_json(), contract_.canonical_json());
  EXPECT_EQ(store_->Epoch().value(), 0U);
  EXPECT_THAT(store_->Datasets().value(), IsEmpty());
  EXPECT_THAT(store_->Epochs().value(), IsEmpty());
  EXPECT_THAT(store_->Members().value(), IsEmpty());
  EXPECT_THAT(store_->Proposals().value(), IsEmpty());
  EXPECT_THAT(store_->Projects().value(), IsEmpty());
}

// docs/formats/store.md, families 0 and 1: whom the store trusts is a change like any other.
TEST_F(LinkStoreTest, TrustedCertificatesAreKept) {
  std::vector<crypto::Certificate> trusted = {crypto::Alpha().certificate(),
                                              crypto::Beta().certificate()};
  std::ranges::sort(trusted, {}, [](const crypto::Certificate& c) { return c.fingerprint(); });
  EXPECT_THAT(store_->policy().trusted, IsEmpty());
  const auto before = store_->StateDigest().value();
  ASSERT_TRUE(IsOk(store_->SetTrusted(trusted)));
  EXPECT_EQ(store_->policy().trusted, trusted);
  EXPECT_NE(store_->StateDigest().value(), before);
  Reopen();
  EXPECT_EQ(store_->policy().trusted, trusted);
  EXPECT_EQ(store_->policy().decisions, 1);
  EXPECT_EQ(store_->policy().approvals, 1);
  trusted.pop_back();
  ASSERT_TRUE(IsOk(store_->SetTrusted(trusted)));
  Reopen();
  EXPECT_EQ(store_->policy().trusted, trusted);

  ASSERT_TRUE(IsOk(
      LinkStore::Create(scratch_ / "other", crypto::TestStoreKey(), contract_, {2, 0, trusted})));
  const StorePolicy policy =
      LinkStore::Open(scratch_ / "other", crypto::TestStoreKey()).value().policy();
  EXPECT_EQ(policy.trusted, trusted);
  EXPECT_EQ(policy.approvals, 0);
}

TEST_F(LinkStoreTest, APackageIsImportedOnce) {
  VerifiedPackage package;
  package.id.bytes.fill(0x5a);
  package.cleared.clearance.passed.emplace().fill(0x33);
  EXPECT_TRUE(IsOk(store_->AdmitPackage(package.id)));
  ASSERT_TRUE(IsOk(store_->Import(RandomFile(contract_, "a", 3, 1), {}, package)));
  for (int opened = 0; opened < 2; ++opened) {
    const Status again = store_->AdmitPackage(package.id);
    EXPECT_EQ(store_->Datasets().value()[0].cleared, package.cleared);
    EXPECT_EQ(CodeOf(again), static_cast<int>(ErrorCode::kExists));
    EXPECT_THAT(again.error().message, HasSubstr("as data set 1"));
    const std::string before = Now();
    // Whatever it holds this time.
    const auto imported = store_->Import(RandomFile(contract_, "b", 3, 2), {}, package);
    EXPECT_EQ(CodeOf(imported), static_cast<int>(ErrorCode::kExists));
    EXPECT_EQ(Now(), before);
    Reopen();
  }
  package.id.bytes[0] = 0;
  EXPECT_TRUE(IsOk(store_->AdmitPackage(package.id)));
  ASSERT_TRUE(IsOk(store_->Import(RandomFile(contract_, "b", 3, 2), {}, package)));
}

TEST_F(LinkStoreTest, NewStoreIsPrivateAndNothingIsLeftBesideIt) {
  struct stat info {};
  ASSERT_EQ(::stat(folder().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700U);
  EXPECT_THAT(scratch_.Names(), testing::ElementsAre("store"));
}

std::string HexOf(std::string_view text) {
  return ToHex(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

// SHA-256 of the bytes that `hex` spells.
std::string Sha256OfHex(const std::string& hex) {
  std::vector<std::uint8_t> bytes(hex.size() / 2);
  EXPECT_TRUE(FromHex(hex, bytes.data(), bytes.size()));
  return crypto::ToHex(crypto::Sha256(bytes));
}

// docs/formats/store.md, "Changes": change 0 puts two rows, the contract's fingerprint and the
// policy, and the log's first entry and where it stands.
TEST_F(LinkStoreTest, WitnessHoldsTheDocumentedState) {
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(contract_));
  const std::string hashed = std::string(64, '0') +
                             "00"
                             "01000000"
                             "21000000"
                             "01"
                             "01" +
                             fingerprint +
                             "00"
                             "01000000"
                             "03000000"
                             "04"
                             "010101";
  const std::string state = Sha256OfHex(hashed);
  EXPECT_EQ(crypto::ToHex(store_->StateDigest().value()), state);
  std::string line;
  ASSERT_TRUE(IsOk(store_->VisitLog([&line](std::string_view entry, const LogEntry&) -> Status {
    line = entry;
    return {};
  })));
  ASSERT_GT(line.size(), 255U);
  ASSERT_LT(line.size(), 65535U);
  const std::size_t size = line.size() + 1;
  const std::array<std::uint8_t, 2> size_bytes = {static_cast<std::uint8_t>(size),
                                                  static_cast<std::uint8_t>(size >> 8)};
  const std::string leaf = Sha256OfHex("00" + HexOf(line));
  const std::string logged = std::string(64, '0') + state +
                             "06"
                             "08000000" +
                             ToHex(size_bytes.data(), 2) +
                             "0000"
                             "0000000000000001"
                             "01" +
                             HexOf(line) +
                             "00"
                             "01000000"
                             "49000000"
                             "06"
                             "01"
                             "0100000000000000" +
                             leaf + leaf;
  const std::string witness = "musubi-store-witness 2\ncommit 0\nstate " + Sha256OfHex(logged);
  EXPECT_THAT(ReadWhole(folder() / "WITNESS"), testing::StartsWith(witness + "\nmac "));
}

TEST_F(LinkStoreTest, CreateNeverReplacesAnything) {
  store_.reset();
  EXPECT_EQ(CodeOf(LinkStore::Create(folder(), crypto::TestStoreKey(), contract_)),
            static_cast<int>(ErrorCode::kExists));
  WriteWhole(scratch_ / "file", "");
  EXPECT_EQ(CodeOf(LinkStore::Create(scratch_ / "file", crypto::TestStoreKey(), contract_)),
            static_cast<int>(ErrorCode::kExists));
  std::filesystem::create_symlink("nowhere", scratch_ / "link");
  EXPECT_EQ(CodeOf(LinkStore::Create(scratch_ / "link", crypto::TestStoreKey(), contract_)),
            static_cast<int>(ErrorCode::kExists));
  EXPECT_THAT(scratch_.Names(), testing::ElementsAre("file", "link", "store"));
  EXPECT_TRUE(IsOk(EverythingIn(folder())));
}

TEST_F(LinkStoreTest, CreateThatFailsLeavesNothing) {
  const FailingDisk disk(100);
  EXPECT_EQ(CodeOf(LinkStore::Create(scratch_ / "new", crypto::TestStoreKey(), contract_)),
            static_cast<int>(ErrorCode::kIo));
  EXPECT_THAT(scratch_.Names(), testing::ElementsAre("store"));
}

TEST_F(LinkStoreTest, OpenTellsWhatIsNotAStore) {
  EXPECT_EQ(CodeOf(LinkStore::Open(scratch_ / "none", crypto::TestStoreKey())),
            static_cast<int>(ErrorCode::kNoInput));
  WriteWhole(scratch_ / "file", "x");
  EXPECT_EQ(CodeOf(LinkStore::Open(scratch_ / "file", crypto::TestStoreKey())),
            static_cast<int>(ErrorCode::kNoInput));
  std::filesystem::create_directory(scratch_ / "other");
  EXPECT_EQ(CodeOf(LinkStore::Open(scratch_ / "other", crypto::TestStoreKey())),
            static_cast<int>(ErrorCode::kBadData));
  WriteWhole(scratch_ / "other/FORMAT", "musubi-store 1\n");
  const auto other = LinkStore::Open(scratch_ / "other", crypto::TestStoreKey());
  ASSERT_EQ(CodeOf(other), static_cast<int>(ErrorCode::kBadData));
  EXPECT_THAT(other.error().message, HasSubstr("another version"));
}

TEST_F(LinkStoreTest, OpenRefusesAnotherContractThanTheDatabases) {
  store_.reset();
  WriteWhole(folder() / "contract.json", SmallContract("other").canonical_json());
  const auto opened = LinkStore::Open(folder(), crypto::TestStoreKey());
  ASSERT_EQ(CodeOf(opened), static_cast<int>(ErrorCode::kBadData));
  EXPECT_THAT(opened.error().message, HasSubstr("contract.json"));
}

TEST_F(LinkStoreTest, OpenRefusesADamagedContract) {
  store_.reset();
  for (const std::string& text :
       {std::string(), std::string("{"), contract_.canonical_json() + "\n"}) {
    WriteWhole(folder() / "contract.json", text);
    EXPECT_EQ(CodeOf(LinkStore::Open(folder(), crypto::TestStoreKey())),
              static_cast<int>(ErrorCode::kBadData));
  }
}

TEST_F(LinkStoreTest, SecondOpenerIsToldThatTheStoreIsInUse) {
  const auto second = LinkStore::Open(folder(), crypto::TestStoreKey());
  ASSERT_EQ(CodeOf(second), static_cast<int>(ErrorCode::kLocked));
  store_.reset();
  EXPECT_TRUE(IsOk(LinkStore::Open(folder(), crypto::TestStoreKey())));
}

TEST_F(LinkStoreTest, ImportGivesBackWhatItWasGiven) {
  const EncodingFile file = RandomFile(contract_, "clinic-1", 300, 1);
  const auto imported = store_->Import(file);
  ASSERT_TRUE(IsOk(imported));
  EXPECT_EQ(imported.value().id, 1U);
  Reopen();
  const std::vector<DatasetInfo> datasets = store_->Datasets().value();
  ASSERT_EQ(datasets.size(), 1U);
  EXPECT_EQ(datasets[0].manifest.holder, "clinic-1");
  EXPECT_FALSE(datasets[0].manifest.declares_duplicates);
  EXPECT_EQ(datasets[0].manifest.contract, crypto::FingerprintOf(contract_));
  EXPECT_EQ(datasets[0].manifest.key_check, file.manifest.key_check);
  EXPECT_EQ(datasets[0].manifest.records, 300U);
  EXPECT_EQ(datasets[0].digest, file.digest);
  for (std::size_t f = 0; f < 2; ++f) {
    const auto& present = file.records.filters[f].present;
    EXPECT_EQ(datasets[0].present[f],
              static_cast<std::uint64_t>(std::count(present.begin(), present.end(), 1)));
  }
  EXPECT_EQ(TextOf(Load(&*store_, 1).value()), TextOf(file.records));
}

// 4096 records fill a chunk; one more or fewer is where an index would be off.
TEST_F(LinkStoreTest, ImportKeepsRecordsAtTheEdgesOfAChunk) {
  std::uint32_t id = 0;
  for (const std::size_t records : {1U, 4095U, 4096U, 4097U, 8192U, 8193U}) {
    const EncodingFile file = RandomFile(contract_, "clinic", records, records);
    ASSERT_TRUE(IsOk(store_->Import(file)));
    EXPECT_EQ(TextOf(Load(&*store_, ++id).value()), TextOf(file.records)) << records;
  }
}

TEST_F(LinkStoreTest, ImportKeepsPlantedCopiesBesideTheRecords) {
  std::uint32_t id = 0;
  for (const std::size_t copies : {1U, 4096U, 4097U}) {
    const EncodingFile plain = RandomFile(contract_, "clinic", 5000, copies);
    const EncodingFile file = WithCopies(contract_, plain, copies);
    const auto imported = store_->Import(file);
    ASSERT_TRUE(IsOk(imported));
    EXPECT_EQ(imported.value().manifest.planted, copies);
    Reopen();
    EXPECT_EQ(store_->Datasets().value()[id].manifest.planted, copies);
    EXPECT_EQ(TextOf(Load(&*store_, ++id).value()), TextOf(plain.records));
    EXPECT_EQ(TextOf(LoadPlanted(&*store_, id).value()), TextOf(file.planted));
  }
  ASSERT_TRUE(IsOk(store_->Import(RandomFile(contract_, "registry", 7, 9))));
  EXPECT_EQ(store_->Datasets().value()[id].manifest.planted, 0U);
  EXPECT_EQ(LoadPlanted(&*store_, id + 1).value().rows(), 0U);
}

// A copy has its original's reference, and no key: the file that holds both is taken in.
TEST_F(LinkStoreTest, ImportRefusesAFileByItsRecordsAndNotByItsCopies) {
  const EncodingFile file = WithCopies(contract_, RandomFile(contract_, "clinic", 50, 1), 20);
  ASSERT_TRUE(IsOk(store_->Import(file)));
  EXPECT_EQ(store_->members(), 0U);
  EncodingFile again = file;
  again.digest[0] ^= 1;
  EXPECT_THAT(RefusalOf(again, ErrorCode::kExists), StartsWith("50 of the file's 50 references"));
}

TEST_F(LinkStoreTest, ImportNeverTakesACopyOfNoRecord) {
  EncodingFile file = WithCopies(contract_, RandomFile(contract_, "clinic", 50, 1), 20);
  file.planted.refs[19].bytes[15] ^= 2;
  EXPECT_DEATH((void)store_->Import(file), "internal error");
}

TEST_F(LinkStoreTest, VisitingAColumnEndsWithTheFirstError) {
  ASSERT_TRUE(IsOk(store_->Import(RandomFile(contract_, "clinic", 9000, 1))));
  int visited = 0;
  const Status ended = store_->VisitColumn(1, 1, [&](const RecordsColumn& some) -> Status {
    EXPECT_EQ(some.first, 4096U * visited);
    if (++visited == 2) return Error{ErrorCode::kInterrupted, ""};
    return {};
  });
  EXPECT_EQ(CodeOf(ended), static_cast<int>(ErrorCode::kInterrupted));
  EXPECT_EQ(visited, 2);
}

TEST_F(LinkStoreTest, ImportRefusesTheSameFileTwice) {
  const EncodingFile file = RandomFile(contract_, "clinic", 50, 1);
  ASSERT_TRUE(IsOk(store_->Import(file)));
  EXPECT_THAT(RefusalOf(file, ErrorCode::kExists), StartsWith("the file is in the store already"));
}

// One reference in the middle of a second chunk, in another holder's file.
TEST_F(LinkStoreTest, ImportRefusesAReferenceThatIsInTheStore) {
  ASSERT_TRUE(IsOk(store_->Import(RandomFile(contract_, "clinic", 5000, 1))));
  const EncodingFile earlier = RandomFile(contract_, "registry", 5000, 2);
  ASSERT_TRUE(IsOk(store_->Import(earlier)));
  EncodingFile file = RandomFile(contract_, "insurer", 100, 3);
  file.records.refs[40] = earlier.records.refs[4500];
  std::ranges::sort(file.records.refs);
  EXPECT_THAT(RefusalOf(file, ErrorCode::kExists),
              StartsWith("1 of the file's 100 references are in the store already, in data set 2"));
}

TEST_F(LinkStoreTest, ImportRefusesAnotherContract) {
  EXPECT_THAT(RefusalOf(RandomFile(SmallContract("other"), "clinic", 5, 1), ErrorCode::kContract),
              HasSubstr(crypto::ToHex(crypto::FingerprintOf(contract_))));
}

TEST_F(LinkStoreTest, ImportRefusesAnotherSecretOrEncoder) {
  ASSERT_TRUE(IsOk(store_->Import(RandomFile(contract_, "clinic", 5, 1))));
  EncodingFile file = RandomFile(contract_, "insurer", 5, 2);
  file.manifest.key_check.key[15] ^= 1;
  EXPECT_THAT(RefusalOf(file, ErrorCode::kRefused), HasSubstr("secret"));
  file.manifest.key_check.key[15] ^= 1;
  file.manifest.key_check.encoder[0] ^= 1;
  EXPECT_THAT(RefusalOf(file, ErrorCode::kRefused), HasSubstr("encoder"));
  file.manifest.key_check.encoder[0] ^= 1;
  EXPECT_TRUE(IsOk(store_->Import(file)));
}

TEST_F(LinkStoreTest, ImportRefusesAHolderWhoChangesTheDeclarationOfDuplicates) {
  ASSERT_TRUE(IsOk(store_->Import(RandomFile(contract_, "clinic", 5, 1))));
  EncodingFile file = RandomFile(contract_, "clinic", 5, 2);
  file.manifest.declares_duplicates = true;
  EXPECT_THAT(RefusalOf(file, ErrorCode::kRefused), HasSubstr("duplicates"));
  file.manifest.holder = "insurer";
  ASSERT_TRUE(IsOk(store_->Import(file)));
  EXPECT_TRUE(store_->Datasets().value()[1].manifest.declares_duplicates);
}

TEST_F(LinkStoreTest, StoreMayBeRenamedAndCopied) {
  ASSERT_TRUE(IsOk(store_->Import(RandomFile(contract_, "clinic", 50, 1))));
  const std::string before = Now();
  store_.reset();
  std::filesystem::copy(folder(), scratch_ / "copy", std::filesystem::copy_options::recursive);
  std::filesystem::rename(folder(), scratch_ / "moved");
  EXPECT_EQ(EverythingIn(scratch_ / "copy").value(), before);
  EXPECT_EQ(EverythingIn((scratch_ / "moved").string() + "/").value(), before);
}

}  // namespace
}  // namespace musubi::storage
