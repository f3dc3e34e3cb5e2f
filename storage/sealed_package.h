// A sealed package: content for one recipient alone, with a signed manifest of all its parts. The
// bytes are in docs/formats/package.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "crypto/cms.h"
#include "storage/atomic_file.h"
#include "storage/byte_sink.h"
#include "storage/package_manifest.h"

namespace musubi::storage {

struct PackageRequest {
  PackageKind kind = PackageKind::kEncoding;
  crypto::Fingerprint contract{};
  const crypto::Identity* sender = nullptr;        // borrowed
  const crypto::Certificate* recipient = nullptr;  // borrowed
  std::filesystem::path folder;                    // for a hidden file, as large as the package
  std::size_t segment_bytes = crypto::kMaxCmsBytes;
  std::optional<Clearance> clearance;  // of an encoding, and of no other kind
};

// Seals a stream of any length, segment by segment. The sealed segments wait in a hidden file until
// their digests are known and signed, and leave it as they are written out; the content itself is
// never on a disk.
//
// Memory: two segments.
// Threads: one at a time.
class PackageWriter {
 public:
  // Takes the time and the package's id from `context`. Borrows all it is given.
  //
  // Errors: kRefused  the time is outside the validity of either certificate
  //         kIo       the hidden file cannot be made
  //         kInternal no randomness
  static Result<PackageWriter> Create(const PackageRequest& request, const ExecContext& context);
  ~PackageWriter();
  PackageWriter(PackageWriter&&) noexcept;
  PackageWriter& operator=(PackageWriter&&) noexcept;

  // Errors: kIo, kInternal, kInterrupted
  Status Write(std::span<const std::uint8_t> bytes);

  // Writes the whole package into `out`, which it does not commit. Call once, last.
  //
  // Requires: something was written
  // Errors:   kIo, kInternal, kInterrupted
  Result<PackageManifest> Finish(AtomicFile* out);

 private:
  struct State;
  explicit PackageWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// What a receiver takes, and from whom.
struct PackageExpectation {
  PackageKind kind = PackageKind::kEncoding;
  crypto::Role sender_role = crypto::Role::kHolder;
  std::span<const crypto::Certificate> senders;  // pinned
  crypto::Digest256 recipient{};                 // the receiver's own certificate
  std::optional<crypto::Fingerprint> contract;   // none: any
};

// Opens packages. Nothing is decrypted before the signature, every claim of the manifest and the
// digest of every part were found right, and nothing else is in the archive.
//
// Threads: one at a time.
class PackageReader {
 public:
  // Reads the whole file and checks all that can be checked without a key. Tells `context` how many
  // bytes are read, and takes the time from it.
  //
  // Errors: kNoInput   it cannot be opened, or is not an ordinary file
  //         kBadData   it is no package, is damaged, or has parts missing, doubled, in another
  //                    order, or more than it should: the message says where
  //         kRefused   it is not signed by one of `senders`, or is not for this recipient, or of
  //                    another kind, or from outside the sender's validity
  //         kContract  it is for another contract
  //         kIo, kInterrupted
  static Result<PackageReader> Open(const std::filesystem::path& file,
                                    const PackageExpectation& expectation,
                                    const ExecContext& context);
  ~PackageReader();
  PackageReader(PackageReader&&) noexcept;
  PackageReader& operator=(PackageReader&&) noexcept;

  const PackageManifest& manifest() const;
  const crypto::Certificate& sender() const;

  // Sends the content to `out`. What `out` was given may be used only when this returns success:
  // until then it must be where no one sees it.
  //
  // Requires: `recipient` is the one expected
  // Memory:   one segment, which is wiped
  // Errors:   kRefused  a segment does not open with this key
  //           kBadData  a segment is not of the one form, or the content is not what the manifest
  //                     says; or the file was changed since it was opened
  //           kIo, kInterrupted, or those of `out`
  Status Read(const crypto::Identity& recipient, const ByteSink& out, const ExecContext& context);

 private:
  struct State;
  explicit PackageReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// True where a file begins as a package does. False where it cannot be read.
bool LooksLikePackage(const std::filesystem::path& file);

// What a package says of itself, whoever made it: for what is shown, and never for what is done.
// Neither the signature nor the segments are looked at.
//
// Errors: kNoInput, kBadData, kIo
Result<PackageManifest> ReadUnverifiedManifest(const std::filesystem::path& file);

}  // namespace musubi::storage
