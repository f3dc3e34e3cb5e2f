#include "engine/release/release.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "crypto/secure_bytes.h"
#include "engine/release/project_id.h"
#include "storage/atomic_folder.h"

namespace musubi::engine {

using storage::AtomicFile;
using storage::Member;

namespace {

constexpr std::size_t kProjectKeyBytes = 32;
constexpr unsigned kPrivateMode = 0600;

// The members of each holder, by holder name; each list ordered by reference.
Result<std::map<std::string, std::vector<Member>>> MembersByHolder(storage::LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store->Datasets());
  std::map<std::uint32_t, std::string> holder_of;
  for (const auto& dataset : datasets) holder_of[dataset.id] = dataset.manifest.holder;
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<Member> members, store->Members());
  std::map<std::string, std::vector<Member>> by_holder;
  for (const Member& member : members) by_holder[holder_of[member.dataset]].push_back(member);
  return by_holder;
}

// Writes one holder's map and returns the digest of its bytes.
Result<crypto::Digest256> WriteMap(const std::filesystem::path& file,
                                   const std::vector<Member>& members, crypto::Hmac* project,
                                   std::set<LinkageKey>* keys) {
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile map,
                          AtomicFile::Create(file, storage::Overwrite::kRefuse, kPrivateMode));
  crypto::Sha256Stream digest;
  std::string line = "record_ref,project_id\n";
  for (auto member = members.begin();; ++member) {
    digest.Update({reinterpret_cast<const std::uint8_t*>(line.data()), line.size()});
    MUSUBI_RETURN_IF_ERROR(map.Write(line));
    if (member == members.end()) break;
    keys->insert(member->key);
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
  std::set<LinkageKey> all_keys;
  nlohmann::json maps = nlohmann::json::array();
  for (const auto& [holder, members] : by_holder) {
    if (context.stopped()) return Interrupted();
    std::set<LinkageKey> keys;
    ReleasedMap map{holder, holder + ".map.csv", members.size(), 0};
    MUSUBI_ASSIGN_OR_RETURN(const auto digest,
                            WriteMap(output.path() / map.file, members, &prf, &keys));
    map.persons = keys.size();
    maps.push_back({{"holder", holder},
                    {"file", map.file},
                    {"records", map.records},
                    {"persons", map.persons},
                    {"sha256", crypto::ToHex(digest)}});
    receipt.records += map.records;
    receipt.maps.push_back(std::move(map));
    all_keys.merge(keys);
    context.Progress(receipt.maps.size());
  }
  receipt.persons = all_keys.size();
  nlohmann::json manifest = ManifestOf(receipt, *store);
  manifest["maps"] = std::move(maps);
  MUSUBI_RETURN_IF_ERROR(WriteManifest(output.path() / "manifest.json", manifest));
  MUSUBI_RETURN_IF_ERROR(output.Commit());
  return receipt;
}

}  // namespace musubi::engine
