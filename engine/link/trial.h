// What a run of the unit would link of two holders' records, tried in memory: so a holder learns
// what a contract is worth before anything is sent. Sees encodings alone; needs no store.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/contract.h"
#include "core/encoding_set.h"
#include "core/exec_context.h"
#include "core/pairs.h"
#include "core/population.h"
#include "core/result.h"
#include "core/threshold.h"
#include "engine/compare/filter_rows.h"

namespace musubi::engine {

struct TrialRequest {
  std::optional<Threshold> threshold = {};        // instead of the contract's
  std::optional<ResolutionKind> resolution = {};  // likewise
  bool by_blocks = false;  // pairs that share a token are compared, not all pairs
};

struct TrialLinks {
  std::vector<ScoredPair> links;  // pairs that became one person, by the left row
  std::string refusal;            // of a model that learnt nothing it trusts: why; else empty
};

// Two holders, neither of which has a person twice.
//
// Threads: one at a time.
class LinkTrial {
 public:
  // The first `left` of `records` are one holder's, the rest the other's. The contract is borrowed.
  //
  // Requires: the contract's filters and tokens; a filter may have another width in the records,
  //           where none has more bits set than the contract's has.
  LinkTrial(const Contract& contract, EncodingSet records, std::size_t left);

  // Of the weighted mean: a score that strangers seldom reach, some twenty of them for each record
  // of the left at most. A threshold below it links strangers before persons.
  Threshold LeastThreshold() const;

  // Compares, weighs and resolves as engine::Link does, in which all pairs are all pairs: a join or
  // LSH would find the same. A contract's least_precision is not looked at.
  //
  // Memory: 12 bytes a pair that reaches the threshold.
  // Errors: kInterrupted
  Result<TrialLinks> Link(const TrialRequest& request, const ExecContext& context) const;

 private:
  const Contract& contract_;
  std::size_t left_;
  Population population_;
  FilterRows rows_;
};

}  // namespace musubi::engine
