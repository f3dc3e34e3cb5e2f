// Which pairs a link run compares, and what that will cost. Private to engine/link but for
// CandidateReport.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "blocking/candidates.h"
#include "core/contract.h"
#include "core/exec_context.h"
#include "core/population.h"
#include "engine/link/link.h"
#include "storage/link_store.h"

namespace musubi::engine {

// Whether one filter is all that a contract compares: then a pair's score follows from the filter's
// Dice similarity, and every pair that may be a link can be found by a join.
bool HasLoneFilter(const Contract& contract);

// The score from which on a pair tells the resolution anything of how much the other records of two
// persons have in common: below it lies what unrelated records reach by chance.
Threshold EvidenceThreshold(const Contract& contract, const Threshold& threshold);

// The filter that a run looks for candidates in, where there is one; known before records are
// loaded, so that only this one need be laid out for it.
std::optional<std::size_t> CandidateFilter(const Contract& contract, const LinkRequest& request);

// Refuses what can be seen to be too much without a look at the records: loading them takes a
// while. `datasets` are all of a store none of whose records has a key.
//
// Errors: kUsage, as PlanCandidates
Status CheckBeforeLoading(const Contract& contract, const LinkRequest& request,
                          const std::vector<storage::DatasetInfo>& datasets);

// Plans the candidates of a run. Fills what `*report` tells of them.
//
// Errors: kUsage  the contract lacks what the method needs; the method would compare more pairs
//                 than the request allows: the message says how many, and what to do
Result<std::unique_ptr<blocking::CandidatePlan>> PlanCandidates(const Contract& contract,
                                                                const LinkRequest& request,
                                                                const Population& population,
                                                                const ExecContext& context,
                                                                CandidateReport* report);

}  // namespace musubi::engine
