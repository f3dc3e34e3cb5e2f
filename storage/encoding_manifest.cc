#include "storage/encoding_manifest.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "core/ids.h"

namespace musubi::storage {

using nlohmann::json;

namespace {

constexpr const char* kFormat = "musubi-encoding";
constexpr int kVersion = 1;
constexpr std::size_t kMaxNameBytes = 48;  // of a contract's names: see core/contract_schema.cc

std::string DigestOf(const std::string& text) {
  return crypto::ToHex(
      crypto::Sha256(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())));
}

template <std::size_t N>
std::array<std::uint8_t, N> BytesOf(const json& hex) {
  std::array<std::uint8_t, N> bytes{};
  // A failure shows when the bytes are written again: they then give another text.
  FromHex(hex.get_ref<const std::string&>(), bytes.data(), bytes.size());
  return bytes;
}

bool IsContractName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes && name[0] >= 'a' && name[0] <= 'z' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

// Throws json::exception where a member is missing or of another type.
ManifestDocument Extract(const json& root) {
  ManifestDocument document;
  EncodingManifest& manifest = document.manifest;
  manifest.holder = root.at("holder").get<std::string>();
  manifest.declares_duplicates = root.at("declares_duplicates").get<bool>();
  manifest.contract = BytesOf<32>(root.at("contract"));
  manifest.key_check.key = BytesOf<16>(root.at("key_check").at("key"));
  manifest.key_check.encoder = BytesOf<16>(root.at("key_check").at("encoder"));
  manifest.records = root.at("records").get<std::uint64_t>();
  if (root.contains("planted")) manifest.planted = root["planted"].get<std::uint64_t>();
  document.contract_name = root.at("contract_name").get<std::string>();
  for (const json& part : root.at("parts")) {
    document.parts.push_back({part.at("name").get<std::string>(),
                              part.at("bytes").get<std::uint64_t>(),
                              part.at("sha256").get<std::string>()});
  }
  document.present = root.at("present").get<std::map<std::string, std::uint64_t>>();
  return document;
}

Status CheckFormat(const json& root, const std::string& file) {
  if (!root.is_object() || !root.contains("format") || root["format"] != kFormat) {
    return Error{ErrorCode::kBadData,
                 file + " is not an encoding file: its manifest.json is not one of ours"};
  }
  // Not copied: a copy of hostile nesting would exhaust the stack.
  const auto version = root.find("version");
  if (version != root.end() && version->is_number_integer() && *version != kVersion) {
    return Error{ErrorCode::kBadData, file + " is an encoding file of version " + version->dump() +
                                          "; this program reads version " +
                                          std::to_string(kVersion)};
  }
  return {};
}

}  // namespace

std::string ManifestText(const ManifestDocument& document) {
  const EncodingManifest& manifest = document.manifest;
  json root = {
      {"format", kFormat},
      {"version", kVersion},
      {"holder", manifest.holder},
      {"declares_duplicates", manifest.declares_duplicates},
      {"contract", crypto::ToHex(manifest.contract)},
      {"contract_name", document.contract_name},
      {"key_check",
       {{"key", ToHex(manifest.key_check.key.data(), manifest.key_check.key.size())},
        {"encoder", ToHex(manifest.key_check.encoder.data(), manifest.key_check.encoder.size())}}},
      {"records", manifest.records},
      {"parts", json::array()},
      {"present", document.present}};
  for (const PartEntry& part : document.parts) {
    root["parts"].push_back({{"name", part.name}, {"bytes", part.bytes}, {"sha256", part.sha256}});
  }
  if (manifest.planted > 0) root["planted"] = manifest.planted;
  root["manifest_sha256"] = DigestOf(root.dump());
  return root.dump() + "\n";
}

Result<ManifestDocument> ParseManifest(std::string_view text, const std::string& file) {
  const Error damaged{ErrorCode::kBadData, file + ": manifest.json is damaged"};
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded()) return damaged;
  MUSUBI_RETURN_IF_ERROR(CheckFormat(root, file));
  ManifestDocument document;
  try {
    document = Extract(root);
    if (ManifestText(document) != text) return damaged;
  } catch (const json::exception&) {
    return damaged;
  }
  const EncodingManifest& manifest = document.manifest;
  if (!IsHolderName(manifest.holder) || !IsContractName(document.contract_name)) {
    return Error{ErrorCode::kBadData, file + ": manifest.json names no valid holder or contract"};
  }
  if (manifest.records == 0 || manifest.records > kMaxRecords) {
    return Error{ErrorCode::kBadData,
                 file + ": manifest.json must speak of 1 to 2147483648 records"};
  }
  if (manifest.planted > manifest.records) {
    return Error{ErrorCode::kBadData, file + ": manifest.json speaks of more copies than records"};
  }
  return document;
}

std::string IndentedManifest(std::string_view text) {
  return json::parse(text).dump(2, ' ', /*ensure_ascii=*/true);
}

}  // namespace musubi::storage
