#include "tests/storage/bad_package_maker.h"

namespace musubi::storage {
namespace {

using crypto::Alpha;
using crypto::Beta;
using crypto::Text;
using crypto::Unit;

constexpr ErrorCode kRefused = ErrorCode::kRefused;

// Signatures and segments that are wrong in themselves.
class MessageMaker : public BadPackageMaker {
 public:
  std::vector<BadPackage> Make() {
    Signatures();
    SignedForms();
    Segments();
    Contents();
    return std::move(made_);
  }

 private:
  void AddSigned(const std::string& name, const Bytes& message, ErrorCode code,
                 const std::string& reason) {
    Add(name, TarOf(MembersOf(message, pieces_.segments)), code, reason);
  }

  void Signatures() {
    static const crypto::Identity kStranger = crypto::IdentityFor(crypto::Role::kHolder, "gamma");
    static const crypto::Identity kImpostor = crypto::IdentityFor(crypto::Role::kHolder, "alpha");
    AddSigned("signed by a stranger", Signed(text_, kStranger), kRefused,
              "none of the certificates that you trust");
    AddSigned("signed by another of the same name", Signed(text_, kImpostor), kRefused,
              "none of the certificates that you trust");
    AddSigned("signed by its recipient", Signed(text_, Unit()), kRefused,
              "none of the certificates that you trust");
    AddSigned("signed by another trusted holder", Signed(text_, Beta()), kRefused,
              "names another sender than signed it");
    Bytes changed = signed_;
    const std::string kind = "\"kind\":\"encoding\"";
    const auto found = std::ranges::search(changed, kind);
    *(found.begin() + 8) = 'E';
    AddSigned("one letter changed after signing", changed, kRefused, "changed since");
    changed = signed_;
    changed.back() ^= 1;
    AddSigned("last bit of the signature", changed, kRefused, "signature is not that of");
    AddSigned("signature of another manifest",
              Grafted(signed_, Signed(std::string(text_).replace(text_.find("7777"), 4, "7778"))),
              kRefused, "changed since");
  }

  // The first message with the second one's signature. Requires: both have one length of it.
  static Bytes Grafted(const Bytes& message, const Bytes& other) {
    constexpr std::size_t kTail = 90;  // within the signature
    Bytes grafted = First(message, message.size() - kTail);
    return std::move(grafted) + std::span(other).last(kTail);
  }

  void SignedForms() {
    const std::string reason = "not a SignedData of ECDSA P-384";
    AddSigned("manifest.cms empty", {}, kBad, reason);
    AddSigned("manifest.cms the bare text", Text(text_), kBad, reason);
    AddSigned("manifest.cms zeros", Bytes(600), kBad, reason);
    AddSigned("manifest.cms a detached signature",
              crypto::SignDetached(Text(text_), Alpha()).value(), kBad, reason);
    AddSigned("manifest.cms a sealed message",
              crypto::Seal(Text(text_), Unit().certificate()).value(), kBad, reason);
    AddSigned("manifest.cms cut", First(signed_, signed_.size() - 1), kBad, reason);
    AddSigned("manifest.cms half", First(signed_, signed_.size() / 2), kBad, reason);
    AddSigned("manifest.cms a byte longer", signed_ + Bytes(1), kBad, reason);
    AddSigned("manifest.cms twice", signed_ + signed_, kBad, reason);
    AddSigned("manifest.cms in PEM", Text("-----BEGIN CMS-----\nAAAA\n-----END CMS-----\n"), kBad,
              reason);
    AddSigned("manifest.cms signed twice over", Signed(std::string(signed_.begin(), signed_.end())),
              kBad, "the manifest is not JSON");
    Bytes indefinite = signed_;
    indefinite[1] = 0x80;
    AddSigned("manifest.cms of indefinite length", indefinite, kBad, reason);
    AddSigned("manifest.cms with a version of 3", WithByte({0x02, 0x01, 0x01}, 2, 3), kBad, reason);
    AddSigned("manifest.cms with SHA-256", WithByte({0x65, 0x03, 0x04, 0x02, 0x02}, 4, 1), kBad,
              reason);
    AddSigned("manifest.cms with ECDSA of SHA-256", WithByte({0x3d, 0x04, 0x03, 0x03}, 3, 2), kBad,
              reason);
    AddSigned("manifest.cms of another content type",
              WithByte({0xf7, 0x0d, 0x01, 0x07, 0x01}, 4, 5), kBad, reason);
    AddSigned("manifest.cms that names another serial number", WithByte({0x02, 0x10}, 5, 0x5a),
              kRefused, "none of the certificates");
  }

  // The signed manifest with the byte at `offset` of the first such pattern set.
  Bytes WithByte(const Bytes& pattern, std::size_t offset, std::uint8_t byte) const {
    Bytes changed = signed_;
    const auto found = std::ranges::search(changed, pattern);
    MUSUBI_CHECK(!found.empty());
    std::uint8_t& target = *(found.begin() + static_cast<std::ptrdiff_t>(offset));
    target = target == byte ? static_cast<std::uint8_t>(byte ^ 0x01U) : byte;
    return changed;
  }

  // Segments that are wrong in themselves, under a manifest that has their digests.
  void AddSegment(const std::string& name, const Bytes& segment, ErrorCode code,
                  const std::string& reason) {
    PackagePieces pieces = pieces_;
    pieces.segments[1] = segment;
    pieces.manifest.parts[1] = {segment.size(), crypto::Sha256(segment)};
    Add(name, PackageOf(pieces), code, reason);
  }

  void Segments() {
    const Bytes& good = pieces_.segments[1];
    const std::string other = "is not an AuthEnvelopedData";
    const std::string cipher = "AES-256-GCM and a tag of 16 bytes";
    const Bytes content = SampleContent();
    const Bytes piece(content.begin() + 100, content.begin() + 200);
    AddSegment("segment in the clear", piece, kBad, other);
    AddSegment("segment signed, not sealed", crypto::SignAttached(piece, Alpha()).value(), kBad,
               other);
    AddSegment("segment of zeros", Bytes(good.size()), kBad, other);
    AddSegment("segment cut by a byte", First(good, good.size() - 1), kBad, other);
    AddSegment("segment a byte longer", good + Bytes(1), kBad, cipher);
    AddSegment("segment sealed to its sender", crypto::Seal(piece, Alpha().certificate()).value(),
               kRefused, "sealed to another certificate");
    static const crypto::Identity kOtherUnit = crypto::IdentityFor(crypto::Role::kUnit, "unit");
    AddSegment("segment sealed to another unit of the same name",
               crypto::Seal(piece, kOtherUnit.certificate()).value(), kRefused,
               "sealed to another certificate");
    for (const std::size_t tag : {15U, 12U, 8U, 4U, 1U, 0U}) {
      AddSegment("segment with a tag of " + std::to_string(tag) + " bytes", CutTag(good, tag), kBad,
                 cipher);
    }
    Bytes changed = good;
    changed.back() ^= 1;
    AddSegment("segment with a bit of its tag changed", changed, kRefused, "was changed since");
    changed = good;
    changed[changed.size() - 30] ^= 1;
    AddSegment("segment with a bit of its ciphertext changed", changed, kRefused,
               "was changed since");
    AddSegment("segment a byte short of content", Sealed(First(piece, 99)), kBad,
               "holds another number of bytes");
    AddSegment("segment with a byte more of content", Sealed(piece + Bytes(1)), kBad,
               "holds another number of bytes");
    AddSegment("segment of other content", Sealed(Bytes(100)), kBad, "content has another SHA-256");
    AddSegment("segment of the first one's content", Sealed(First(content, 100)), kBad,
               "content has another SHA-256");
  }

  static Bytes Sealed(const Bytes& content) {
    return crypto::Seal(content, Unit().certificate()).value();
  }

  // A sealed message with a shorter tag, all lengths mended. Requires: its outer lengths have two
  // bytes.
  static Bytes CutTag(const Bytes& message, std::size_t bytes) {
    const std::size_t lost = 16 - bytes;
    Bytes cut = First(message, message.size() - lost);
    cut[message.size() - 17] = static_cast<std::uint8_t>(bytes);
    for (const std::size_t at : {std::size_t{2}, std::size_t{19}, std::size_t{23}}) {
      const std::size_t length = std::size_t{cut[at]} * 256 + cut[at + 1] - lost;
      cut[at] = static_cast<std::uint8_t>(length >> 8U);
      cut[at + 1] = static_cast<std::uint8_t>(length & 255U);
    }
    return cut;
  }

  void Contents() {
    PackagePieces pieces = pieces_;
    pieces.manifest.content_sha256[0] ^= 1;
    Add("another digest of the content", PackageOf(pieces), kBad, "content has another SHA-256");
    pieces = pieces_;
    std::swap(pieces.segments[0], pieces.segments[1]);
    std::swap(pieces.manifest.parts[0], pieces.manifest.parts[1]);
    Add("segments exchanged by the sender", PackageOf(pieces), kBad, "content has another SHA-256");
    pieces = pieces_;
    pieces.segments[1] = pieces.segments[0];
    pieces.manifest.parts[1] = pieces.manifest.parts[0];
    Add("a segment repeated by the sender", PackageOf(pieces), kBad, "content has another SHA-256");
    // Segments of an older package of the same sender, under this one's names.
    pieces = pieces_;
    pieces.segments = SamplePieces().segments;
    Add("segments of another package of the same content",
        TarOf(MembersOf(signed_, pieces.segments)), kBad, "segment-000000.cms is damaged");
  }
};

}  // namespace

std::vector<BadPackage> BadMessages() { return MessageMaker().Make(); }

}  // namespace musubi::storage
