// Which links of a component may join clusters. Private to engine/resolve.
#pragma once

#include <span>
#include <vector>

#include "core/contract_parts.h"
#include "core/pairs.h"
#include "core/population.h"

namespace musubi::engine {

// The links that `kind` allows, in the order in which they are to be taken.
//
//   kGreedy       all of them, the best first
//   kMutualBest   those that are the best of both their records: a record's best towards a holder
//                 that declares no duplicates is its first link there; towards one that does, all
//                 are
//   kStrongFirst  the same; behind them those that are the best of one of their records
//   kOptimal      between two holders that declare no duplicates, the links of a one-to-one
//   matching
//                 whose scores, less the least link's and one more each, have the largest sum; all
//                 other links
//
// Requires: `links` are all of a component, the best first, ties by rows.
// Cost:     kOptimal: n m log n for n records and m links between two holders.
// Source:   kMutualBest, kStrongFirst: strong and normal links as in CLIP, Saeedi, Peukert, Rahm,
//           ESWC 2018. kOptimal: maximum weighted matching by LEMON; that it hardly beats the
//           others: Franke, Sehili, Gladbach, Rahm, DPM 2018.
std::vector<ScoredPair> ChooseLinks(ResolutionKind kind, const Population& population,
                                    std::span<const ScoredPair> links);

}  // namespace musubi::engine
