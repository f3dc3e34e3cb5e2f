// manifest.json of an encoding file: its one and only text (docs/formats/encoding.md).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "crypto/sha256.h"
#include "storage/encoding_file.h"

namespace musubi::storage {

inline constexpr std::uint64_t kMaxRecords = std::uint64_t{1} << 31;
inline constexpr std::size_t kMaxManifestBytes = std::size_t{64} * 1024;

struct PartEntry {
  std::string name;
  std::uint64_t bytes = 0;
  std::string sha256;  // lower-case hexadecimal

  bool operator==(const PartEntry&) const = default;
};

// All that the text says.
struct ManifestDocument {
  EncodingManifest manifest;
  std::string contract_name;
  std::vector<PartEntry> parts;                  // in the file's order
  std::map<std::string, std::uint64_t> present;  // per filter: the records that have it
};

// The text of `document`: one line of canonical JSON (RFC 8785) that includes a digest of itself.
std::string ManifestText(const ManifestDocument& document);

// Reads what ManifestText wrote, and nothing else: any other text, even of the same meaning, is
// refused. `file` is for the message.
//
// Errors: kBadData
Result<ManifestDocument> ParseManifest(std::string_view text, const std::string& file);

// The manifest as JSON for people: indented, ASCII only. Requires: ParseManifest accepts `text`.
std::string IndentedManifest(std::string_view text);

}  // namespace musubi::storage
