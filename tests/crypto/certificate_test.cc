// What a certificate says, and which ones are refused.
#include "crypto/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <cstdlib>
#include <string>

#include "tests/crypto/fixed_random.h"
#include "tests/crypto/identities.h"
#include "tests/crypto/temporary_folder.h"

namespace musubi::crypto {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string ContentOf(const std::filesystem::path& file) {
  const Bytes bytes = ReadFile(file);
  return {bytes.begin(), bytes.end()};
}

TEST(CertificateTest, SaysWhoItsKeyBelongsTo) {
  const Certificate& certificate = Alpha().certificate();
  EXPECT_EQ(certificate.role(), Role::kHolder);
  EXPECT_EQ(certificate.name(), "alpha");
  EXPECT_EQ(certificate.not_before(), kNoon - kDaySeconds);
  EXPECT_EQ(certificate.not_after(), kNoon + 365 * kDaySeconds);
  EXPECT_TRUE(certificate.IsValidAt(kNoon));
  EXPECT_TRUE(certificate.IsValidAt(certificate.not_before()));
  EXPECT_TRUE(certificate.IsValidAt(certificate.not_after()));
  EXPECT_FALSE(certificate.IsValidAt(certificate.not_before() - 1));
  EXPECT_FALSE(certificate.IsValidAt(certificate.not_after() + 1));
  EXPECT_TRUE(certificate.BelongsTo(Alpha().key()));
  EXPECT_FALSE(certificate.BelongsTo(Beta().key()));
}

TEST(CertificateTest, IsReadBackFromItsPem) {
  const Certificate& written = Unit().certificate();
  const auto read = Certificate::Parse(written.Pem(), "unit.crt");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value(), written);
  EXPECT_EQ(read.value().role(), Role::kUnit);
  EXPECT_FALSE(read.value() == Alpha().certificate());
}

TEST(CertificateTest, EachRoleHasItsName) {
  for (const Role role : {Role::kHolder, Role::kUnit, Role::kReview, Role::kResearcher}) {
    EXPECT_EQ(RoleOf(NameOf(role)), role);
    EXPECT_EQ(CertificateFor(Alpha().key(), role, "x").role(), role);
  }
  EXPECT_EQ(RoleOf("Holder"), std::nullopt);
  EXPECT_EQ(RoleOf(""), std::nullopt);
}

// Two certificates of one key and one name at one moment are two certificates.
TEST(CertificateTest, SerialNumbersAreRandom) {
  EXPECT_FALSE(CertificateFor(Alpha().key(), Role::kHolder, "x") ==
               CertificateFor(Alpha().key(), Role::kHolder, "x"));
  BrokenRandom broken;
  const auto none =
      Certificate::SelfSigned(Alpha().key(), {Role::kHolder, "x", kNoon, kNoon + 1}, broken);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::kInternal);
}

TEST(CertificateTest, DatesBeyond2049AreKept) {
  constexpr std::int64_t kYear2120 = 4733510400;
  const Certificate certificate =
      CertificateFor(Alpha().key(), Role::kHolder, "x", kNoon, kYear2120);
  EXPECT_EQ(certificate.not_after(), kYear2120);
}

TEST(CertificateTest, StockOpenSslReadsIt) {
  const TemporaryFolder folder;
  const std::string pem = Alpha().certificate().Pem();
  WriteFile(folder / "a.crt", Text(pem), 0644);
  const std::string at = "cd " + folder.path().string() + " && ";
  ASSERT_EQ(std::system((at + "openssl x509 -in a.crt -noout -text -fingerprint -sha256 >text && "
                              "openssl verify -CAfile a.crt -partial_chain -no_check_time a.crt "
                              ">/dev/null")
                            .c_str()),
            0);
  const std::string text = ContentOf(folder / "text");
  EXPECT_THAT(text, HasSubstr("Subject: OU = holder, CN = alpha"));
  EXPECT_THAT(text, HasSubstr("Key Usage: critical\n                Digital Signature, Key Agree"));
  EXPECT_THAT(text, HasSubstr("CA:FALSE"));
  EXPECT_THAT(text, HasSubstr("ecdsa-with-SHA384"));
  std::string colons;
  for (const std::uint8_t byte : Alpha().certificate().fingerprint()) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%02X:", byte);
    colons += digits;
  }
  colons.pop_back();
  EXPECT_THAT(text, HasSubstr(colons));
}

TEST(CertificateTest, TakesOnlyItsOwnFormFromStockOpenSsl) {
  const std::string usage = " -addext keyUsage=critical,digitalSignature,keyAgreement";
  const std::string p384 = " -newkey ec -pkeyopt ec_paramgen_curve:P-384";
  const std::string good_subject = " -subj /OU=holder/CN=alpha";
  const std::pair<std::string, bool> cases[] = {
      {p384 + " -sha384" + good_subject + usage, true},
      {" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha384" + good_subject + usage, false},
      {" -newkey rsa:2048 -sha384" + good_subject + usage, false},
      {p384 + " -sha256" + good_subject + usage, false},
      {p384 + " -sha384 -subj /CN=alpha" + usage, false},
      {p384 + " -sha384 -subj /OU=holder" + usage, false},
      {p384 + " -sha384 -subj /OU=doctor/CN=alpha" + usage, false},
      {p384 + " -sha384 -subj /OU=holder/CN=Alpha" + usage, false},
      {p384 + " -sha384 -subj /OU=holder/CN=alpha/CN=beta" + usage, false},
      {p384 + " -sha384 -subj /O=x/OU=holder/CN=alpha" + usage, false},
      {p384 + " -sha384" + good_subject, false},
      {p384 + " -sha384" + good_subject + " -addext keyUsage=digitalSignature,keyAgreement", false},
      {p384 + " -sha384" + good_subject + " -addext keyUsage=critical,digitalSignature", false},
      {p384 + " -sha384" + good_subject +
           " -addext keyUsage=critical,digitalSignature,keyAgreement,keyCertSign",
       false}};
  const TemporaryFolder folder;
  const std::string at = "cd " + folder.path().string() + " && ";
  for (const auto& [arguments, is_good] : cases) {
    ASSERT_EQ(std::system((at + "openssl req -x509 -nodes -days 9 -keyout k -out c" + arguments +
                           " 2>/dev/null")
                              .c_str()),
              0)
        << arguments;
    const auto parsed = Certificate::Parse(ContentOf(folder / "c"), "c");
    EXPECT_EQ(parsed.ok(), is_good) << arguments;
    if (parsed.ok()) continue;
    EXPECT_EQ(parsed.error().code, ErrorCode::kRefused) << parsed.error().message;
    EXPECT_THAT(parsed.error().message, HasSubstr("keygen"));
  }
}

TEST(CertificateTest, RefusesWhatIsNotOneCertificate) {
  const std::string pem = Alpha().certificate().Pem();
  for (const std::string& text :
       {std::string(), std::string("no certificate"), pem + Beta().certificate().Pem(),
        pem.substr(0, pem.size() / 2), std::string(Certificate::kMaxPemBytes + 1, 'a')}) {
    const auto parsed = Certificate::Parse(text, "x.crt");
    ASSERT_FALSE(parsed.ok());
    EXPECT_EQ(parsed.error().code, ErrorCode::kBadData);
    EXPECT_THAT(parsed.error().message, HasSubstr("x.crt"));
    EXPECT_EQ(ERR_peek_error(), 0UL);
  }
}

// A certificate with a changed bit is refused or has another fingerprint, or is the same one.
TEST(CertificateTest, NoChangedBitKeepsTheFingerprintOfAnother) {
  const std::string pem = Alpha().certificate().Pem();
  int accepted = 0;
  for (std::size_t bit = 0; bit < pem.size() * 8; ++bit) {
    std::string changed = pem;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    const auto parsed = Certificate::Parse(changed, "x.crt");
    if (!parsed.ok()) continue;
    ++accepted;
    EXPECT_EQ(parsed.value(), Alpha().certificate()) << bit;
  }
  EXPECT_LT(accepted, 200);
}

TEST(IdentityTest, KeyAndCertificateMustBelongTogether) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Beta().key().Save(folder / "b.key", nullptr, false).ok());
  const PassphraseSource none = []() -> Result<Passphrase> {
    return Error{ErrorCode::kUsage, "none"};
  };
  auto mixed = Identity::Of(KeyPair::Load(folder / "b.key", none).value(), Alpha().certificate(),
                            "alpha.crt");
  ASSERT_FALSE(mixed.ok());
  EXPECT_EQ(mixed.error().code, ErrorCode::kRefused);
  EXPECT_THAT(mixed.error().message, HasSubstr("alpha.crt"));
}

TEST(CertificateTest, FingerprintIsShownInGroups) {
  Digest256 digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(Grouped(digest, "\n"),
            "0001 0203 0405 0607 0809 0a0b 0c0d 0e0f\n1011 1213 1415 1617 1819 1a1b 1c1d 1e1f");
}

}  // namespace
}  // namespace musubi::crypto
