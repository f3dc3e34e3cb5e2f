// What may change linkage keys once they are given, and what did: proposals of link runs, decisions
// on them, and the records that moved. Holds references and keys; no identifier.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"

namespace musubi::storage {

// Why some records may belong elsewhere. Numbers are on disk and permanent.
enum class ProposalReason : std::uint8_t {
  kReclustered = 0,  // had all records come at once, they would be elsewhere
  kTie = 1,          // another person fits as well, and the rules took one
  kTwin = 2,         // a date and a name agree, another name does not: it may be a twin
  kWeak = 3          // the record has less in common with the others than a link needs
};
inline constexpr std::size_t kProposalReasons = 4;

// "reclustered", "tie", "twin", "weak".
std::string_view NameOf(ProposalReason reason);
std::optional<ProposalReason> ProposalReasonOf(std::string_view name);

// How two records agree: levels and a score, never what they say. `record` is one of those that
// would move, `other` one of those that it would join or leave.
struct PairEvidence {
  RecordRef record;
  RecordRef other;
  std::uint64_t levels = 0;  // four bits a comparison, the first lowest; docs/model.md, step 1
  std::uint32_t score = 0;   // in millionths; 0 where the pair tells nothing

  bool operator==(const PairEvidence&) const = default;
};

// That records which are under one linkage key come under another. Keys that are given never change
// unless a person decides so.
struct Proposal {
  std::uint64_t id = 0;     // 1, 2, ... in the order in which they were made
  std::uint64_t epoch = 0;  // of the link run that made it
  ProposalReason reason = ProposalReason::kReclustered;
  LinkageKey from;
  LinkageKey to;                   // none: a new key of their own
  bool whole = false;              // they are all that `from` has: the two keys become one
  std::vector<RecordRef> records;  // ascending, at least one
  PairEvidence best;               // of all pairs with those that they would join or leave
  PairEvidence worst;
  std::uint32_t mean_score = 0;
  std::uint64_t pairs = 0;

  bool operator==(const Proposal&) const = default;
};

// Numbers are on disk and permanent.
enum class Verdict : std::uint8_t {
  kAccept = 0,
  kReject = 1,
  kWithdraw = 2  // by a later link run, which finds it no longer
};

// What people say of what they do: at most 200 bytes of UTF-8 without control characters, so that
// it stays on its line wherever it is shown. None is one too.
bool IsReason(std::string_view text);
inline constexpr std::string_view kReasonRule =
    "a reason is at most 200 bytes of UTF-8 on one line, without control characters";

// What someone thinks of a proposal. Where a store asks for two decisions, the first settles
// nothing.
struct Decision {
  std::uint64_t epoch = 0;
  std::uint64_t proposal = 0;
  Verdict verdict = Verdict::kAccept;
  bool settles = false;  // the proposal is closed by it; if accepted, its records have moved
  std::string reviewer;  // 1 to 64 of a-z 0-9 _ -, starting with a letter or digit; empty for a run
  std::string reason;    // in the reviewer's words; see IsReason

  bool operator==(const Decision&) const = default;
};

// A record that came under another key.
struct Move {
  RecordRef ref;
  LinkageKey to;
  std::uint64_t epoch = 0;

  bool operator==(const Move&) const = default;
};

// A proposal and what has been decided of it so far.
struct ProposalState {
  Proposal proposal;
  std::vector<Decision> decisions;  // in their order
  std::optional<Verdict> settled;   // none: it is open
};

// Puts each decision with its proposal.
//
// Requires: proposals have the ids 1, 2, ...; decisions are in the order in which they were made.
std::vector<ProposalState> StatesOf(std::vector<Proposal> proposals,
                                    std::span<const Decision> decisions);

}  // namespace musubi::storage
