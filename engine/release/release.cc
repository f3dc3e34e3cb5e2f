#include "engine/release/release.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "crypto/secure_bytes.h"
#include "engine/release/project_approval.h"
#include "engine/release/project_gate.h"
#include "engine/release/project_id.h"
#include "engine/release/release_changes.h"
#include "engine/release/release_manifest.h"
#include "engine/release/sealed_files.h"
#include "engine/release/withdrawn.h"
#include "storage/atomic_folder.h"
#include "storage/project_decision.h"

namespace musubi::engine {

using storage::AtomicFile;
using storage::Member;

namespace {

constexpr unsigned kPrivateMode = 0600;
constexpr const char* kChangesFile = "changes.csv";
constexpr const char* kSealedChangesFile = "changes.pkg";

// The members of each holder who are not withdrawn, by holder name; each list ordered by
// reference.
using MemberLists = std::map<std::string, std::vector<KeyedRef>>;

Result<MemberLists> MembersByHolder(std::uint64_t epoch, std::string_view project,
                                    storage::LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(const auto withdrawn, WithdrawnKeys(store, project, epoch));
  MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store->Datasets());
  std::map<std::uint32_t, std::string> holder_of;
  for (const auto& dataset : datasets) holder_of[dataset.id] = dataset.manifest.holder;
  MemberLists by_holder;
  MUSUBI_RETURN_IF_ERROR(store->VisitMembersAt(epoch, [&](const Member& member) -> Status {
    auto& of_holder = by_holder[holder_of[member.dataset]];
    if (!withdrawn.contains(member.key)) of_holder.push_back({member.ref, member.key});
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

// Writes a small file and returns the digest of its bytes.
Result<crypto::Digest256> WriteText(const std::filesystem::path& file, std::string_view text) {
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile output,
                          AtomicFile::Create(file, storage::Overwrite::kRefuse, kPrivateMode));
  MUSUBI_RETURN_IF_ERROR(output.Write(text));
  MUSUBI_RETURN_IF_ERROR(output.Commit());
  return crypto::Sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

namespace {

// What to release.
struct Chosen {
  std::uint64_t epoch = 0;
  std::uint64_t run = 0;     // the last link run up to then
  std::string despite_hold;  // empty where it is not on hold
};

// The epoch to release, which is not on hold or is released all the same.
Result<Chosen> EpochToRelease(storage::LinkStore* store, const ReleaseRequest& request) {
  MUSUBI_ASSIGN_OR_RETURN(const auto epochs, store->Epochs());
  if (epochs.empty()) {
    return Error{ErrorCode::kNoInput, "nothing is linked yet; run musubi-unit link first"};
  }
  const std::uint64_t epoch = request.epoch.value_or(epochs.size());
  if (epoch < 1 || epoch > epochs.size()) {
    return Error{ErrorCode::kUsage,
                 "there is no such epoch; they are 1 to " + std::to_string(epochs.size())};
  }
  if (!storage::IsReason(request.despite_hold)) {
    return Error{ErrorCode::kUsage, std::string(storage::kReasonRule)};
  }
  std::uint64_t run = epoch;
  while (run > 0 && epochs[run - 1].kind != storage::EpochKind::kLinkRun) --run;
  if (run == 0) {
    return Error{ErrorCode::kNoInput, "nothing was linked by then; run musubi-unit link first"};
  }
  const std::string& hold = epochs[run - 1].hold;
  if (hold.empty()) return Chosen{epoch, run, ""};
  if (request.despite_hold.empty()) {
    return Error{ErrorCode::kRefused,
                 "the links of epoch " + std::to_string(run) + " are on hold: " + hold +
                     "; review them, and link again, or say why with --despite-hold"};
  }
  return Chosen{epoch, run, request.despite_hold};
}

// The epoch that was new to the project before this one was. A release is recorded before it
// appears, and may not appear: made again, it must tell the same changes, and later ones must too.
Result<std::optional<std::uint64_t>> ReleasedBefore(storage::LinkStore* store,
                                                    std::string_view project, std::uint64_t epoch) {
  MUSUBI_ASSIGN_OR_RETURN(const auto releases, store->Releases());
  std::optional<std::uint64_t> last;
  std::set<std::uint64_t> released;
  for (const auto& release : releases) {
    if (release.project != project) continue;
    if (release.epoch == epoch) break;
    if (released.insert(release.epoch).second) last = release.epoch;
  }
  return last;
}

// One release in the making.
class Releaser {
 public:
  Releaser(storage::LinkStore* store, const ReleaseRequest& request, const ExecContext& context)
      : store_(*store), request_(request), context_(context) {}

  Result<ReleaseReceipt> Run() {
    MUSUBI_ASSIGN_OR_RETURN(project_, store_.Project(request_.project));
    receipt_.project = request_.project;
    MUSUBI_ASSIGN_OR_RETURN(chosen_, EpochToRelease(&store_, request_));
    receipt_.epoch = chosen_.epoch;
    MUSUBI_ASSIGN_OR_RETURN(const MemberLists by_holder, ApprovedMembers());
    MUSUBI_ASSIGN_OR_RETURN(const crypto::SecureBytes key, IdKey());
    if (!IsPerRelease()) {
      MUSUBI_ASSIGN_OR_RETURN(receipt_.since,
                              ReleasedBefore(&store_, request_.project, receipt_.epoch));
    }
    MUSUBI_RETURN_IF_ERROR(PrepareSeal(by_holder));
    MUSUBI_ASSIGN_OR_RETURN(auto output, storage::AtomicFolder::Create(request_.folder));
    crypto::Hmac prf(key.bytes());
    MUSUBI_RETURN_IF_ERROR(WriteMaps(by_holder, output.path(), &prf));
    if (receipt_.since) MUSUBI_RETURN_IF_ERROR(WriteChanges(output.path(), &prf));
    MUSUBI_RETURN_IF_ERROR(Record(output.path()));
    if (const Status appeared = output.Commit(); !appeared.ok()) {
      return Error{appeared.error().code,
                   appeared.error().message +
                       "; the release is recorded and did not appear: make it again with --epoch " +
                       std::to_string(receipt_.epoch)};
    }
    return std::move(receipt_);
  }

  // Whether the store has a record of it, whatever came of it afterwards.
  bool is_recorded() const { return is_recorded_; }

 private:
  bool IsPerRelease() const {
    return project_.application && project_.application->id_scope == IdScope::kRelease;
  }

  // The members of the holders that the project may have a map for.
  Result<MemberLists> ApprovedMembers() {
    MUSUBI_ASSIGN_OR_RETURN(MemberLists by_holder,
                            MembersByHolder(receipt_.epoch, request_.project, &store_));
    std::vector<std::string> holders;
    for (const auto& [holder, members] : by_holder) holders.push_back(holder);
    std::optional<std::int64_t> now;
    if (context_.clock != nullptr) now = context_.clock->UnixSeconds();
    MUSUBI_ASSIGN_OR_RETURN(const auto allowed, HoldersToRelease(project_, now, holders));
    if (project_.application) {
      MUSUBI_RETURN_IF_ERROR(CheckStillApproved(project_, store_.policy()));
    }
    std::erase_if(by_holder, [&allowed](const auto& list) {
      return std::ranges::count(allowed, list.first) == 0;
    });
    return by_holder;
  }

  // The key of the ids that are released.
  Result<crypto::SecureBytes> IdKey() {
    MUSUBI_ASSIGN_OR_RETURN(crypto::SecureBytes key, store_.ProjectKey(request_.project));
    if (!IsPerRelease()) return key;
    MUSUBI_ASSIGN_OR_RETURN(const std::uint32_t number, NextNumber());
    return ReleaseKeyOf(key, number);
  }

  // The number that this release will have.
  Result<std::uint32_t> NextNumber() {
    MUSUBI_ASSIGN_OR_RETURN(const auto releases, store_.Releases());
    return static_cast<std::uint32_t>(releases.size() + 1);
  }

  // Finds whom the files are for, where they are sealed.
  Status PrepareSeal(const MemberLists& by_holder) {
    if (!project_.application) {
      if (request_.seal.unit == nullptr && request_.seal.recipients.empty()) return {};
      return Error{ErrorCode::kUsage,
                   "--key and --to are for projects that were approved; this "
                   "store asks for no approval, and its maps lie open"};
    }
    std::vector<std::string> holders;
    for (const auto& [holder, members] : by_holder) holders.push_back(holder);
    MUSUBI_ASSIGN_OR_RETURN(sealed_, SealedFiles::Of(request_.seal, store_, project_, holders,
                                                     receipt_.since.has_value()));
    MUSUBI_ASSIGN_OR_RETURN(const std::uint32_t number, NextNumber());
    of_ = {project_.name, number, receipt_.epoch, storage::DigestOf(*project_.application)};
    return {};
  }

  Status Record(const std::filesystem::path& folder) {
    storage::ReleaseContent content;
    MUSUBI_ASSIGN_OR_RETURN(const std::string manifest, ManifestText());
    MUSUBI_ASSIGN_OR_RETURN(content.manifest, WriteText(folder / "manifest.json", manifest));
    for (const ReleasedMap& map : receipt_.maps) content.records[map.holder] = map.records;
    MUSUBI_RETURN_IF_ERROR(store_.AddRelease({0, receipt_.epoch, request_.project, receipt_.records,
                                              receipt_.persons, chosen_.despite_hold},
                                             content, context_));
    is_recorded_ = true;
    return {};
  }

  Status WriteMaps(const MemberLists& by_holder, const std::filesystem::path& folder,
                   crypto::Hmac* prf) {
    context_.Stage("release", by_holder.size());
    std::vector<LinkageKey> all_keys;
    for (const auto& [holder, members] : by_holder) {
      if (context_.stopped()) return Interrupted();
      std::vector<LinkageKey> keys;
      for (const KeyedRef& member : members) keys.push_back(member.key);
      ReleasedMap map{holder, holder + (sealed_ ? ".map.pkg" : ".map.csv"), members.size(), 0};
      MUSUBI_ASSIGN_OR_RETURN(
          const auto digest,
          sealed_ ? sealed_->WriteMap(folder / map.file, of_, holder, members, prf, context_)
                  : WriteMap(folder / map.file, members, prf));
      map.persons = KeepDistinct(&keys);
      digests_.push_back(digest);
      receipt_.records += map.records;
      receipt_.maps.push_back(std::move(map));
      all_keys.insert(all_keys.end(), keys.begin(), keys.end());
      context_.Progress(receipt_.maps.size());
    }
    CountHolders(&all_keys);
    return {};
  }

  // Counts the persons who have records at 1, 2, ... holders. `keys` has each person once for each
  // holder.
  void CountHolders(std::vector<LinkageKey>* keys) {
    std::ranges::sort(*keys);
    persons_of_holders_.assign(receipt_.maps.size(), 0);
    for (auto first = keys->begin(); first != keys->end();) {
      const auto next =
          std::find_if(first, keys->end(), [&](const auto& k) { return k != *first; });
      ++persons_of_holders_[static_cast<std::size_t>(next - first) - 1];
      ++receipt_.persons;
      first = next;
    }
  }

  Result<std::set<std::uint32_t>> ReleasedDatasets() {
    MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store_.Datasets());
    std::set<std::uint32_t> released;
    for (const auto& dataset : datasets) {
      if (std::ranges::count(receipt_.maps, dataset.manifest.holder, &ReleasedMap::holder) != 0) {
        released.insert(dataset.id);
      }
    }
    return released;
  }

  // The ids that changed since the project's last release. Ordered by ids, so that the order of
  // the linkage keys does not show.
  Status WriteChanges(const std::filesystem::path& folder, crypto::Hmac* prf) {
    MUSUBI_ASSIGN_OR_RETURN(const auto datasets, ReleasedDatasets());
    MUSUBI_ASSIGN_OR_RETURN(auto changes,
                            KeyChangesBetween(&store_, datasets, *receipt_.since, receipt_.epoch));
    MUSUBI_RETURN_IF_ERROR(
        LeaveOutWithdrawn(&store_, request_.project, *receipt_.since, receipt_.epoch, &changes));
    std::vector<std::string> lines;
    for (const KeyChange& change : changes) {
      lines.push_back(ProjectIdOf(change.from, prf) + ',' + ProjectIdOf(change.to, prf) + ',' +
                      std::string(NameOf(change.event)) + ',' + std::to_string(change.records) +
                      '\n');
    }
    std::ranges::sort(lines);
    std::string text = "old_project_id,new_project_id,event,records\n";
    for (const std::string& line : lines) text += line;
    receipt_.changed_ids = changes.size();
    receipt_.changes_file = sealed_ ? kSealedChangesFile : kChangesFile;
    const std::filesystem::path file = folder / receipt_.changes_file;
    MUSUBI_ASSIGN_OR_RETURN(
        changes_digest_, sealed_ ? sealed_->WriteChanges(
                                       file, {of_, *receipt_.since, changes.size()}, text, context_)
                                 : WriteText(file, text));
    return {};
  }

  Result<std::string> ManifestText() {
    if (sealed_) return SealedManifestText();
    nlohmann::json manifest = ManifestOf(receipt_, store_);
    manifest["maps"] = nlohmann::json::array();
    for (std::size_t i = 0; i < receipt_.maps.size(); ++i) {
      const ReleasedMap& map = receipt_.maps[i];
      manifest["maps"].push_back({{"holder", map.holder},
                                  {"file", map.file},
                                  {"records", map.records},
                                  {"persons", map.persons},
                                  {"sha256", crypto::ToHex(digests_[i])}});
    }
    if (receipt_.since) {
      manifest["changes"] = {{"file", kChangesFile},
                             {"since_epoch", *receipt_.since},
                             {"ids", receipt_.changed_ids},
                             {"sha256", crypto::ToHex(changes_digest_)}};
    }
    if (!chosen_.despite_hold.empty()) manifest["despite_hold"] = chosen_.despite_hold;
    return manifest.dump(2) + "\n";
  }

  Result<std::string> SealedManifestText() {
    ReleaseManifest manifest;
    manifest.of = of_;
    manifest.application = &*project_.application;
    manifest.counts.persons_of_holders = persons_of_holders_;
    for (std::size_t i = 0; i < receipt_.maps.size(); ++i) {
      const ReleasedMap& map = receipt_.maps[i];
      manifest.counts.holders.push_back({map.holder, map.records, map.persons});
      manifest.maps.push_back({map.file, digests_[i]});
    }
    if (receipt_.since) {
      manifest.changes = {
          {receipt_.changes_file, changes_digest_}, *receipt_.since, receipt_.changed_ids};
    }
    MUSUBI_ASSIGN_OR_RETURN(manifest.run_report, store_.Report(chosen_.run));
    manifest.despite_hold = chosen_.despite_hold;
    manifest.time = context_.clock->UnixSeconds();
    return SignedManifest(manifest, sealed_->unit());
  }

  storage::LinkStore& store_;
  const ReleaseRequest& request_;
  const ExecContext& context_;
  storage::ProjectInfo project_;
  ReleaseReceipt receipt_;
  Chosen chosen_;
  std::optional<SealedFiles> sealed_;       // of an approved project
  storage::ReleaseOf of_;                   // likewise
  std::vector<crypto::Digest256> digests_;  // as receipt_.maps
  std::vector<std::uint64_t> persons_of_holders_;
  crypto::Digest256 changes_digest_{};
  bool is_recorded_ = false;
};

}  // namespace

Result<ReleaseReceipt> Release(storage::LinkStore* store, const ReleaseRequest& request,
                               const ExecContext& context) {
  Releaser releaser(store, request, context);
  Result<ReleaseReceipt> outcome = releaser.Run();
  if (releaser.is_recorded()) return outcome;
  storage::LogEvent attempt{storage::LogKind::kRelease};
  attempt.project = request.project;
  return storage::Logged(store, std::move(attempt), context, std::move(outcome));
}

}  // namespace musubi::engine
