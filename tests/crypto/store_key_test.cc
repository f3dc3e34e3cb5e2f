// The files of a store's key and of its backups' keys: who can read them, and what is refused.
#include "crypto/store_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include "crypto/aead.h"
#include "crypto/keyring.h"
#include "crypto/random.h"
#include "tests/crypto/bytes.h"
#include "tests/crypto/temporary_folder.h"
#include "tests/crypto/test_store_key.h"

namespace musubi::crypto {
namespace {

using testing::HasSubstr;

static_assert(!std::is_copy_constructible_v<StoreKey> && std::is_move_constructible_v<StoreKey>);
static_assert(!std::is_copy_constructible_v<Keyring> && std::is_move_constructible_v<Keyring>);

PassphraseSource Words(const std::string& words) {
  return [words]() -> Result<Passphrase> { return Passphrase::Of(Text(words)); };
}

// For keys that must not ask.
Result<Passphrase> NotAsked() {
  ADD_FAILURE() << "asked for a passphrase";
  return Error{ErrorCode::kInternal, "asked"};
}

// Test case 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega), Appendix B.
TEST(AeadTest, OpensThePublishedMessage) {
  const Bytes key = Hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const Bytes associated = Hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const Bytes plain =
      Hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
          "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  const Bytes sealed =
      Hex("cafebabefacedbaddecaf888"
          "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
          "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
          "76fc6ece0f4e1768cddf8853bb2d551b");
  Aead aead(key);
  const auto opened = aead.Open(associated, sealed);
  ASSERT_TRUE(opened);
  EXPECT_EQ(Bytes(opened->begin(), opened->end()), plain);
}

TEST(AeadTest, EverythingElseIsRefused) {
  const Bytes key(32, 7);
  const Bytes associated = {1, 2, 3};
  const Bytes plain = {4, 5, 6, 7};
  Aead aead(key);
  const auto message = aead.Seal(associated, plain);
  const Bytes sealed(message.begin(), message.end());
  EXPECT_EQ(sealed.size(), plain.size() + Aead::kOverheadBytes);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 0x80;
    EXPECT_FALSE(aead.Open(associated, changed)) << i;
    EXPECT_FALSE(aead.Open(associated, std::span(sealed).first(i))) << i;
  }
  EXPECT_FALSE(aead.Open({}, sealed));
  EXPECT_FALSE(Aead(Bytes(32, 8)).Open(associated, sealed));
  EXPECT_TRUE(aead.Open(associated, sealed));
}

TEST(AeadTest, NoncesDiffer) {
  Aead aead(Bytes(32, 7));
  std::set<Bytes> nonces;
  for (int i = 0; i < 1000; ++i) {
    const auto sealed = aead.Seal({}, {});
    nonces.insert(Bytes(sealed.begin(), sealed.begin() + Aead::kNonceBytes));
  }
  EXPECT_EQ(nonces.size(), 1000U);
}

// docs/formats/store.md, "Sealed values".
TEST(StoreKeyTest, SubkeysAreTheDocumentedOnes) {
  SecureBytes bytes(StoreKey::kBytes);
  std::ranges::copy(Range(0, 31), bytes.mutable_bytes().begin());
  const StoreKey key = StoreKey::Of(std::move(bytes));
  EXPECT_EQ(ToHex(key.Derive("family members").bytes()),
            "604319cf4b7c06b42bb2c00016d81156e88db1e445df8f4296a654dcf0966ff9");
  EXPECT_EQ(ToHex(key.Derive("key id").bytes().first(16)), "ae6887d22d59b137579bf89b4befe2e4");
}

TEST(StoreKeyTest, ASealedFileOpensWithItsPassphraseAlone) {
  const TemporaryFolder folder;
  SystemRandom random;
  const Passphrase words = Passphrase::Of(Text("correct horse battery"));
  ASSERT_TRUE(TestStoreKey().Save(folder / "key", &words, random).ok());
  EXPECT_EQ(ModeOf(folder / "key"), 0600U);
  EXPECT_EQ(ReadFile(folder / "key").size(), 19U + 1 + 16 + 12 + 32 + 16);
  const auto loaded = StoreKey::Load(folder / "key", Words("correct horse battery"));
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_TRUE(loaded.value().SameAs(TestStoreKey()));
  const auto wrong = StoreKey::Load(folder / "key", Words("correct horse batterY"));
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, ErrorCode::kRefused);
  EXPECT_THAT(wrong.error().message, HasSubstr("passphrase does not open"));
}

TEST(StoreKeyTest, APlainFileIsTheTitleAndTheKey) {
  const TemporaryFolder folder;
  SystemRandom random;
  ASSERT_TRUE(TestStoreKey().Save(folder / "key", nullptr, random).ok());
  const Bytes bytes = ReadFile(folder / "key");
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()),
            "musubi-store-key 1\n" + std::string(1, '\0') + std::string(32, '\x5A'));
  const auto loaded = StoreKey::Load(folder / "key", NotAsked);
  ASSERT_TRUE(loaded.ok());
  EXPECT_TRUE(loaded.value().SameAs(TestStoreKey()));
  EXPECT_EQ(TestStoreKey().Save(folder / "key", nullptr, random).error().code, ErrorCode::kExists);
}

TEST(StoreKeyTest, FilesOfAnotherFormAreRefused) {
  const TemporaryFolder folder;
  SystemRandom random;
  ASSERT_TRUE(TestStoreKey().Save(folder / "key", nullptr, random).ok());
  const Bytes whole = ReadFile(folder / "key");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    WriteFile(folder / "cut", Bytes(whole.begin(), whole.begin() + static_cast<long>(size)), 0600);
    EXPECT_EQ(StoreKey::Load(folder / "cut", NotAsked).error().code, ErrorCode::kBadData) << size;
  }
  ASSERT_TRUE(Keyring(StoreKey::Of(SecureBytes(32))).Save(folder / "ring", nullptr, random).ok());
  EXPECT_EQ(StoreKey::Load(folder / "ring", NotAsked).error().code, ErrorCode::kBadData);
  EXPECT_EQ(Keyring::Load(folder / "key", NotAsked).error().code, ErrorCode::kBadData);
}

BackupKey BackupOf(std::uint8_t number) {
  BackupKey backup{{}, 1'700'000'000 + number, number, 3, SecureBytes(32)};
  backup.id.fill(number);
  std::ranges::fill(backup.key.mutable_bytes(), number);
  return backup;
}

TEST(KeyringTest, ComesBackAsItWasSavedAndForgets) {
  const TemporaryFolder folder;
  SystemRandom random;
  const Passphrase words = Passphrase::Of(Text("correct horse battery"));
  Keyring keyring(StoreKey::Of(SecureBytes(32)));
  for (std::uint8_t number = 1; number <= Keyring::kMaxBackups; ++number) {
    keyring.Add(BackupOf(number));
  }
  EXPECT_EQ(keyring.HasRoom().error().code, ErrorCode::kRefused);
  ASSERT_TRUE(keyring.Save(folder / "ring", &words, random).ok());
  auto loaded = Keyring::Load(folder / "ring", Words("correct horse battery"));
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_TRUE(loaded.value().store_key().SameAs(keyring.store_key()));
  ASSERT_EQ(loaded.value().backups().size(), Keyring::kMaxBackups);
  const BackupKey* const found = loaded.value().Find(BackupOf(7).id);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->time, 1'700'000'007);
  EXPECT_EQ(found->commit, 7U);
  EXPECT_EQ(found->epoch, 3U);
  EXPECT_EQ(found->key.bytes()[31], 7);

  const auto is_early = [](const BackupKey& backup) { return backup.commit < 10; };
  EXPECT_EQ(loaded.value().Forget(is_early), 9U);
  ASSERT_TRUE(loaded.value().Save(folder / "ring", &words, random).ok());
  loaded = Keyring::Load(folder / "ring", Words("correct horse battery"));
  EXPECT_EQ(loaded.value().Find(BackupOf(7).id), nullptr);
  EXPECT_NE(loaded.value().Find(BackupOf(10).id), nullptr);
  EXPECT_TRUE(loaded.value().HasRoom().ok());
}

}  // namespace
}  // namespace musubi::crypto
