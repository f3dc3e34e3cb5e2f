// The contracts among which a tuning chooses: the fields of a given one under other filters. Public
// facts.
#pragma once

#include <string>
#include <vector>

#include "core/contract.h"
#include "core/result.h"
#include "core/threshold.h"

namespace musubi::engine {

struct Candidate {
  std::string name;  // "saul_t4_l1024", also the contract's; of the given contract "given"
  std::string what;  // in words, also the contract's description; of the given contract empty
  Contract contract;
};

// One filter of 1024 bits a person, in which each token of all features of `given` sets `positions`
// bits: what it has besides, such as salts, is left out. Its threshold is to be found.
//
// Requires: `given` has fields; 1 <= positions <= 64.
// Errors:   kInternal  it is no contract
Result<Contract> PlainRecord(const Contract& given, int positions);

// `given`, and contracts of its fields, features, block tokens and match tokens under each of the
// profiles and parameters of docs/audit.md, "Tuning". `tokens` is how many tokens a record has on
// average. Those that its fields do not allow, as a salt by birth date where there is no date, are
// left out. Thresholds of the weighted mean are to be found.
//
// Requires: `given` has fields.
std::vector<Candidate> MakeCandidates(const Contract& given, double tokens);

// The contract with another threshold. Requires: it is one of its model.
Contract WithThreshold(const Contract& contract, const Threshold& threshold);

}  // namespace musubi::engine
