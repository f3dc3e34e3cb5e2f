// What the link store holds, as values: data sets, members, epochs, projects and releases. The
// bytes are in docs/formats/store.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/application.h"
#include "core/encoding_set.h"
#include "core/ids.h"
#include "crypto/certificate.h"
#include "crypto/sha256.h"
#include "storage/audit_clearance.h"
#include "storage/encoding_file.h"
#include "storage/package_manifest.h"
#include "storage/spine.h"
#include "storage/withdrawal.h"

namespace musubi::storage {

// A sealed package that was verified.
struct VerifiedPackage {
  PackageId id;
  Cleared cleared;
};

// An imported file.
struct DatasetInfo {
  std::uint32_t id = 0;  // 1, 2, ... in the order of import
  EncodingManifest manifest;
  crypto::Digest256 digest{};
  std::vector<std::uint64_t> present;   // per filter: the records that have it
  std::optional<Cleared> cleared = {};  // of a file that came sealed
};

// A record and the linkage key that it belongs to.
struct Member {
  RecordRef ref;
  LinkageKey key;
  std::uint32_t dataset = 0;
  std::uint64_t epoch = 0;  // of the link run, or the decision, that brought it under this key
};

// Numbers are on disk and permanent.
enum class EpochKind : std::uint8_t {
  kLinkRun = 0,    // gave keys to new records, and proposed
  kReview = 1,     // someone decided on proposals
  kWithdrawal = 2  // a holder withdrew records, or took a withdrawal back
};

// "link_run", "review", "withdrawal".
std::string_view NameOf(EpochKind kind);

// What made an epoch found and did: counts only.
struct EpochSummary {
  std::uint64_t epoch = 0;
  EpochKind kind = EpochKind::kLinkRun;
  std::uint64_t records = 0;          // in the store at that epoch
  std::uint64_t new_records = 0;      // that got their key in this run
  std::uint64_t candidate_pairs = 0;  // compared
  std::uint64_t links = 0;            // at or above the threshold
  std::uint64_t keys_minted = 0;
  std::uint64_t attached = 0;   // new records that joined a key given earlier
  std::uint64_t proposals = 0;  // new ones
  std::uint64_t withdrawn = 0;  // earlier ones that the run finds no longer
  std::uint64_t moved = 0;      // records that came under another key, by decisions
  std::string threshold;        // as a fraction, "4/5"; empty of a review
  // Why nothing may be released of this epoch, in a sentence without a full stop, at most 255
  // bytes; empty where it may.
  std::string hold;

  bool operator==(const EpochSummary&) const = default;
};

struct EpochChange {
  EpochSummary summary;
  std::vector<Member> members;  // new ones only
  std::vector<Proposal> proposals;
  std::vector<Decision> decisions;
  std::vector<Move> moves;
  // What the run found, as canonical JSON (docs/formats/run_report.md): counts only. At most
  // kMaxReportBytes; empty where there is none.
  std::string report = {};
};

inline constexpr std::size_t kMaxReportBytes = std::size_t{4} << 20;
inline constexpr std::size_t kMaxTrusted = 1000;

// One column of some records of a data set.
struct RecordsColumn {
  std::uint16_t column = 0;
  std::uint64_t first = 0;     // the first record
  const EncodingSet& records;  // only this column of it has a meaning
  std::uint32_t chunk = 0;     // that they are kept in
};

// A request of a holder that was carried out.
struct Withdrawal {
  std::uint64_t epoch = 0;  // that it made
  // As it came, but for records that were erased since: none of them is left.
  WithdrawalRequest request;
  crypto::Digest256 digest{};  // of the request's text
  std::uint64_t records = 0;   // that it named
  std::uint64_t persons = 0;   // whom they were of; of a reinstatement, those of what it takes back
  // The linkage keys that these records had then, of those that other records have too, ascending.
  std::vector<LinkageKey> keys;

  bool operator==(const Withdrawal&) const = default;
};

// From which epoch on a record had a linkage key.
struct KeySince {
  LinkageKey key;
  std::uint64_t epoch = 0;
};

// All keys that a record ever had, in their order.
struct RecordHistory {
  RecordRef ref;
  std::uint32_t dataset = 0;
  std::vector<KeySince> keys;  // at least one
};

// How a store is used; nothing of it is kept.
struct StoreOptions {
  // A link run of more new members and proposals than these is written as table files, of which
  // nothing is in memory, and not as one batch. 200,000 rows make a batch of 12 MB.
  std::size_t max_rows_in_memory = 200'000;
};

// What a unit asks for before keys change or a project begins, and whom it takes records and
// decisions from.
struct StorePolicy {
  std::uint8_t decisions = 1;  // 1, or 2: two reviewers must agree
  std::uint8_t approvals = 1;  // 1 or 2 of a project; 0: none, on data that no person stands behind
  // Certificates of holders and review bodies, pinned, ordered by fingerprint. Where there is no
  // holder's, files may come from anyone.
  std::vector<crypto::Certificate> trusted = {};
};

// Those of `trusted` that have a role.
std::vector<crypto::Certificate> OfRole(const std::vector<crypto::Certificate>& trusted,
                                        crypto::Role role);

// What was read of a family of rows.
struct FamilyCheck {
  std::string name;  // docs/formats/store.md, "Families"
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // of their values, opened
};

// A store in which everything was found as it should be.
struct StoreCheck {
  std::uint64_t commit = 0;  // changes since it was made
  std::uint64_t epoch = 0;
  crypto::Digest256 state{};
  std::uint64_t log_entries = 0;
  std::vector<FamilyCheck> families;
};

// Where a store stood when a backup of it was made.
struct BackupHead {
  std::uint64_t commit = 0;
  std::uint64_t epoch = 0;
  crypto::Digest256 state{};
};

// What left the unit.
struct ReleaseInfo {
  std::uint32_t number = 0;  // 1, 2, ... in the order of releases
  std::uint64_t epoch = 0;
  std::string project;
  std::uint64_t records = 0;
  std::uint64_t persons = 0;
  // Why it was made though the epoch was on hold, at most 200 bytes; empty where it was not.
  std::string despite_hold;

  bool operator==(const ReleaseInfo&) const = default;
};

// What it consists of: for the audit log.
struct ReleaseContent {
  crypto::Digest256 manifest{};                  // of its manifest.json
  std::map<std::string, std::uint64_t> records;  // by holder
};

// Where a project stands. The numbers of all but kExpired are on disk and permanent.
enum class ProjectState : std::uint8_t {
  kApproved = 0,  // or needs no approval
  kRevoked = 1,   // a review body took its approval back: final, its key is gone
  kClosed = 2,    // the unit ended it: final, its key is gone
  kExpired = 3    // approved, and its application has run out
};

// "approved", "revoked", "closed", "expired".
std::string_view NameOf(ProjectState state);

struct ProjectInfo {
  std::string name;  // 1 to 64 of a-z 0-9 _ -, starting with a letter or digit
  std::uint64_t added_at_epoch = 0;
  ProjectState state = ProjectState::kApproved;  // as it is kept: never kExpired; see StateAt
  // The one in force: that of the last approval. None: the store asks for no approval.
  std::optional<Application> application = {};
  // The signed texts of all decisions (storage/project_decision.h) in the order in which they came:
  // approvals of the application, of each that amended it, and a revocation.
  std::vector<std::string> decisions = {};
};

// The state at a moment, in Unix seconds.
ProjectState StateAt(const ProjectInfo& project, std::int64_t now);

}  // namespace musubi::storage
