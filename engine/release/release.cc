#include "engine/release/release.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "crypto/secure_bytes.h"
#include "engine/release/project_id.h"
#include "storage/atomic_folder.h"

namespace musubi::engine {

using storage::AtomicFile;
using storage::Member;

namespace {

constexpr std::size_t kProjectKeyBytes = 32;
constexpr unsigned kPrivateMode = 0600;

// What a map needs of a member.
struct KeyedRef {
  RecordRef ref;
  LinkageKey key;
};

// The members of each holder, by holder name; each list ordered by reference.
Result<std::map<std::string, std::vector<KeyedRef>>> MembersByHolder(storage::LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store->Datasets());
  std::map<std::uint32_t, std::string> holder_of;
  for (const auto& dataset : datasets) holder_of[dataset.id] = dataset.manifest.holder;
  std::map<std::string, std::vector<KeyedRef>> by_holder;
  MUSUBI_RETURN_IF_ERROR(store->VisitMembers([&](const Member& member) -> Status {
    by_holder[holder_of[member.dataset]].push_back({member.ref, member.key});
    return {};
  }));
  return by_holder;
}

// Leaves each key once and returns how many there are.
std::uint64_t KeepDistinct(std::vector<LinkageKey>* keys) {
  std::ranges::sort(*keys);
  const auto repeats = std::ranges::unique(*keys);
  keys->erase(repeats.begin(), repeats.end());
  return keys->size();
}

// Writes one holder's map and returns the digest of its bytes.
Result<crypto::Digest256> WriteMap(const std::filesystem::path& file,
                                   const std::vector<KeyedRef>& members, crypto::Hmac* project) {
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile map,
                          AtomicFile::Create(file, storage::Overwrite::kRefuse, kPrivateMode));
  crypto::Sha256Stream digest;
  std::string line = "record_ref,project_id\n";
  for (auto member = members.begin();; ++member) {
    digest.Update({reinterpret_cast<const std::uint8_t*>(line.data()), line.size()});
    MUSUBI_RETURN_IF_ERROR(map.Write(line));
    if (member == members.end()) break;
    line = ToHex(member->ref) + ',' + ProjectIdOf(member->key, project) + '\n';
  }
  MUSUBI_RETURN_IF_ERROR(map.Commit());
  return digest.Finish();
}

nlohmann::json ManifestOf(const ReleaseReceipt& receipt, const storage::LinkStore& store) {
  return {{"format", "musubi-release"},
          {"version", 1},
          {"project", receipt.project},
          {"contract", crypto::ToHex(crypto::FingerprintOf(store.contract()))},
          {"epoch", receipt.epoch},
          {"records", receipt.records},
          {"persons", receipt.persons}};
}

Status WriteManifest(const std::filesystem::path& file, const nlohmann::json& manifest) {
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile output,
                          AtomicFile::Create(file, storage::Overwrite::kRefuse, kPrivateMode));
  MUSUBI_RETURN_IF_ERROR(output.Write(manifest.dump(2) + "\n"));
  return output.Commit();
}

}  // namespace

Status AddProject(storage::LinkStore* store, std::string_view project, const ExecContext& context) {
  crypto::SecureBytes key(kProjectKeyBytes);
  MUSUBI_RETURN_IF_ERROR(context.random->Fill(key.mutable_bytes()));
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t epoch, store->Epoch());
  return store->AddProject({std::string(project), epoch}, key);
}

Result<ReleaseReceipt> Release(storage::LinkStore* store, std::string_view project,
                               const std::filesystem::path& folder, const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(const crypto::SecureBytes key, store->ProjectKey(project));
  ReleaseReceipt receipt{std::string(project), 0, 0, 0, {}};
  MUSUBI_ASSIGN_OR_RETURN(receipt.epoch, store->Epoch());
  if (receipt.epoch == 0) {
    return Error{ErrorCode::kNoInput, "nothing is linked yet; run musubi-unit link first"};
  }
  MUSUBI_ASSIGN_OR_RETURN(const auto by_holder, MembersByHolder(store));
  MUSUBI_ASSIGN_OR_RETURN(auto output, storage::AtomicFolder::Create(folder));
  context.Stage("release", by_holder.size());
  crypto::Hmac prf(key.bytes());
  std::vector<LinkageKey> all_keys;
  nlohmann::json maps = nlohmann::json::array();
  for (const auto& [holder, members] : by_holder) {
    if (context.stopped()) return Interrupted();
    std::vector<LinkageKey> keys;
    for (const KeyedRef& member : members) keys.push_back(member.key);
    ReleasedMap map{holder, holder + ".map.csv", members.size(), 0};
    MUSUBI_ASSIGN_OR_RETURN(const auto digest, WriteMap(output.path() / map.file, members, &prf));
    map.persons = KeepDistinct(&keys);
    maps.push_back({{"holder", holder},
                    {"file", map.file},
                    {"records", map.records},
                    {"persons", map.persons},
                    {"sha256", crypto::ToHex(digest)}});
    receipt.records += map.records;
    receipt.maps.push_back(std::move(map));
    all_keys.insert(all_keys.end(), keys.begin(), keys.end());
    context.Progress(receipt.maps.size());
  }
  receipt.persons = KeepDistinct(&all_keys);
  nlohmann::json manifest = ManifestOf(receipt, *store);
  manifest["maps"] = std::move(maps);
  MUSUBI_RETURN_IF_ERROR(WriteManifest(output.path() / "manifest.json", manifest));
  MUSUBI_RETURN_IF_ERROR(output.Commit());
  return receipt;
}

}  // namespace musubi::engine
