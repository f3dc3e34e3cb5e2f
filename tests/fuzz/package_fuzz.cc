// Any bytes as a package, a signed or sealed message, a manifest or a certificate: refused, or in
// the one form that its writer writes. No input is signed by, or sealed to, the key made here.
#include <string>

#include "core/check.h"
#include "crypto/cms.h"
#include "storage/sealed_package.h"
#include "tests/fuzz/memory_file.h"

namespace {

using musubi::crypto::Certificate;
using musubi::crypto::Identity;

class FixedRandom : public musubi::RandomSource {
 public:
  musubi::Status Fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = 0x5a;
    return {};
  }
};

class FixedClock : public musubi::Clock {
 public:
  std::int64_t UnixSeconds() override { return 1796040000; }
};

Identity MakeIdentity() {
  FixedRandom random;
  auto key = musubi::crypto::KeyPair::Generate().value();
  auto certificate =
      Certificate::SelfSigned(key, {musubi::crypto::Role::kHolder, "fuzz", 1796000000, 1800000000},
                              random)
          .value();
  return Identity::Of(std::move(key), std::move(certificate), "fuzz.crt").value();
}

void AsPackage(const std::uint8_t* data, std::size_t size, const Identity& identity) {
  const musubi::MemoryFile bytes(data, size);
  FixedClock clock;
  musubi::ExecContext context;
  context.clock = &clock;
  (void)musubi::storage::LooksLikePackage(bytes.path());
  (void)musubi::storage::ReadUnverifiedManifest(bytes.path());
  musubi::storage::PackageExpectation expectation;
  expectation.senders = std::span(&identity.certificate(), 1);
  MUSUBI_CHECK(!musubi::storage::PackageReader::Open(bytes.path(), expectation, context).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Identity identity = MakeIdentity();
  const std::span bytes(data, size);
  const std::string text(bytes.begin(), bytes.end());
  AsPackage(data, size, identity);
  (void)musubi::crypto::UnverifiedContent(bytes);
  MUSUBI_CHECK(!musubi::crypto::VerifyAttached(bytes, identity.certificate()).ok());
  MUSUBI_CHECK(!musubi::crypto::VerifyDetached(bytes, {}, identity.certificate()).ok());
  MUSUBI_CHECK(!musubi::crypto::Open(bytes, identity).ok());
  const auto manifest = musubi::storage::ParsePackageManifest(text, "fuzz");
  if (manifest.ok()) MUSUBI_CHECK(musubi::storage::PackageManifestText(manifest.value()) == text);
  const auto certificate = Certificate::Parse(text, "fuzz.crt");
  if (certificate.ok()) {
    const auto again = Certificate::Parse(certificate.value().Pem(), "fuzz.crt");
    MUSUBI_CHECK(again.ok() && again.value() == certificate.value());
  }
  return 0;
}
