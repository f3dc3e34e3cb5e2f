// Rows of the store's events: docs/formats/store.md, "events", byte for byte. Private to storage/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"
#include "storage/link_store.h"
#include "storage/spine.h"

namespace musubi::storage {

// What a row tells. Numbers are on disk and permanent.
enum class EventKind : std::uint8_t {
  kSummary = 0,
  kProposal = 1,
  kReport = 2,
  kDecision = 3,
  kMove = 4,
  kRelease = 5,
  kWithdrawal = 6
};

// What the keys of an epoch's rows of a kind begin with.
std::string EventPrefix(std::uint64_t epoch, EventKind kind);

std::string SummaryKey(std::uint64_t epoch);
std::string ProposalKey(const Proposal& proposal);
std::string ReportKey(std::uint64_t epoch);
std::string DecisionKey(const Decision& decision);
std::string MoveKey(const Move& move);
std::string ReleaseKey(const ReleaseInfo& release);
std::string WithdrawalKey(std::uint64_t epoch);

std::string EncodeSummary(const EpochSummary& summary);
std::string EncodeProposal(const Proposal& proposal);
std::string EncodeReport(std::string_view report);
std::string EncodeDecision(const Decision& decision);
std::string EncodeMove(const Move& move);
std::string EncodeRelease(const ReleaseInfo& release);
std::string EncodeWithdrawal(const Withdrawal& withdrawal);

// What a row of a kind says.
//
// Errors: kInternal  it has a format that this program never wrote
Result<EpochSummary> DecodeSummary(std::string_view key, std::string_view value);
Result<Proposal> DecodeProposal(std::string_view key, std::string_view value);
Result<std::string> DecodeReport(std::string_view key, std::string_view value);
Result<Decision> DecodeDecision(std::string_view key, std::string_view value);
Result<Move> DecodeMove(std::string_view key, std::string_view value);
Result<ReleaseInfo> DecodeRelease(std::string_view key, std::string_view value);
Result<Withdrawal> DecodeWithdrawal(std::string_view key, std::string_view value);

}  // namespace musubi::storage
