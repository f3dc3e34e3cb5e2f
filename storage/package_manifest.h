// What a sealed package says of itself, in the clear and signed: docs/formats/package.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "crypto/sha256.h"
#include "storage/audit_clearance.h"

namespace musubi::storage {

struct PackageIdTag;

// A package's random name: a receiver takes each once.
using PackageId = Id128<PackageIdTag>;

// What a package holds. A receiver says which kind it takes, and opens no other.
enum class PackageKind : std::uint8_t {
  kEncoding,    // a holder's encoding file, to the unit
  kMap,         // references and project ids, to a holder
  kPayload,     // a holder's rows under project ids, to a researcher
  kWithdrawal,  // references that a holder takes back, to the unit
  kReceipt,     // what was done, to whoever asked
  kSecret       // the linkage secret, from holder to holder
};

// "encoding", "map", ...: as manifests have it.
std::string_view NameOf(PackageKind kind);

// A sealed segment of the content, as it lies in the archive.
struct PackagePart {
  std::uint64_t bytes = 0;
  crypto::Digest256 sha256{};
};

struct PackageManifest {
  PackageId id;
  PackageKind kind = PackageKind::kEncoding;
  crypto::Fingerprint contract{};
  crypto::Digest256 sender{};  // fingerprints of certificates
  crypto::Digest256 recipient{};
  std::int64_t created = 0;            // Unix seconds
  std::optional<Clearance> clearance;  // of an encoding, and of no other kind
  std::uint64_t content_bytes = 0;     // of what is sealed, all segments together
  crypto::Digest256 content_sha256{};
  std::uint64_t segment_bytes = 0;  // of the content in each segment but the last
  std::vector<PackagePart> parts;
};

// A sealed segment may be so much longer than what is in it.
inline constexpr std::uint64_t kMaxSealBytes = 4096;
inline constexpr std::size_t kMaxPackageManifestBytes = std::size_t{16} * 1024 * 1024;

// The name of a segment's member of the archive, counted from 0: "segment-000000.cms".
std::string SegmentName(std::size_t index);

// How many segments a content takes. Requires: both > 0.
std::uint64_t SegmentCount(std::uint64_t content_bytes, std::uint64_t segment_bytes);

// The one form of a manifest: one line of JSON, members sorted, and a newline.
std::string PackageManifestText(const PackageManifest& manifest);

// Reads that form alone. `file` is for the message.
//
// Errors: kBadData  it is none, is of another version, or contradicts itself: the message says how
Result<PackageManifest> ParsePackageManifest(std::string_view text, const std::string& file);

}  // namespace musubi::storage
