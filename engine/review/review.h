// What people decide of a link run's proposals, and the linkage keys that change by it. Sees
// references, keys and counts; no identifier, and no filter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/exec_context.h"
#include "core/result.h"
#include "storage/link_store.h"

namespace musubi::engine {

struct ReviewRequest {
  std::vector<std::uint64_t> proposals;                  // ids, in any order
  storage::Verdict verdict = storage::Verdict::kAccept;  // kAccept or kReject
  std::string reviewer;  // 1 to 64 of a-z 0-9 _ -, starting with a letter or digit
  std::string reason;    // in the reviewer's words; see storage::IsReason
};

struct ReviewReceipt {
  std::uint64_t epoch = 0;
  std::vector<std::uint64_t> settled;  // proposals, ascending
  std::vector<std::uint64_t> waiting;  // for another reviewer
  std::uint64_t moved = 0;             // records that came under another key
  std::uint64_t keys_minted = 0;
  std::uint64_t keys_retired = 0;  // that have no record any more
};

// Decides on open proposals, all of them or none, as one epoch. Where the store's policy asks for
// two decisions, a proposal is settled once another reviewer has said the same; until then nothing
// moves. A reviewer may say something else later, before it is settled.
//
// An accepted proposal gives its records the key that it names, or a new one, drawn from
// context.random. No key is ever used again. A refusal is logged.
//
// Cost:   one pass over the members, where proposals are accepted.
// Errors: kUsage    no proposal, a name or reason that may not be one
//         kNoInput  there is no proposal of such a number
//         kRefused  one is settled already, or this reviewer has said the same; records that it is
//                   about have moved meanwhile; two records of a holder that declares no duplicates
//                   would come under one key
//         kInterrupted, those of the store; nothing was changed
Result<ReviewReceipt> Decide(storage::LinkStore* store, const ReviewRequest& request,
                             const ExecContext& context);

}  // namespace musubi::engine
