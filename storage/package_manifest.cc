#include "storage/package_manifest.h"

#include <array>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/check.h"
#include "core/utc_time.h"
#include "crypto/cms.h"

namespace musubi::storage {

using nlohmann::json;

namespace {

constexpr const char* kFormat = "musubi-package";
constexpr int kVersion = 1;
constexpr std::array<std::string_view, 6> kKindNames = {"encoding",   "map",     "payload",
                                                        "withdrawal", "receipt", "secret"};
constexpr std::uint64_t kMaxContentBytes = std::uint64_t{1} << 50;

std::optional<PackageKind> KindOf(std::string_view name) {
  for (std::size_t i = 0; i < kKindNames.size(); ++i) {
    if (kKindNames[i] == name) return static_cast<PackageKind>(i);
  }
  return std::nullopt;
}

// A failure shows when the bytes are written again: they then give another text.
template <std::size_t N>
std::array<std::uint8_t, N> BytesOf(const json& hex) {
  std::array<std::uint8_t, N> bytes{};
  FromHex(hex.get_ref<const std::string&>(), bytes.data(), bytes.size());
  return bytes;
}

// Reads manifests; each of its errors begins with the file's name.
class ManifestParser {
 public:
  explicit ManifestParser(const std::string& file) : file_(file) {}

  Result<PackageManifest> Parse(std::string_view text) const {
    const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (root.is_discarded() || !root.is_object()) return Bad("the manifest is not JSON");
    MUSUBI_RETURN_IF_ERROR(CheckFormat(root));
    try {
      MUSUBI_ASSIGN_OR_RETURN(PackageManifest manifest, Extract(root));
      MUSUBI_RETURN_IF_ERROR(CheckSizes(manifest));
      if (PackageManifestText(manifest) != text) return OtherForm();
      if (manifest.id.is_none()) return Bad("the package's id is all zero");
      return manifest;
    } catch (const json::exception&) {
      return OtherForm();
    }
  }

 private:
  Error Bad(const std::string& what) const { return {ErrorCode::kBadData, file_ + ": " + what}; }

  Error OtherForm() const {
    return Bad(
        "the manifest lacks a member, has one too many or one of another type, or is not in its "
        "one form; the sender's program is another");
  }

  Status CheckFormat(const json& root) const {
    const auto format = root.find("format");
    if (format == root.end() || *format != kFormat) {
      return Bad("what is signed is not a package's manifest");
    }
    const auto version = root.find("version");
    if (version != root.end() && version->is_number_integer() && *version != kVersion) {
      return Bad("is a sealed package of version " + version->dump() +
                 "; this program reads version " + std::to_string(kVersion));
    }
    return {};
  }

  // Throws json::exception where a member is missing or of another type.
  Result<PackageManifest> Extract(const json& root) const {
    PackageManifest manifest;
    const auto kind = KindOf(root.at("kind").get_ref<const std::string&>());
    if (!kind) return Bad("the package is of a kind that this program does not know");
    const auto created = ParseUtc(root.at("created").get_ref<const std::string&>());
    if (!created) return Bad("the manifest's time is not one of the form 2026-11-30T12:00:00Z");
    MUSUBI_ASSIGN_OR_RETURN(manifest.clearance, ExtractClearance(root, *kind));
    manifest.kind = *kind;
    manifest.created = *created;
    manifest.id.bytes = BytesOf<PackageId::kBytes>(root.at("package"));
    manifest.contract = BytesOf<32>(root.at("contract"));
    manifest.sender = BytesOf<32>(root.at("sender"));
    manifest.recipient = BytesOf<32>(root.at("recipient"));
    manifest.content_bytes = root.at("content").at("bytes").get<std::uint64_t>();
    manifest.content_sha256 = BytesOf<32>(root.at("content").at("sha256"));
    manifest.segment_bytes = root.at("segment_bytes").get<std::uint64_t>();
    for (const json& part : root.at("parts")) {
      manifest.parts.push_back(
          {part.at("bytes").get<std::uint64_t>(), BytesOf<32>(part.at("sha256"))});
    }
    return manifest;
  }

  // What let an encoding leave; none of other kinds.
  Result<std::optional<Clearance>> ExtractClearance(const json& root, PackageKind kind) const {
    const auto audit = root.find("audit");
    if ((audit != root.end()) != (kind == PackageKind::kEncoding)) {
      return Bad(
          "an encoding, and no other package, says which audit or override let it leave; have its "
          "holder encode again with --audit or --override");
    }
    if (audit == root.end()) return std::optional<Clearance>();
    auto clearance = ParseClearance(audit->dump());
    if (!clearance.ok()) return Bad(clearance.error().message);
    return std::optional<Clearance>(std::move(clearance).value());
  }

  Status CheckSizes(const PackageManifest& manifest) const {
    if (manifest.segment_bytes == 0 || manifest.segment_bytes > crypto::kMaxCmsBytes) {
      return Bad("the manifest's segments have not 1 to " + std::to_string(crypto::kMaxCmsBytes) +
                 " bytes of content");
    }
    if (manifest.content_bytes == 0 || manifest.content_bytes > kMaxContentBytes) {
      return Bad("the manifest's content has not 1 to " + std::to_string(kMaxContentBytes) +
                 " bytes");
    }
    const std::uint64_t count = SegmentCount(manifest.content_bytes, manifest.segment_bytes);
    if (manifest.parts.size() != count) {
      return Bad("the manifest lists " + std::to_string(manifest.parts.size()) +
                 " segments, but its content takes " + std::to_string(count));
    }
    for (std::size_t i = 0; i < manifest.parts.size(); ++i) {
      const std::uint64_t bytes = manifest.parts[i].bytes;
      if (bytes == 0 || bytes > manifest.segment_bytes + kMaxSealBytes) {
        return Bad("the manifest gives " + SegmentName(i) +
                   " a size that no sealed segment of it has");
      }
    }
    return {};
  }

  const std::string& file_;
};

}  // namespace

std::string_view NameOf(PackageKind kind) { return kKindNames.at(static_cast<std::size_t>(kind)); }

std::string SegmentName(std::size_t index) {
  char name[40];
  std::snprintf(name, sizeof name, "segment-%06zu.cms", index);
  return name;
}

std::uint64_t SegmentCount(std::uint64_t content_bytes, std::uint64_t segment_bytes) {
  MUSUBI_CHECK(content_bytes > 0 && segment_bytes > 0);
  return (content_bytes - 1) / segment_bytes + 1;
}

std::string PackageManifestText(const PackageManifest& manifest) {
  json root = {
      {"format", kFormat},
      {"version", kVersion},
      {"package", ToHex(manifest.id)},
      {"kind", NameOf(manifest.kind)},
      {"contract", crypto::ToHex(manifest.contract)},
      {"sender", crypto::ToHex(manifest.sender)},
      {"recipient", crypto::ToHex(manifest.recipient)},
      {"created", FormatUtc(manifest.created)},
      {"content",
       {{"bytes", manifest.content_bytes}, {"sha256", crypto::ToHex(manifest.content_sha256)}}},
      {"segment_bytes", manifest.segment_bytes},
      {"parts", json::array()}};
  if (manifest.clearance) root["audit"] = json::parse(ClearanceText(*manifest.clearance));
  for (std::size_t i = 0; i < manifest.parts.size(); ++i) {
    root["parts"].push_back({{"name", SegmentName(i)},
                             {"bytes", manifest.parts[i].bytes},
                             {"sha256", crypto::ToHex(manifest.parts[i].sha256)}});
  }
  return root.dump() + "\n";
}

Result<PackageManifest> ParsePackageManifest(std::string_view text, const std::string& file) {
  return ManifestParser(file).Parse(text);
}

}  // namespace musubi::storage
