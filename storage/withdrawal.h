// A holder's request that persons be left out of what leaves the unit, or be let in again:
// docs/formats/withdrawal.md. Holds record references; no id of the holder's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/result.h"

namespace musubi::storage {

struct WithdrawalIdTag;

// A request's random name, by which it is reinstated and told in receipts.
using WithdrawalId = Id128<WithdrawalIdTag>;

// Numbers are on disk and permanent.
enum class WithdrawalAction : std::uint8_t {
  kWithdraw = 0,
  kReinstate = 1  // takes an earlier withdrawal back
};

// Who asked the holder. Numbers are on disk and permanent.
enum class AskedBy : std::uint8_t { kPatient = 0, kProxy = 1 };

// "withdraw", "reinstate"; "patient", "proxy".
std::string_view NameOf(WithdrawalAction action);
std::string_view NameOf(AskedBy by);

struct WithdrawalRequest {
  WithdrawalId id;
  std::string holder;  // IsPartyName
  WithdrawalAction action = WithdrawalAction::kWithdraw;
  AskedBy by = AskedBy::kPatient;
  std::int64_t made = 0;  // Unix seconds
  // Of a withdrawal alone:
  std::string project;             // IsPartyName; empty: everything
  std::vector<RecordRef> records;  // ascending, 1 to kMaxWithdrawn
  // Of a reinstatement alone: the withdrawal that is taken back, whole.
  WithdrawalId reinstates = {};

  // Whether records are to be erased.
  bool erases() const { return action == WithdrawalAction::kWithdraw && project.empty(); }

  bool operator==(const WithdrawalRequest&) const = default;
};

inline constexpr std::size_t kMaxWithdrawn = 1'000'000;
inline constexpr std::size_t kMaxWithdrawalBytes = std::size_t{64} << 20;

// The request's one text: canonical JSON (RFC 8785).
//
// Requires: the members are what is said above.
std::string WithdrawalText(const WithdrawalRequest& request);

// Reads that text alone.
//
// Errors: kBadData  it is none: the message says "it ..." of the text, and quotes nothing
Result<WithdrawalRequest> ParseWithdrawal(std::string_view text);

}  // namespace musubi::storage
