#include "engine/open/release_manifest.h"

#include <nlohmann/json.hpp>
#include <string>

#include "core/utc_time.h"
#include "storage/atomic_file.h"
#include "storage/signed_json.h"

namespace musubi::engine {

using nlohmann::json;
using storage::PayloadDocument;

namespace {

constexpr std::size_t kMaxManifestBytes = std::size_t{16} << 20;
constexpr const char* kFormat = "musubi-release";
constexpr int kVersion = 2;

// The entry of a holder; null where there is none.
const json& EntryOf(const json& root, const std::string& holder) {
  static const json kNone;
  for (const json& entry : root.at("holders")) {
    if (entry.at("holder") == holder) return entry;
  }
  return kNone;
}

// The most persons that a holder may hand on, by what is told of it.
std::uint64_t MostPersons(const json& root, const json& entry) {
  const json& told = entry.at("persons");
  if (told.is_number()) return told.get<std::uint64_t>();
  return root.at("smallest_count").get<std::uint64_t>() - 1;
}

// Throws json::exception where a member is missing or of another type.
Status Compare(const json& root, const std::string& file,
               std::span<const PayloadDocument> packages) {
  for (const PayloadDocument& package : packages) {
    const storage::ReleaseOf& of = package.of;
    if (root.at("project") != of.project || root.at("release") != of.release ||
        root.at("epoch") != of.epoch || root.at("application") != crypto::ToHex(of.application)) {
      return Error{ErrorCode::kRefused,
                   file + ": is the manifest of another release than the packages are of"};
    }
    const json& entry = EntryOf(root, package.holder);
    if (entry.is_null()) {
      return Error{ErrorCode::kRefused,
                   file + ": the release has no records of the holder " + package.holder};
    }
    const std::uint64_t most = MostPersons(root, entry);
    if (package.persons > most) {
      return Error{ErrorCode::kRefused, file + ": the package of " + package.holder +
                                            " has rows of " + std::to_string(package.persons) +
                                            " persons, and the release at most " +
                                            std::to_string(most) + " of them; ask both"};
    }
  }
  return {};
}

}  // namespace

Status CheckAgainstManifest(const std::filesystem::path& manifest,
                            std::span<const crypto::Certificate> trusted,
                            std::span<const PayloadDocument> packages) {
  const std::string file = manifest.string();
  MUSUBI_ASSIGN_OR_RETURN(const std::string text,
                          storage::ReadSmallFile(manifest, kMaxManifestBytes));
  MUSUBI_ASSIGN_OR_RETURN(const auto read, storage::ReadSigned(text, file, trusted));
  if (read.signer.role() != crypto::Role::kUnit) {
    return Error{ErrorCode::kRefused, file + ": a " + std::string(NameOf(read.signer.role())) +
                                          " signed it; only a unit signs manifests"};
  }
  const json root = json::parse(read.document);
  const Error other{ErrorCode::kBadData, file + ": is no signed manifest of a release"};
  try {
    const auto time = ParseUtc(root.at("time").get_ref<const std::string&>());
    if (root.at("format") != kFormat || root.at("version") != kVersion || !time) return other;
    if (!read.signer.IsValidAt(*time)) {
      return Error{ErrorCode::kRefused,
                   file + ": the unit's certificate was not valid when it was signed"};
    }
    return Compare(root, file, packages);
  } catch (const json::exception&) {
    return other;
  }
}

}  // namespace musubi::engine
