#include <algorithm>
#include <utility>
#include <vector>

#include "core/check.h"
#include "core/utc_time.h"
#include "crypto/wiped_bytes.h"
#include "storage/hidden_file.h"
#include "storage/package_names.h"
#include "storage/sealed_package.h"
#include "storage/tar.h"

namespace musubi::storage {

namespace {

constexpr std::size_t kCopyBytes = std::size_t{256} * 1024;

Status CheckValidity(const crypto::Certificate& certificate, std::int64_t now) {
  if (certificate.IsValidAt(now)) return {};
  return Error{ErrorCode::kRefused, "the certificate of " + certificate.name() + " is valid from " +
                                        FormatUtc(certificate.not_before()) + " to " +
                                        FormatUtc(certificate.not_after()) + ", and now is " +
                                        FormatUtc(now) +
                                        "; use one that is valid, or set this machine's clock"};
}

}  // namespace

struct PackageWriter::State {
  State(const PackageRequest& asked, const ExecContext& with, HiddenFile made)
      : request(asked), context(with), hidden(std::move(made)), segment(asked.segment_bytes) {}

  Status SealSegment();
  Status WriteArchive(std::span<const std::uint8_t> signed_manifest, AtomicFile* out);

  const PackageRequest request;
  const ExecContext context;
  HiddenFile hidden;           // the sealed segments, one after the other
  crypto::WipedBytes segment;  // the content of the present one
  std::size_t used = 0;
  PackageManifest manifest;
  crypto::Sha256Stream digest;
};

Status PackageWriter::State::SealSegment() {
  if (context.stopped()) return Interrupted();
  const auto content = segment.bytes().first(used);
  digest.Update(content);
  manifest.content_bytes += used;
  used = 0;
  MUSUBI_ASSIGN_OR_RETURN(const auto sealed, crypto::Seal(content, *request.recipient));
  MUSUBI_CHECK(sealed.size() <= manifest.segment_bytes + kMaxSealBytes);
  manifest.parts.push_back({sealed.size(), crypto::Sha256(sealed)});
  return hidden.Write(sealed);
}

Status PackageWriter::State::WriteArchive(std::span<const std::uint8_t> signed_manifest,
                                          AtomicFile* out) {
  TarWriter tar([out](std::span<const std::uint8_t> bytes) { return out->Write(bytes); });
  MUSUBI_RETURN_IF_ERROR(tar.Begin(kPackageManifestName, signed_manifest.size()));
  MUSUBI_RETURN_IF_ERROR(tar.Append(signed_manifest));
  std::vector<std::uint8_t> buffer(kCopyBytes);
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < manifest.parts.size(); ++i) {
    const std::uint64_t begin = at;
    std::uint64_t left = manifest.parts[i].bytes;
    MUSUBI_RETURN_IF_ERROR(tar.Begin(SegmentName(i), left));
    while (left > 0) {
      if (context.stopped()) return Interrupted();
      const auto piece = std::span(buffer).first(std::min<std::uint64_t>(left, buffer.size()));
      MUSUBI_RETURN_IF_ERROR(hidden.ReadAt(at, piece));
      MUSUBI_RETURN_IF_ERROR(tar.Append(piece));
      at += piece.size();
      left -= piece.size();
    }
    hidden.Release(begin, at - begin);  // so that the disk holds one package, not two
  }
  return tar.Finish();
}

PackageWriter::PackageWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
PackageWriter::~PackageWriter() = default;
PackageWriter::PackageWriter(PackageWriter&&) noexcept = default;
PackageWriter& PackageWriter::operator=(PackageWriter&&) noexcept = default;

Result<PackageWriter> PackageWriter::Create(const PackageRequest& request,
                                            const ExecContext& context) {
  MUSUBI_CHECK(request.sender != nullptr && request.recipient != nullptr);
  MUSUBI_CHECK(request.clearance.has_value() == (request.kind == PackageKind::kEncoding));
  MUSUBI_CHECK(context.clock != nullptr && context.random != nullptr);
  MUSUBI_CHECK(request.segment_bytes > 0 && request.segment_bytes <= crypto::kMaxCmsBytes);
  const std::int64_t now = context.clock->UnixSeconds();
  MUSUBI_RETURN_IF_ERROR(CheckValidity(request.sender->certificate(), now));
  MUSUBI_RETURN_IF_ERROR(CheckValidity(*request.recipient, now));
  MUSUBI_ASSIGN_OR_RETURN(HiddenFile hidden, HiddenFile::Create(request.folder));
  auto state = std::make_unique<State>(request, context, std::move(hidden));
  PackageManifest& manifest = state->manifest;
  MUSUBI_RETURN_IF_ERROR(context.random->Fill(manifest.id.bytes));
  manifest.kind = request.kind;
  manifest.contract = request.contract;
  manifest.clearance = request.clearance;
  manifest.sender = request.sender->certificate().fingerprint();
  manifest.recipient = request.recipient->fingerprint();
  manifest.created = now;
  manifest.segment_bytes = request.segment_bytes;
  return PackageWriter(std::move(state));
}

Status PackageWriter::Write(std::span<const std::uint8_t> bytes) {
  State& state = *state_;
  while (!bytes.empty()) {
    // A full segment is sealed only when more follows, so that the last one is never empty.
    if (state.used == state.request.segment_bytes) MUSUBI_RETURN_IF_ERROR(state.SealSegment());
    const std::size_t count = std::min(bytes.size(), state.request.segment_bytes - state.used);
    std::ranges::copy(bytes.first(count),
                      state.segment.mutable_bytes().subspan(state.used).begin());
    state.used += count;
    bytes = bytes.subspan(count);
  }
  return {};
}

Result<PackageManifest> PackageWriter::Finish(AtomicFile* out) {
  State& state = *state_;
  MUSUBI_CHECK(state.used > 0);
  MUSUBI_RETURN_IF_ERROR(state.SealSegment());
  state.manifest.content_sha256 = state.digest.Finish();
  const std::string text = PackageManifestText(state.manifest);
  if (text.size() > kMaxPackageManifestBytes) {
    return Error{ErrorCode::kIo, "the content is too large for a package of segments of " +
                                     std::to_string(state.request.segment_bytes) + " bytes"};
  }
  MUSUBI_ASSIGN_OR_RETURN(
      const auto signed_manifest,
      crypto::SignAttached(
          std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()),
          *state.request.sender));
  MUSUBI_RETURN_IF_ERROR(state.WriteArchive(signed_manifest, out));
  return state.manifest;
}

}  // namespace musubi::storage
