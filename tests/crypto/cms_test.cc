// Signed and sealed messages: only their own form, only their own keys, and stock OpenSSL's too.
#include "crypto/cms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/cms.h>
#include <openssl/err.h>

#include <cstdlib>
#include <string>

#include "tests/crypto/identities.h"
#include "tests/crypto/temporary_folder.h"

namespace musubi::crypto {
namespace {

using testing::HasSubstr;

const Bytes kContent = Text("{\"a\":1}\n");

// A folder with the keys and certificates of alpha and the unit, for the openssl program.
class StockFolder {
 public:
  StockFolder() {
    Write(Alpha(), "alpha");
    Write(Unit(), "unit");
    WriteFile(folder_ / "content", kContent, 0644);
  }

  // Runs `openssl cms` with these arguments in the folder.
  bool Cms(const std::string& arguments) const {
    return std::system(("cd " + folder_.path().string() + " && openssl cms -binary " + arguments +
                        " >/dev/null 2>&1")
                           .c_str()) == 0;
  }
  Bytes Read(const std::string& name) const { return ReadFile(folder_ / name); }
  void Put(const std::string& name, const Bytes& bytes) const {
    WriteFile(folder_ / name, bytes, 0644);
  }

 private:
  void Write(const Identity& identity, const std::string& name) const {
    MUSUBI_CHECK(identity.key().Save(folder_ / (name + ".key"), nullptr, false).ok());
    WriteFile(folder_ / (name + ".crt"), Text(identity.certificate().Pem()), 0644);
  }

  TemporaryFolder folder_;
};

TEST(CmsSignTest, SignedContentComesBack) {
  const Bytes message = SignAttached(kContent, Alpha()).value();
  EXPECT_EQ(VerifyAttached(message, Alpha().certificate()).value(), kContent);
  const auto shown = UnverifiedContent(message);
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(Bytes(shown.value().begin(), shown.value().end()), kContent);
  EXPECT_TRUE(NamesSigner(message, Alpha().certificate()));
  EXPECT_FALSE(NamesSigner(message, Beta().certificate()));
}

TEST(CmsSignTest, EmptyContentIsContentToo) {
  const Bytes message = SignAttached({}, Alpha()).value();
  EXPECT_TRUE(VerifyAttached(message, Alpha().certificate()).value().empty());
  const Bytes signature = SignDetached({}, Alpha()).value();
  EXPECT_TRUE(VerifyDetached(signature, {}, Alpha().certificate()).ok());
  EXPECT_FALSE(VerifyDetached(signature, kContent, Alpha().certificate()).ok());
}

TEST(CmsSignTest, DetachedSignatureIsOfItsContentAlone) {
  const Bytes signature = SignDetached(kContent, Alpha()).value();
  EXPECT_TRUE(VerifyDetached(signature, kContent, Alpha().certificate()).ok());
  const Status other = VerifyDetached(signature, Text("{\"a\":2}\n"), Alpha().certificate());
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, ErrorCode::kRefused);
  EXPECT_EQ(VerifyAttached(signature, Alpha().certificate()).error().code, ErrorCode::kBadData);
  const Bytes attached = SignAttached(kContent, Alpha()).value();
  EXPECT_EQ(VerifyDetached(attached, kContent, Alpha().certificate()).error().code,
            ErrorCode::kBadData);
}

TEST(CmsSignTest, AnothersSignatureIsRefused) {
  const Bytes message = SignAttached(kContent, Alpha()).value();
  const auto verified = VerifyAttached(message, Beta().certificate());
  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(verified.error().code, ErrorCode::kRefused);
  // Nor does a certificate help that only calls itself alpha.
  const Identity impostor = IdentityFor(Role::kHolder, "alpha");
  EXPECT_FALSE(VerifyAttached(message, impostor.certificate()).ok());
  EXPECT_EQ(ERR_peek_error(), 0UL);
}

// Every bit: the form is fixed to the byte, and all else is what is signed or the signature.
TEST(CmsSignTest, NoChangedBitIsAccepted) {
  for (const bool attached : {true, false}) {
    const Bytes message = attached ? SignAttached(kContent, Alpha()).value()
                                   : SignDetached(kContent, Alpha()).value();
    for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
      Bytes changed = message;
      changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      ASSERT_FALSE(attached ? VerifyAttached(changed, Alpha().certificate()).ok()
                            : VerifyDetached(changed, kContent, Alpha().certificate()).ok())
          << bit;
    }
    for (std::size_t size = 0; size < message.size(); ++size) {
      const Bytes cut(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size));
      ASSERT_FALSE(VerifyAttached(cut, Alpha().certificate()).ok()) << size;
    }
    Bytes longer = message;
    longer.push_back(0);
    ASSERT_FALSE(VerifyAttached(longer, Alpha().certificate()).ok());
  }
}

TEST(CmsSignTest, StockOpenSslReadsAndWritesTheSameForm) {
  const StockFolder stock;
  stock.Put("ours.cms", SignAttached(kContent, Alpha()).value());
  ASSERT_TRUE(
      stock.Cms("-verify -inform DER -in ours.cms -nointern -certfile alpha.crt -noverify -out a"));
  EXPECT_EQ(stock.Read("a"), kContent);
  EXPECT_FALSE(
      stock.Cms("-verify -inform DER -in ours.cms -nointern -certfile unit.crt -noverify -out b"));

  const std::string sign =
      "-sign -nocerts -noattr -md sha384 -signer alpha.crt -inkey alpha.key -outform DER ";
  ASSERT_TRUE(stock.Cms(sign + "-nodetach -in content -out theirs.cms"));
  EXPECT_EQ(VerifyAttached(stock.Read("theirs.cms"), Alpha().certificate()).value(), kContent);
  ASSERT_TRUE(stock.Cms(sign + "-in content -out detached.cms"));
  EXPECT_TRUE(VerifyDetached(stock.Read("detached.cms"), kContent, Alpha().certificate()).ok());
}

TEST(CmsSignTest, OtherFormsOfStockOpenSslAreRefused) {
  const StockFolder stock;
  const std::string sign =
      "-sign -nodetach -signer alpha.crt -inkey alpha.key -in content "
      "-outform DER -out x.cms ";
  for (const char* form :
       {"-md sha384", "-md sha384 -nocerts", "-md sha384 -noattr", "-md sha256 -nocerts -noattr",
        "-md sha384 -nocerts -noattr -keyid", "-md sha384 -nocerts -noattr -econtent_type 1.2.3.4",
        "-md sha384 -nocerts -noattr -stream -indef"}) {
    ASSERT_TRUE(stock.Cms(sign + form)) << form;
    const auto verified = VerifyAttached(stock.Read("x.cms"), Alpha().certificate());
    ASSERT_FALSE(verified.ok()) << form;
    EXPECT_EQ(verified.error().code, ErrorCode::kBadData) << form;
  }
}

TEST(CmsSealTest, SealedContentOpensWithItsKeyAlone) {
  const Bytes message = Seal(kContent, Unit().certificate()).value();
  const auto opened = Open(message, Unit());
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_TRUE(std::ranges::equal(opened.value().bytes(), kContent));
  const auto other = Open(message, Alpha());
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, ErrorCode::kRefused);
  EXPECT_NE(Seal(kContent, Unit().certificate()).value(), message);
  EXPECT_EQ(ERR_peek_error(), 0UL);
}

TEST(CmsSealTest, TheLargestSegmentComesBack) {
  std::mt19937_64 random(7);
  const Bytes content = Random(&random, kMaxCmsBytes);
  const Bytes message = Seal(content, Unit().certificate()).value();
  const auto opened = Open(message, Unit());
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_TRUE(std::ranges::equal(opened.value().bytes(), content));
}

TEST(CmsSealTest, NoChangedBitAndNoLengthIsAccepted) {
  const Bytes message = Seal(kContent, Unit().certificate()).value();
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    Bytes changed = message;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    ASSERT_FALSE(Open(changed, Unit()).ok()) << bit;
  }
  for (std::size_t size = 0; size < message.size(); ++size) {
    ASSERT_FALSE(Open(std::span(message).first(size), Unit()).ok()) << size;
  }
  EXPECT_EQ(ERR_peek_error(), 0UL);
}

// Lengths take another byte at 128, 256, 65,536 and 16,777,216; OpenSSL writes what it has read in
// the one form of DER.
TEST(CmsSealTest, EveryLengthHasTheFormThatOpenSslGivesIt) {
  std::mt19937_64 random(20261130);
  for (const std::size_t around : {64U, 65'280U, 16'776'900U}) {
    const Bytes content = Random(&random, around + 300);
    for (std::size_t size = around - 64; size < around + 300; size += around < 1000 ? 1 : 59) {
      const Bytes message = Seal(std::span(content).first(size), Unit().certificate()).value();
      const auto* der = message.data();
      CMS_ContentInfo* const read =
          d2i_CMS_ContentInfo(nullptr, &der, static_cast<long>(message.size()));
      ASSERT_NE(read, nullptr) << size;
      Bytes written(message.size());
      auto* end = written.data();
      ASSERT_EQ(i2d_CMS_ContentInfo(read, nullptr), static_cast<int>(message.size())) << size;
      i2d_CMS_ContentInfo(read, &end);
      CMS_ContentInfo_free(read);
      ASSERT_TRUE(written == message) << size;
    }
  }
}

TEST(CmsSealTest, EmptyContentIsContentToo) {
  const Bytes message = Seal({}, Unit().certificate()).value();
  const auto opened = Open(message, Unit());
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_TRUE(opened.value().bytes().empty());
}

TEST(CmsSealTest, OpensWhereTheMessageLies) {
  Bytes message = Seal(kContent, Unit().certificate()).value();
  Bytes changed = message;
  changed.back() ^= 1;
  const auto opened = OpenInPlace(message, Unit());
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_TRUE(std::ranges::equal(opened.value(), kContent));
  EXPECT_TRUE(opened.value().data() > message.data() &&
              opened.value().data() < message.data() + message.size());

  ASSERT_FALSE(OpenInPlace(changed, Unit()).ok());
  EXPECT_TRUE(std::ranges::search(changed, kContent).empty());
  const Bytes wiped(kContent.size());
  EXPECT_FALSE(std::ranges::search(changed, wiped).empty());
}

// The message with its tag cut to `tag_bytes`, and every length around it mended; `icv` is the
// tag's length as the algorithm's parameters give it.
Bytes WithTag(const Bytes& message, std::size_t tag_bytes, std::uint8_t icv) {
  // Headers of two bytes hold these lengths; the two outermost elements have long ones.
  Bytes cut = message;
  const std::size_t lost = 16 - tag_bytes;
  cut[cut.size() - 17] = static_cast<std::uint8_t>(tag_bytes);
  cut.resize(cut.size() - lost);
  for (const std::size_t at : {std::size_t{2}, std::size_t{19}, std::size_t{23}}) {
    const std::size_t length = std::size_t{cut[at]} * 256 + cut[at + 1] - lost;
    cut[at] = static_cast<std::uint8_t>(length >> 8U);
    cut[at + 1] = static_cast<std::uint8_t>(length & 255U);
  }
  const Bytes parameter = {0x02, 0x01, 0x10, 0x80};  // the tag's length, before the ciphertext
  const auto found = std::ranges::search(cut, parameter);
  MUSUBI_CHECK(!found.empty());
  *(found.begin() + 2) = icv;
  return cut;
}

bool OpenSslOpens(const Bytes& message, const StockFolder& stock) {
  stock.Put("x.cms", message);
  return stock.Cms("-decrypt -inform DER -in x.cms -recip unit.crt -inkey unit.key -out x");
}

// OpenSSL 3.0 opens messages whose tag was cut, down to four bytes: a forger then needs no more
// than some 2^32 tries. The form is looked at first, and refuses each of them.
TEST(CmsSealTest, CutTagsAreRefusedThoughOpenSslTakesThem) {
  const StockFolder stock;
  const Bytes message = Seal(kContent, Unit().certificate()).value();
  ASSERT_EQ(WithTag(message, 16, 16), message);
  ASSERT_TRUE(OpenSslOpens(message, stock));
  int taken = 0;
  for (const std::size_t bytes : {15U, 14U, 13U, 12U, 8U, 4U, 1U}) {
    for (const std::uint8_t icv : {std::uint8_t{16}, static_cast<std::uint8_t>(bytes)}) {
      const Bytes cut = WithTag(message, bytes, icv);
      taken += OpenSslOpens(cut, stock) ? 1 : 0;
      const auto opened = Open(cut, Unit());
      ASSERT_FALSE(opened.ok()) << bytes;
      EXPECT_EQ(opened.error().code, ErrorCode::kBadData);
      EXPECT_THAT(opened.error().message, HasSubstr("tag of 16 bytes"));
    }
  }
  EXPECT_FALSE(Open(WithTag(message, 16, 12), Unit()).ok());
  RecordProperty("cut_tags_that_openssl_takes", taken);
}

TEST(CmsSealTest, StockOpenSslReadsAndWritesTheSameForm) {
  const StockFolder stock;
  ASSERT_TRUE(OpenSslOpens(Seal(kContent, Unit().certificate()).value(), stock));
  EXPECT_EQ(stock.Read("x"), kContent);
  ASSERT_TRUE(
      stock.Cms("-encrypt -aes-256-gcm -recip unit.crt -keyopt ecdh_kdf_md:sha384 -in content "
                "-outform DER -out theirs.cms"));
  const auto opened = Open(stock.Read("theirs.cms"), Unit());
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_TRUE(std::ranges::equal(opened.value().bytes(), kContent));
}

TEST(CmsSealTest, OtherFormsOfStockOpenSslAreRefused) {
  const StockFolder stock;
  const std::string to_unit = " -recip unit.crt -keyopt ecdh_kdf_md:sha384 ";
  for (const std::string& form :
       {"-aes-256-cbc" + to_unit, "-aes-128-gcm" + to_unit, "-aes-192-gcm" + to_unit,
        std::string("-aes-256-gcm -recip unit.crt"),
        "-aes-256-gcm -recip alpha.crt -keyopt ecdh_kdf_md:sha384" + to_unit,
        "-aes-256-gcm -keyid" + to_unit, "-aes-256-gcm -stream -indef" + to_unit}) {
    ASSERT_TRUE(stock.Cms("-encrypt -in content -outform DER -out x.cms " + form)) << form;
    const auto opened = Open(stock.Read("x.cms"), Unit());
    ASSERT_FALSE(opened.ok()) << form;
    EXPECT_EQ(opened.error().code, ErrorCode::kBadData) << form << opened.error().message;
  }
}

}  // namespace
}  // namespace musubi::crypto
