// The file of a private key: who can read it, and what is refused.
#include "crypto/key_pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <cstdlib>
#include <string>
#include <type_traits>

#include "crypto/cms.h"
#include "tests/crypto/identities.h"
#include "tests/crypto/temporary_folder.h"

namespace musubi::crypto {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

static_assert(!std::is_copy_constructible_v<KeyPair> && std::is_move_constructible_v<KeyPair>);
static_assert(!std::is_copy_constructible_v<Passphrase>);

PassphraseSource Words(const std::string& words) {
  return [words]() -> Result<Passphrase> { return Passphrase::Of(Text(words)); };
}

// For keys that must not ask.
Result<Passphrase> NotAsked() {
  ADD_FAILURE() << "asked for a passphrase";
  return Error{ErrorCode::kInternal, "asked"};
}

bool Runs(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

std::string TextOf(const std::filesystem::path& file) {
  const Bytes bytes = ReadFile(file);
  return {bytes.begin(), bytes.end()};
}

TEST(KeyPairTest, EncryptedFileOpensWithItsPassphraseAlone) {
  const TemporaryFolder folder;
  const Passphrase words = Passphrase::Of(Text("correct horse battery"));
  ASSERT_TRUE(Alpha().key().Save(folder / "a.key", &words, false).ok());
  EXPECT_EQ(ModeOf(folder / "a.key"), 0600U);
  EXPECT_THAT(TextOf(folder / "a.key"), StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));

  const auto loaded = KeyPair::Load(folder / "a.key", Words("correct horse battery"));
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_TRUE(Alpha().certificate().BelongsTo(loaded.value()));

  const auto wrong = KeyPair::Load(folder / "a.key", Words("correct horse batterY"));
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, ErrorCode::kRefused);
  EXPECT_THAT(wrong.error().message, HasSubstr("passphrase does not open"));
  EXPECT_EQ(ERR_peek_error(), 0UL);
}

TEST(KeyPairTest, FileIsWhatTheDocumentSays) {
  const TemporaryFolder folder;
  const Passphrase words = Passphrase::Of(Text("correct horse battery"));
  ASSERT_TRUE(Alpha().key().Save(folder / "a.key", &words, false).ok());
  const std::string file = (folder / "a.key").string();
  const std::string listing = (folder / "listing").string();
  ASSERT_EQ(std::system(("openssl asn1parse -in " + file + " >" + listing).c_str()), 0);
  const std::string text = TextOf(listing);
  EXPECT_THAT(text, HasSubstr("PBES2"));
  EXPECT_THAT(text, HasSubstr("scrypt"));
  EXPECT_THAT(text, HasSubstr("INTEGER           :4000"));  // N = 16,384
  EXPECT_THAT(text, HasSubstr("INTEGER           :05"));    // p
  EXPECT_THAT(text, HasSubstr("aes-256-cbc"));
  EXPECT_TRUE(Runs("openssl pkey -noout -passin pass:'correct horse battery' -in " + file));
  EXPECT_FALSE(Runs("openssl pkey -noout -passin pass:other -in " + file));
}

TEST(KeyPairTest, PlainFileAsksForNoPassphrase) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Alpha().key().Save(folder / "a.key", nullptr, false).ok());
  EXPECT_THAT(TextOf(folder / "a.key"), StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  const auto loaded = KeyPair::Load(folder / "a.key", NotAsked);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_TRUE(Alpha().certificate().BelongsTo(loaded.value()));
  EXPECT_FALSE(Beta().certificate().BelongsTo(loaded.value()));
}

TEST(KeyPairTest, ReplacesAFileOnlyWhenTold) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Alpha().key().Save(folder / "a.key", nullptr, false).ok());
  const Bytes before = ReadFile(folder / "a.key");
  const Status again = Beta().key().Save(folder / "a.key", nullptr, false);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kExists);
  EXPECT_THAT(again.error().message, HasSubstr("--force"));
  EXPECT_EQ(ReadFile(folder / "a.key"), before);
  ASSERT_TRUE(Beta().key().Save(folder / "a.key", nullptr, true).ok());
  EXPECT_TRUE(Beta().certificate().BelongsTo(KeyPair::Load(folder / "a.key", NotAsked).value()));
  EXPECT_EQ(folder.Names(), std::vector<std::string>{"a.key"});

  std::filesystem::create_directory(folder / "folder.key");
  const Status over_folder = Beta().key().Save(folder / "folder.key", nullptr, true);
  ASSERT_FALSE(over_folder.ok());
  EXPECT_EQ(over_folder.error().code, ErrorCode::kExists);
}

TEST(KeyPairTest, RefusesAFileThatOthersCanRead) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Alpha().key().Save(folder / "a.key", nullptr, false).ok());
  for (const mode_t mode : {0640U, 0604U, 0660U, 0602U, 0610U}) {
    ASSERT_EQ(chmod((folder / "a.key").c_str(), mode), 0);
    const auto loaded = KeyPair::Load(folder / "a.key", NotAsked);
    ASSERT_FALSE(loaded.ok()) << mode;
    EXPECT_EQ(loaded.error().code, ErrorCode::kRefused);
  }
}

TEST(KeyPairTest, RefusesOtherFilesAndKeys) {
  const TemporaryFolder folder;
  const std::string base = folder.path().string();
  const std::string quiet = " 2>/dev/null && chmod 600 " + base + "/*";
  ASSERT_EQ(std::system(("cd " + base +
                         " && openssl ecparam -name secp384r1 -genkey -noout -out sec1.key"
                         " && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 "
                         "-out p256.key && openssl genpkey -algorithm ED25519 -out ed.key"
                         " && openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 "
                         "-out rsa.key" +
                         quiet)
                            .c_str()),
            0);
  WriteFile(folder / "text.key", Text("no key at all\n"), 0600);
  WriteFile(folder / "large.key", Repeat(5000, 'a'), 0600);
  WriteFile(folder / "empty.key", {}, 0600);
  const std::pair<const char*, ErrorCode> cases[] = {
      {"sec1.key", ErrorCode::kBadData},  {"p256.key", ErrorCode::kRefused},
      {"ed.key", ErrorCode::kRefused},    {"rsa.key", ErrorCode::kRefused},
      {"text.key", ErrorCode::kBadData},  {"large.key", ErrorCode::kBadData},
      {"empty.key", ErrorCode::kBadData}, {"missing.key", ErrorCode::kNoInput}};
  for (const auto& [name, code] : cases) {
    const auto loaded = KeyPair::Load(folder / name, NotAsked);
    ASSERT_FALSE(loaded.ok()) << name;
    EXPECT_EQ(loaded.error().code, code) << name << ": " << loaded.error().message;
    EXPECT_THAT(loaded.error().message, HasSubstr(name));
    EXPECT_EQ(ERR_peek_error(), 0UL) << name;
  }
}

// A key with a changed bit is refused, or is the same key: both its halves were checked.
TEST(KeyPairTest, NoChangedBitGivesAnotherKey) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Alpha().key().Save(folder / "a.key", nullptr, false).ok());
  const Bytes whole = ReadFile(folder / "a.key");
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    Bytes changed = whole;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    WriteFile(folder / "b.key", changed, 0600);
    auto loaded = KeyPair::Load(folder / "b.key", Words("x"));
    if (!loaded.ok()) continue;
    auto identity = Identity::Of(std::move(loaded).value(), Alpha().certificate(), "alpha.crt");
    ASSERT_TRUE(identity.ok()) << bit;
    const Bytes message = SignDetached(whole, identity.value()).value();
    ASSERT_TRUE(VerifyDetached(message, whole, Alpha().certificate()).ok()) << bit;
  }
}

TEST(PassphraseTest, FileLosesOneNewline) {
  const TemporaryFolder folder;
  for (const char* text : {"open sesame", "open sesame\n", "open sesame\r\n"}) {
    WriteFile(folder / "words", Text(text), 0600);
    const auto words = Passphrase::Load(folder / "words");
    ASSERT_TRUE(words.ok()) << words.error().message;
    EXPECT_TRUE(words.value().SameAs(Passphrase::Of(Text("open sesame"))));
    EXPECT_FALSE(words.value().SameAs(Passphrase::Of(Text("open sesamE"))));
    EXPECT_FALSE(words.value().SameAs(Passphrase::Of(Text("open"))));
  }
}

TEST(PassphraseTest, RefusesEmptyLargeAndPublicFiles) {
  const TemporaryFolder folder;
  WriteFile(folder / "empty", {}, 0600);
  WriteFile(folder / "newline", Text("\n"), 0600);
  WriteFile(folder / "large", Repeat(Passphrase::kMaxBytes + 1, 'a'), 0600);
  WriteFile(folder / "public", Text("words"), 0644);
  EXPECT_EQ(Passphrase::Load(folder / "empty").error().code, ErrorCode::kBadData);
  EXPECT_EQ(Passphrase::Load(folder / "newline").error().code, ErrorCode::kRefused);
  EXPECT_EQ(Passphrase::Load(folder / "large").error().code, ErrorCode::kRefused);
  EXPECT_EQ(Passphrase::Load(folder / "public").error().code, ErrorCode::kRefused);
  EXPECT_EQ(Passphrase::Load(folder / "none").error().code, ErrorCode::kNoInput);
  WriteFile(folder / "most", Repeat(Passphrase::kMaxBytes, 'a') + Text("\r\n"), 0600);
  EXPECT_TRUE(Passphrase::Load(folder / "most").ok());
}

TEST(PassphraseTest, ReadsADescriptor) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string two_lines = "first\nsecond\n";
  ASSERT_EQ(write(ends[1], two_lines.data(), two_lines.size()),
            static_cast<ssize_t>(two_lines.size()));
  close(ends[1]);
  const auto line = Passphrase::Read(ends[0], "the pipe", /*one_line=*/true);
  ASSERT_TRUE(line.ok());
  EXPECT_TRUE(line.value().SameAs(Passphrase::Of(Text("first"))));
  const auto rest = Passphrase::Read(ends[0], "the pipe");
  ASSERT_TRUE(rest.ok());
  EXPECT_TRUE(rest.value().SameAs(Passphrase::Of(Text("second"))));
  const auto nothing = Passphrase::Read(ends[0], "the pipe");
  ASSERT_FALSE(nothing.ok());
  EXPECT_EQ(nothing.error().code, ErrorCode::kRefused);
  close(ends[0]);
  const auto closed = Passphrase::Read(ends[0], "the pipe");
  ASSERT_FALSE(closed.ok());
  EXPECT_EQ(closed.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace musubi::crypto
