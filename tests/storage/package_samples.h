// A small sealed package, its pieces, and archives put together byte by byte, for tests.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/check.h"
#include "crypto/cms.h"
#include "storage/sealed_package.h"
#include "tests/crypto/bytes.h"
#include "tests/crypto/identities.h"
#include "tests/storage/file_samples.h"

namespace musubi::storage {

using crypto::Bytes;
using crypto::operator+;

// A clock that stands still.
class StoppedClock : public Clock {
 public:
  explicit StoppedClock(std::int64_t seconds) : seconds_(seconds) {}
  std::int64_t UnixSeconds() override { return seconds_; }

 private:
  std::int64_t seconds_;
};

// A context at a moment.
class At {
 public:
  explicit At(std::int64_t seconds = crypto::kNoon) : clock_(seconds) {}
  ExecContext context() {
    ExecContext context;
    context.random = &random_;
    context.clock = &clock_;
    return context;
  }

 private:
  StoppedClock clock_;
  crypto::SystemRandom random_;
};

inline constexpr std::size_t kSampleSegmentBytes = 100;

inline crypto::Fingerprint SampleContract() {
  crypto::Fingerprint contract{};
  contract.fill(0x11);
  return contract;
}

// Of an audit that passed.
inline Clearance SampleClearance() {
  Clearance clearance;
  clearance.passed.emplace().fill(0x33);
  return clearance;
}

// 250 bytes: three segments, the last one half full.
inline Bytes SampleContent(std::size_t size = 250) {
  std::mt19937_64 random(20261130);
  return crypto::Random(&random, size);
}

// An encoding from alpha to the unit.
inline PackageRequest SampleRequest(const std::filesystem::path& folder) {
  PackageRequest request;
  request.kind = PackageKind::kEncoding;
  request.contract = SampleContract();
  request.sender = &crypto::Alpha();
  request.recipient = &crypto::Unit().certificate();
  request.folder = folder;
  request.segment_bytes = kSampleSegmentBytes;
  request.clearance = SampleClearance();
  return request;
}

inline const std::vector<crypto::Certificate>& SampleSenders() {
  static const std::vector<crypto::Certificate> kSenders = {crypto::Beta().certificate(),
                                                            crypto::Alpha().certificate()};
  return kSenders;
}

// What the unit takes of alpha and beta.
inline PackageExpectation SampleExpectation() {
  PackageExpectation expectation;
  expectation.kind = PackageKind::kEncoding;
  expectation.sender_role = crypto::Role::kHolder;
  expectation.senders = SampleSenders();
  expectation.recipient = crypto::Unit().certificate().fingerprint();
  expectation.contract = SampleContract();
  return expectation;
}

// Writes a package file, and returns its manifest.
inline PackageManifest WritePackage(const std::filesystem::path& file, const Bytes& content,
                                    const PackageRequest& request) {
  At now;
  AtomicFile out = AtomicFile::Create(file, Overwrite::kReplace, 0644).value();
  PackageWriter writer = PackageWriter::Create(request, now.context()).value();
  MUSUBI_CHECK(writer.Write(content).ok());
  PackageManifest manifest = writer.Finish(&out).value();
  MUSUBI_CHECK(out.Commit().ok());
  return manifest;
}

// Reads a whole package. What comes out is in `*content` even where it must not be used.
inline Status ReadPackage(const std::filesystem::path& file, const PackageExpectation& expectation,
                          const crypto::Identity& recipient, Bytes* content) {
  At now;
  MUSUBI_ASSIGN_OR_RETURN(PackageReader reader,
                          PackageReader::Open(file, expectation, now.context()));
  return reader.Read(
      recipient,
      [content](std::span<const std::uint8_t> bytes) -> Status {
        content->insert(content->end(), bytes.begin(), bytes.end());
        return {};
      },
      now.context());
}

// One member of an archive, with everything a ustar header can say.
struct TarMember {
  std::string name;
  Bytes bytes;
  char type = '0';
  std::string mode = "000644 ";
  std::string uid = "000000 ";
  std::string gid = "000000 ";
  std::string size{};  // empty: that of `bytes`
  std::string mtime = "00000000000";
  std::string link{};
  std::string magic = std::string("ustar\00000", 8);
  std::string user{};
  std::string group{};
  std::string device_major = "000000 ";
  std::string prefix{};
  std::string sum{};  // empty: the right one
  std::uint8_t padding = 0;
};

inline void PutField(std::string_view text, std::size_t at, Bytes* header) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    (*header)[at + i] = static_cast<std::uint8_t>(text[i]);
  }
}

inline Bytes HeaderOf(const TarMember& member) {
  Bytes header(512);
  char size[16];
  std::snprintf(size, sizeof size, "%011zo ", member.bytes.size());
  PutField(member.name, 0, &header);
  PutField(member.mode, 100, &header);
  PutField(member.uid, 108, &header);
  PutField(member.gid, 116, &header);
  PutField(member.size.empty() ? size : member.size, 124, &header);
  PutField(member.mtime + ' ', 136, &header);
  PutField("        ", 148, &header);
  PutField(std::string(1, member.type), 156, &header);
  PutField(member.link, 157, &header);
  PutField(member.magic, 257, &header);
  PutField(member.user, 265, &header);
  PutField(member.group, 297, &header);
  PutField(member.device_major, 329, &header);
  PutField("000000 ", 337, &header);
  PutField(member.prefix, 345, &header);
  unsigned sum = 0;
  for (const std::uint8_t byte : header) sum += byte;
  char digits[16];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  PutField(member.sum.empty() ? std::string(digits) + '\0' + ' ' : member.sum, 148, &header);
  return header;
}

inline Bytes TarOf(const std::vector<TarMember>& members) {
  Bytes archive;
  for (const TarMember& member : members) {
    archive = std::move(archive) + HeaderOf(member) + member.bytes;
    while (archive.size() % 512 != 0) archive.push_back(member.padding);
  }
  archive.resize(archive.size() + 1024);
  return archive;
}

// The pieces of the sample, to put together in other ways.
struct PackagePieces {
  PackageManifest manifest;
  std::vector<Bytes> segments;  // sealed
};

inline PackagePieces SamplePieces() {
  PackagePieces pieces;
  PackageManifest& manifest = pieces.manifest;
  const Bytes content = SampleContent();
  manifest.id.bytes.fill(0x77);
  manifest.contract = SampleContract();
  manifest.sender = crypto::Alpha().certificate().fingerprint();
  manifest.recipient = crypto::Unit().certificate().fingerprint();
  manifest.created = crypto::kNoon;
  manifest.clearance = SampleClearance();
  manifest.content_bytes = content.size();
  manifest.content_sha256 = crypto::Sha256(content);
  manifest.segment_bytes = kSampleSegmentBytes;
  for (std::size_t at = 0; at < content.size(); at += kSampleSegmentBytes) {
    const auto piece =
        std::span(content).subspan(at, std::min(kSampleSegmentBytes, content.size() - at));
    pieces.segments.push_back(crypto::Seal(piece, crypto::Unit().certificate()).value());
    manifest.parts.push_back(
        {pieces.segments.back().size(), crypto::Sha256(pieces.segments.back())});
  }
  return pieces;
}

inline Bytes Signed(std::string_view text, const crypto::Identity& signer = crypto::Alpha()) {
  return crypto::SignAttached(crypto::Text(text), signer).value();
}

// The members of a package with this signed manifest.
inline std::vector<TarMember> MembersOf(const Bytes& signed_manifest,
                                        const std::vector<Bytes>& segments) {
  std::vector<TarMember> members = {{"manifest.cms", signed_manifest}};
  for (std::size_t i = 0; i < segments.size(); ++i) {
    members.push_back({SegmentName(i), segments[i]});
  }
  return members;
}

// The whole package, signed by alpha, whatever its manifest says.
inline Bytes PackageOf(const PackagePieces& pieces) {
  return TarOf(MembersOf(Signed(PackageManifestText(pieces.manifest)), pieces.segments));
}

}  // namespace musubi::storage
