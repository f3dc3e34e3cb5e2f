#include "storage/log_entry.h"

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/check.h"
#include "core/ids.h"
#include "core/party_name.h"
#include "core/utc_time.h"

namespace musubi::storage {

using nlohmann::json;

namespace {

// docs/formats/log.md lists these; they are permanent.
constexpr int kVersion = 1;
constexpr std::array<std::string_view, kLogKinds> kKindNames = {
    "create", "trust",  "import", "link",     "review", "project", "release",
    "amend",  "revoke", "close",  "withdraw", "backup", "restore", "forget"};
constexpr std::array<std::string_view, 7> kErrorNames = {
    "usage", "bad_data", "no_input", "exists", "refused", "contract", "model"};
constexpr std::array<std::string_view, 25> kCountNames = {
    "accepted",    "approvals", "attached",  "dataset",  "decisions", "despite_hold", "erased",
    "keys_minted", "links",     "moved",     "new",      "on_hold",   "pairs",        "persons",
    "planted",     "policy",    "proposals", "proxy",    "records",   "reinstate",    "rejected",
    "release",     "sealed",    "trusted",   "withdrawn"};
constexpr std::array<std::string_view, 11> kDigestNames = {
    "application", "audit",    "backup", "contract", "decisions", "file",
    "manifest",    "override", "report", "request",  "trusted"};
constexpr std::uint64_t kMaxCount = (std::uint64_t{1} << 53) - 1;  // RFC 8785, section 3.2.2.3

template <std::size_t N>
bool IsOneOf(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool AreNames(const std::vector<std::string>& names) {
  return std::ranges::all_of(names, IsPartyName) &&
         std::ranges::adjacent_find(names, std::ranges::greater_equal()) == names.end();
}

bool IsNameOrNone(std::string_view name) { return name.empty() || IsPartyName(name); }

// Whether it holds nothing but what entries may hold.
bool IsProper(const LogEntry& entry) {
  const LogEvent& event = entry.event;
  const auto is_count = [](const auto& count) {
    return IsOneOf(kCountNames, count.first) && count.second <= kMaxCount;
  };
  const auto is_holder = [](const auto& holder) {
    return IsPartyName(holder.first) && holder.second <= kMaxCount;
  };
  const auto is_digest = [](const auto& digest) { return IsOneOf(kDigestNames, digest.first); };
  return entry.number >= 1 && entry.number <= kMaxCount && event.epoch <= kMaxCount &&
         (entry.number == 1) == (event.kind == LogKind::kCreate) &&
         (event.error.empty() || IsOneOf(kErrorNames, event.error)) &&
         IsNameOrNone(event.project) && IsNameOrNone(event.reviewer) && AreNames(event.signers) &&
         std::ranges::all_of(event.counts, is_count) &&
         std::ranges::all_of(event.holders, is_holder) &&
         std::ranges::all_of(event.digests, is_digest) &&
         (!entry.time || (*entry.time >= kMinUtcSeconds && *entry.time <= kMaxUtcSeconds));
}

std::string TextOf(const LogEntry& entry) {
  const LogEvent& event = entry.event;
  json line = {{"epoch", event.epoch},
               {"kind", NameOf(event.kind)},
               {"number", entry.number},
               {"previous", crypto::ToHex(entry.previous)},
               {"result", event.error.empty() ? "done" : "refused"},
               {"state", crypto::ToHex(entry.state)},
               {"version", kVersion}};
  if (!event.error.empty()) line["error"] = event.error;
  if (entry.time) line["time"] = FormatUtc(*entry.time);
  if (!event.project.empty()) line["project"] = event.project;
  if (!event.reviewer.empty()) line["reviewer"] = event.reviewer;
  if (!event.counts.empty()) line["counts"] = event.counts;
  if (!event.holders.empty()) line["holders"] = event.holders;
  if (!event.signers.empty()) line["signers"] = event.signers;
  for (const auto& [name, digest] : event.digests) line["digests"][name] = crypto::ToHex(digest);
  return line.dump();
}

// A failure shows when the entry is written again: it then gives another text.
crypto::Digest256 DigestOf(const json& hex) {
  crypto::Digest256 digest{};
  FromHex(hex.get_ref<const std::string&>(), digest.data(), digest.size());
  return digest;
}

std::string TextAt(const json& line, const char* member) {
  const auto found = line.find(member);
  return found == line.end() ? "" : found->get<std::string>();
}

// Throws json::exception where a member is missing or of another type; what is too much is not
// looked at.
LogEntry Extract(const json& line) {
  LogEntry entry;
  LogEvent& event = entry.event;
  const auto kind = std::ranges::find(kKindNames, line.at("kind").get_ref<const std::string&>());
  event.kind =
      static_cast<LogKind>(std::min<std::ptrdiff_t>(kind - kKindNames.begin(), kLogKinds - 1));
  event.error = TextAt(line, "error");
  event.epoch = line.at("epoch").get<std::uint64_t>();
  event.project = TextAt(line, "project");
  event.reviewer = TextAt(line, "reviewer");
  if (line.contains("counts")) line.at("counts").get_to(event.counts);
  if (line.contains("holders")) line.at("holders").get_to(event.holders);
  if (line.contains("signers")) line.at("signers").get_to(event.signers);
  if (line.contains("digests")) {
    for (const auto& [name, hex] : line.at("digests").items()) event.digests[name] = DigestOf(hex);
  }
  entry.number = line.at("number").get<std::uint64_t>();
  entry.previous = DigestOf(line.at("previous"));
  entry.state = DigestOf(line.at("state"));
  if (line.contains("time")) entry.time = ParseUtc(TextAt(line, "time"));
  return entry;
}

}  // namespace

std::string_view NameOf(LogKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

std::string LogLine(const LogEntry& entry) {
  MUSUBI_CHECK(IsProper(entry));
  return TextOf(entry);
}

Result<LogEntry> ParseLogLine(std::string_view line) {
  const json root = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded() || !root.is_object()) {
    return Error{ErrorCode::kBadData, "it is not JSON"};
  }
  try {
    LogEntry entry = Extract(root);
    if (IsProper(entry) && TextOf(entry) == line) return entry;
  } catch (const json::exception&) {
    // As below.
  }
  return Error{ErrorCode::kBadData,
               "it is not in the one form of an entry: something is missing, too much, or changed"};
}

}  // namespace musubi::storage
