#include "engine/log/public_register.h"

#include <algorithm>

#include "core/ids.h"
#include "core/utc_time.h"
#include "crypto/cms.h"
#include "engine/log/log_files.h"
#include "storage/signed_json.h"

namespace musubi::engine {

using nlohmann::json;
using storage::LogEntry;
using storage::LogEvent;
using storage::LogHead;
using storage::LogKind;

namespace {

constexpr int kVersion = 1;

std::uint64_t CountAt(const LogEvent& event, const char* name) {
  const auto found = event.counts.find(name);
  return found == event.counts.end() ? 0 : found->second;
}

crypto::Digest256 DigestOf(const json& hex) {
  crypto::Digest256 digest{};
  FromHex(hex.get_ref<const std::string&>(), digest.data(), digest.size());
  return digest;
}

// What people signed of a project, and where it stands.
void Describe(const storage::ProjectInfo& info, std::int64_t now, json* project) {
  (*project)["state"] = NameOf(StateAt(info, now));
  (*project)["decisions"] = json::array();
  for (const std::string& text : info.decisions) {
    (*project)["decisions"].push_back(json::parse(text));
  }
  if (!info.application) return;
  (*project)["application"] = json::parse(ApplicationText(*info.application));
}

// Hides of a release what its application asks not to tell, as the release's own manifest does:
// from the persons of all holders together, which is told nowhere, a small number of persons whom
// two holders share would follow.
void HideSmallCounts(std::uint64_t smallest, json* release) {
  (*release)["persons"] = nullptr;
  for (json& records : (*release)["holders"]) {
    if (smallest == 1 || records.get<std::uint64_t>() >= smallest) continue;
    records = "<" + std::to_string(smallest);
    (*release)["records"] = nullptr;
  }
}

// The largest of the smallest counts that applications ask for which name a holder: nearly all of
// its records are in a release, so that its total may not tell what a release does not.
std::uint64_t SmallestTotal(const std::string& holder,
                            const std::vector<storage::ProjectInfo>& projects) {
  std::uint64_t smallest = 1;
  for (const storage::ProjectInfo& project : projects) {
    if (!project.application) continue;
    const bool named =
        std::ranges::count(project.application->holders, holder, &HolderScope::holder) != 0;
    if (named) smallest = std::max(smallest, project.application->smallest_count);
  }
  return smallest;
}

}  // namespace

void RegisterMaker::Take(const LogEntry& entry) {
  const LogEvent& event = entry.event;
  const std::string kind(NameOf(event.kind));
  if (!event.error.empty()) {
    ++refused_[kind];
    return;
  }
  ++done_[kind];
  if (event.kind == LogKind::kImport) {
    for (const auto& [name, records] : event.holders) {
      ++holders_[name].data_sets;
      holders_[name].records += records;
    }
  }
  if (event.kind == LogKind::kWithdraw && CountAt(event, "erased") > 0) {
    for (const auto& [name, records] : event.holders) holders_[name].records -= records;
  }
  if (event.kind == LogKind::kProject) {
    json project = {{"name", event.project}, {"epoch", event.epoch}};
    if (entry.time) project["time"] = FormatUtc(*entry.time);
    projects_.push_back(std::move(project));
  }
  if (event.kind == LogKind::kRelease) TakeRelease(entry);
}

void RegisterMaker::TakeRelease(const LogEntry& entry) {
  const LogEvent& event = entry.event;
  json release = {{"number", CountAt(event, "release")},
                  {"project", event.project},
                  {"epoch", event.epoch},
                  {"records", CountAt(event, "records")},
                  {"persons", CountAt(event, "persons")},
                  {"holders", event.holders},
                  {"despite_hold", CountAt(event, "despite_hold") != 0}};
  if (entry.time) release["time"] = FormatUtc(*entry.time);
  releases_.push_back(std::move(release));
}

json RegisterMaker::HoldersJson(const std::vector<storage::ProjectInfo>& projects) const {
  json holders = json::array();
  for (const auto& [name, holder] : holders_) {
    const std::uint64_t smallest = SmallestTotal(name, projects);
    json records = holder.records;
    if (smallest > 1 && holder.records < smallest) records = "<" + std::to_string(smallest);
    holders.push_back({{"name", name}, {"data_sets", holder.data_sets}, {"records", records}});
  }
  return holders;
}

std::string RegisterMaker::TextAt(const LogHead& head,
                                  const std::vector<storage::ProjectInfo>& projects) const {
  json releases = releases_;
  for (json& release : releases) {
    const auto info = std::ranges::find(
        projects, release.at("project").get_ref<const std::string&>(), &storage::ProjectInfo::name);
    if (info == projects.end() || !info->application) continue;
    HideSmallCounts(info->application->smallest_count, &release);
  }
  json told = projects_;
  for (json& project : told) {
    const auto info = std::ranges::find(projects, project.at("name").get_ref<const std::string&>(),
                                        &storage::ProjectInfo::name);
    if (info != projects.end()) Describe(*info, head.time, &project);
  }
  const json text = {{"format", kRegisterFormat},
                     {"version", kVersion},
                     {"contract", crypto::ToHex(head.contract)},
                     {"unit", crypto::ToHex(head.unit)},
                     {"time", FormatUtc(head.time)},
                     {"entries", head.entries},
                     {"root", crypto::ToHex(head.root)},
                     {"holders", HoldersJson(projects)},
                     {"projects", told},
                     {"releases", releases},
                     {"done", done_},
                     {"refused", refused_}};
  return text.dump();
}

Result<LogHead> HeadOfRegister(const std::string& text) {
  try {
    const json document = json::parse(text);
    LogHead head;
    head.entries = document.at("entries").get<std::uint64_t>();
    head.root = DigestOf(document.at("root"));
    head.contract = DigestOf(document.at("contract"));
    head.unit = DigestOf(document.at("unit"));
    const auto time = ParseUtc(document.at("time").get_ref<const std::string&>());
    if (document.at("format") == kRegisterFormat && document.at("version") == kVersion && time) {
      head.time = *time;
      return head;
    }
  } catch (const json::exception&) {
    // As below.
  }
  return Error{ErrorCode::kBadData, "it is no register of this version"};
}

Result<std::string> PublicRegister(storage::LinkStore* store, const crypto::Identity& unit,
                                   const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(const LogHead head, HeadOf(store, unit, context));
  // Refuses a certificate that is not valid now.
  MUSUBI_RETURN_IF_ERROR(storage::CheckSigner(head, unit.certificate()));
  RegisterMaker maker;
  MUSUBI_RETURN_IF_ERROR(
      store->VisitLog([&maker](std::string_view /*line*/, const LogEntry& entry) -> Status {
        maker.Take(entry);
        return {};
      }));
  MUSUBI_ASSIGN_OR_RETURN(const auto projects, store->Projects());
  const std::string text = maker.TextAt(head, projects);
  if (text.size() > crypto::kMaxCmsBytes) {
    return Error{ErrorCode::kRefused, "the register is longer than can be signed, 16 MiB"};
  }
  return storage::SignedText(text, unit);
}

}  // namespace musubi::engine
