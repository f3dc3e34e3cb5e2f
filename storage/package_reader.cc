#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "core/check.h"
#include "core/utc_time.h"
#include "crypto/wiped_bytes.h"
#include "storage/package_names.h"
#include "storage/sealed_package.h"
#include "storage/tar.h"

namespace musubi::storage {

namespace {

using crypto::Certificate;
using Bytes = std::vector<std::uint8_t>;
using Path = std::filesystem::path;

constexpr std::size_t kReadBytes = std::size_t{256} * 1024;
constexpr const char* kKind = "a sealed package";  // for messages
// The signature and what surrounds it.
constexpr std::uint64_t kMaxSignatureBytes = 4096;

Error At(const Path& file, ErrorCode code, const std::string& what) {
  return {code, file.string() + ": " + what};
}
Error Bad(const Path& file, const std::string& what) { return At(file, ErrorCode::kBadData, what); }
Error Refused(const Path& file, const std::string& what) {
  return At(file, ErrorCode::kRefused, what);
}

// Puts the file, and a member of it, before an error of the room crypto.
Error Of(const Path& file, const std::string& member, const Error& error) {
  return At(file, error.code, member + ": " + error.message);
}

std::string_view TextOf(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint64_t LargestPart(const PackageManifest& manifest) {
  std::uint64_t largest = 0;
  for (const PackagePart& part : manifest.parts) largest = std::max(largest, part.bytes);
  return largest;
}

Result<Bytes> ReadSignedManifest(const Path& file, TarReader* tar) {
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t bytes, tar->Next(kPackageManifestName));
  if (bytes > kMaxPackageManifestBytes + kMaxSignatureBytes) {
    return Bad(file, "manifest.cms is larger than any package's");
  }
  Bytes message(bytes);
  MUSUBI_RETURN_IF_ERROR(tar->Read(message));
  return message;
}

// The content of the signed manifest, and which of the pinned certificates signed it.
struct SignedBy {
  Bytes content;
  Certificate signer;
};

Result<SignedBy> VerifySignature(const Path& file, const Bytes& message,
                                 std::span<const Certificate> senders) {
  if (const auto form = crypto::UnverifiedContent(message); !form.ok()) {
    return Of(file, kPackageManifestName, form.error());
  }
  std::optional<Error> failure;
  for (const Certificate& sender : senders) {
    if (!crypto::NamesSigner(message, sender)) continue;
    auto content = crypto::VerifyAttached(message, sender);
    if (content.ok()) return SignedBy{std::move(content).value(), sender};
    failure = Of(file, kPackageManifestName, content.error());
  }
  if (failure) return *failure;
  return Refused(file,
                 "it is signed by none of the certificates that you trust; compare its sender's "
                 "fingerprint (inspect) with the sender, then trust the certificate");
}

// What the manifest says against what the receiver takes.
class ClaimsCheck {
 public:
  ClaimsCheck(const Path& file, const PackageManifest& manifest, const Certificate& sender)
      : file_(file), manifest_(manifest), sender_(sender) {}

  Status Check(const PackageExpectation& expected, std::int64_t now) const {
    MUSUBI_RETURN_IF_ERROR(CheckSender(expected, now));
    if (manifest_.recipient != expected.recipient) {
      return Refused(
          file_, "it is for the certificate " + crypto::ToHex(manifest_.recipient).substr(0, 16) +
                     ", not for yours, " + crypto::ToHex(expected.recipient).substr(0, 16) +
                     "; ask the sender to seal it to yours");
    }
    if (manifest_.kind != expected.kind) {
      return Refused(file_, "it is a package of kind " + std::string(NameOf(manifest_.kind)) +
                                ", and only " + std::string(NameOf(expected.kind)) +
                                " is taken here");
    }
    if (expected.contract && manifest_.contract != *expected.contract) {
      return At(file_, ErrorCode::kContract,
                "it was made for contract " + crypto::ToHex(manifest_.contract) + ", not for " +
                    crypto::ToHex(*expected.contract));
    }
    return {};
  }

 private:
  Status CheckSender(const PackageExpectation& expected, std::int64_t now) const {
    if (manifest_.sender != sender_.fingerprint()) {
      return Refused(file_,
                     "its manifest names another sender than signed it; ask the sender for a "
                     "package of its own making");
    }
    if (sender_.role() != expected.sender_role) {
      return Refused(file_, "its sender, " + sender_.name() + ", is a " +
                                std::string(NameOf(sender_.role())) + ", and only a " +
                                std::string(NameOf(expected.sender_role)) +
                                " sends such a package");
    }
    const std::string validity = "the certificate of " + sender_.name() + ", valid from " +
                                 FormatUtc(sender_.not_before()) + " to " +
                                 FormatUtc(sender_.not_after());
    if (!sender_.IsValidAt(manifest_.created)) {
      return Refused(file_, "it says it was made at " + FormatUtc(manifest_.created) +
                                ", outside " + validity);
    }
    if (now > sender_.not_after()) {
      return Refused(file_, "now, at " + FormatUtc(now) + ", is outside " + validity +
                                "; ask the sender for one under a new certificate");
    }
    return {};
  }

  const Path& file_;
  const PackageManifest& manifest_;
  const Certificate& sender_;
};

}  // namespace

struct PackageReader::State {
  State(Path path, TarReader opened, PackageManifest claims, Certificate by)
      : file(std::move(path)),
        tar(std::move(opened)),
        manifest(std::move(claims)),
        sender(std::move(by)) {}

  Status CheckParts(const ExecContext& context);
  Status CheckPart(std::size_t index, const ExecContext& context);
  Result<std::span<const std::uint8_t>> OpenPart(std::size_t index,
                                                 const crypto::Identity& recipient,
                                                 std::span<std::uint8_t> buffer) const;

  Path file;
  TarReader tar;
  PackageManifest manifest;
  Certificate sender;
  std::vector<std::uint64_t> begins;  // where each part's bytes begin in the file
  std::uint64_t read = 0;             // bytes of parts, for the progress
};

Status PackageReader::State::CheckPart(std::size_t index, const ExecContext& context) {
  const std::string name = SegmentName(index);
  const PackagePart& part = manifest.parts[index];
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t bytes, tar.Next(name));
  if (bytes != part.bytes) {
    return Bad(file, name + " has " + std::to_string(bytes) + " bytes, but the manifest says " +
                         std::to_string(part.bytes) + "; ask the sender for the package again");
  }
  begins.push_back(tar.member_begin());
  crypto::Sha256Stream digest;
  Bytes buffer(std::min<std::uint64_t>(bytes, kReadBytes));
  for (std::uint64_t left = bytes; left > 0;) {
    if (context.stopped()) return Interrupted();
    const auto piece = std::span(buffer).first(std::min<std::uint64_t>(left, buffer.size()));
    MUSUBI_RETURN_IF_ERROR(tar.Read(piece));
    digest.Update(piece);
    left -= piece.size();
    context.Progress(read += piece.size());
  }
  if (digest.Finish() != part.sha256) {
    return Bad(file, name +
                         " is damaged or another's: it has another SHA-256 than the manifest "
                         "says; ask the sender for the package again");
  }
  return {};
}

Status PackageReader::State::CheckParts(const ExecContext& context) {
  for (std::size_t i = 0; i < manifest.parts.size(); ++i) {
    MUSUBI_RETURN_IF_ERROR(CheckPart(i, context));
  }
  return tar.Finish();
}

// Reads a part again: what is decrypted is what has the digest, whatever happened to the file. Its
// content is then in `buffer`, where the part was, which is as long.
Result<std::span<const std::uint8_t>> PackageReader::State::OpenPart(
    std::size_t index, const crypto::Identity& recipient, std::span<std::uint8_t> buffer) const {
  const PackagePart& part = manifest.parts[index];
  const auto sealed = buffer.first(part.bytes);
  MUSUBI_RETURN_IF_ERROR(tar.ReadAt(begins[index], sealed));
  tar.Forget(begins[index], part.bytes);
  if (crypto::Sha256(sealed) != part.sha256) {
    return Bad(file, SegmentName(index) + " was changed while it was read; try again");
  }
  const auto content = crypto::OpenInPlace(sealed, recipient);
  if (!content.ok()) return Of(file, SegmentName(index), content.error());
  const bool is_last = index + 1 == manifest.parts.size();
  const std::uint64_t expected =
      is_last ? manifest.content_bytes - index * manifest.segment_bytes : manifest.segment_bytes;
  if (content.value().size() != expected) {
    return Bad(file, SegmentName(index) +
                         " holds another number of bytes than the manifest calls for; the "
                         "sender's program is at fault");
  }
  return content;
}

PackageReader::PackageReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
PackageReader::~PackageReader() = default;
PackageReader::PackageReader(PackageReader&&) noexcept = default;
PackageReader& PackageReader::operator=(PackageReader&&) noexcept = default;

Result<PackageReader> PackageReader::Open(const Path& file, const PackageExpectation& expectation,
                                          const ExecContext& context) {
  MUSUBI_CHECK(context.clock != nullptr);
  MUSUBI_ASSIGN_OR_RETURN(TarReader tar, TarReader::Open(file, kKind));
  MUSUBI_ASSIGN_OR_RETURN(const Bytes message, ReadSignedManifest(file, &tar));
  MUSUBI_ASSIGN_OR_RETURN(const SignedBy by, VerifySignature(file, message, expectation.senders));
  MUSUBI_ASSIGN_OR_RETURN(PackageManifest manifest,
                          ParsePackageManifest(TextOf(by.content), file.string()));
  MUSUBI_RETURN_IF_ERROR(
      ClaimsCheck(file, manifest, by.signer).Check(expectation, context.clock->UnixSeconds()));
  auto state = std::make_unique<State>(file, std::move(tar), std::move(manifest), by.signer);
  MUSUBI_RETURN_IF_ERROR(state->CheckParts(context));
  return PackageReader(std::move(state));
}

const PackageManifest& PackageReader::manifest() const { return state_->manifest; }
const Certificate& PackageReader::sender() const { return state_->sender; }

Status PackageReader::Read(const crypto::Identity& recipient, const ByteSink& out,
                           const ExecContext& context) {
  const State& state = *state_;
  MUSUBI_CHECK(recipient.certificate().fingerprint() == state.manifest.recipient);
  crypto::WipedBytes buffer(LargestPart(state.manifest));
  crypto::Sha256Stream digest;
  for (std::size_t i = 0; i < state.manifest.parts.size(); ++i) {
    if (context.stopped()) return Interrupted();
    MUSUBI_ASSIGN_OR_RETURN(const auto content,
                            state.OpenPart(i, recipient, buffer.mutable_bytes()));
    digest.Update(content);
    MUSUBI_RETURN_IF_ERROR(out(content));
    context.Progress((i + 1) * state.manifest.segment_bytes);
  }
  if (digest.Finish() != state.manifest.content_sha256) {
    return Bad(state.file,
               "its content has another SHA-256 than the manifest says; the sender's program is "
               "at fault");
  }
  return {};
}

bool LooksLikePackage(const Path& file) {
  std::FILE* input = std::fopen(file.c_str(), "rb");
  if (input == nullptr) return false;
  const std::string_view name = kPackageManifestName;
  std::array<char, 16> start{};
  const std::size_t got = std::fread(start.data(), 1, name.size() + 1, input);
  std::fclose(input);
  return got == name.size() + 1 && std::string_view(start.data()) == name;
}

Result<PackageManifest> ReadUnverifiedManifest(const Path& file) {
  MUSUBI_ASSIGN_OR_RETURN(TarReader tar, TarReader::Open(file, kKind));
  MUSUBI_ASSIGN_OR_RETURN(const Bytes message, ReadSignedManifest(file, &tar));
  const auto content = crypto::UnverifiedContent(message);
  if (!content.ok()) return Of(file, kPackageManifestName, content.error());
  return ParsePackageManifest(TextOf(content.value()), file.string());
}

}  // namespace musubi::storage
