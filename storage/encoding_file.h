// The encoding file: what a holder sends to the unit. The bytes are in docs/formats/encoding.md.
// Holds no identifier and no secret.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/contract.h"
#include "core/encoded_rows.h"
#include "core/encoding_set.h"
#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/sha256.h"
#include "storage/atomic_file.h"
#include "storage/byte_sink.h"
#include "storage/posix_file.h"

namespace musubi::storage {

// 16 bytes that two files share only when they were made with the same linkage secret and
// contract (`key`), and by encoders that turn the same text into the same bits (`encoder`).
struct KeyCheck {
  std::array<std::uint8_t, 16> key{};
  std::array<std::uint8_t, 16> encoder{};

  bool operator==(const KeyCheck&) const = default;
};

// What an encoding file says of itself.
struct EncodingManifest {
  std::string holder;                // 1 to 64 of a-z 0-9 _ -, starting with a letter or digit
  bool declares_duplicates = false;  // the holder says one person may have several records
  crypto::Fingerprint contract{};
  KeyCheck key_check;
  std::uint64_t records = 0;
  std::uint64_t planted = 0;  // copies of some records with simulated errors
};

// True for the names a holder may have.
bool IsHolderName(std::string_view name);

struct EncodingFile {
  EncodingManifest manifest;
  EncodingSet records;
  EncodingSet
      planted;  // no records: what a linkage should find. A reference is that of its original
  crypto::Digest256 digest{};  // SHA-256 of the manifest part, which holds the digest of the others
};

// Writes `rows`, and the copies `planted` of some of them, into `out`, in the order of their
// references (so that the order of the holder's file, often an alphabet, is not sent), as an
// uncompressed tar of manifest.json and .npy arrays. The same arguments give the same bytes. Does
// not commit `out`.
//
// Requires: every array of `rows` has manifest.records rows; at least one row, at most 2^31;
// `contract` made it, and manifest.contract is its fingerprint; references are unique and never
// none; filters that are there have a bit set, and padding has none. Likewise `planted`, of
// manifest.planted rows, which may be none, and whose references are all of `rows`. All of it is
// checked.
// Memory: 21 bytes a row and some KiB beyond `rows`.
// Errors: kIo
Status WriteEncodingFile(const EncodingManifest& manifest, const Contract& contract,
                         const EncodedRows& rows, const EncodedRows& planted, AtomicFile* out);

// Sends the same bytes to `out`, none of them twice: for a stream that cannot go back. Reads the
// rows twice over.
//
// Errors: those of `out`
Status StreamEncodingFile(const EncodingManifest& manifest, const Contract& contract,
                          const EncodedRows& rows, const EncodedRows& planted, const ByteSink& out);

// Reads and checks a whole file: tar structure (only the expected members, in order, nothing
// after), manifest against its schema, every digest, every shape against `contract`, no bit set
// beyond a filter's width or in an absent filter, references unique and ascending and never none,
// those of planted copies among those of the records.
// Popcounts are computed. Tells `context` how many bytes are read.
//
// Memory: that of the records; never more than some times the file's own size, whatever it says.
// Errors: kNoInput   it cannot be opened, or is not an ordinary file (but a pipe, say)
//         kBadData   it is not an encoding file, is truncated or damaged: the message says where
//         kContract  it was made for another contract: the message gives both fingerprints
//         kIo        reading failed, or memory does not suffice
//         kInterrupted
Result<EncodingFile> ReadEncodingFile(const std::filesystem::path& file, const Contract& contract,
                                      const ExecContext& context = {});

// Likewise an open file, from its first byte on; `file` is what messages call it.
Result<EncodingFile> ReadEncodingFile(FileDescriptor fd, const std::filesystem::path& file,
                                      const Contract& contract, const ExecContext& context = {});

// Reads and checks only the manifest, for `inspect`: its indented JSON text, in ASCII.
//
// Errors: kNoInput, kBadData, kIo
Result<std::string> ReadEncodingManifest(const std::filesystem::path& file);

}  // namespace musubi::storage
