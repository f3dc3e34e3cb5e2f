// The attack that learns from known pairs to read encodings, and then names whoever would have what
// was read. Sees encodings and numbers of tokens. Private to engine/audit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/exec_context.h"
#include "engine/audit/audit_policy.h"
#include "engine/audit/dense.h"
#include "engine/audit/finding.h"
#include "engine/audit/people.h"

namespace musubi::engine {

// What was read in encodings of records that were not known.
struct Decoding {
  Records targets;          // places in the sample
  std::vector<bool> right;  // per target: whether it was named
  // Dice similarity of the tokens of a target with as many as a record has on average: those that
  // were read in its bits, and those that are the most frequent. Means over the targets.
  double dice = 0;
  double prior_dice = 0;
};

// Learns tokens from `known` records, the `first` one and those after it, from the last on to the
// first again, and reads those that come then, at most 4,000: of each, among all that were not
// known in the order `order`, it names the one for whose tokens the bits speak most. Only tokens of
// at least 1 in 200 known records are learnt.
//
// `unit_rows` and `tokens` are of the same records; `order` orders as many as are not known.
// Requires: first < records; 0 < known < records.
// Threads:  safe; parallel inside. Deterministic.
// Errors:   kInterrupted
Result<Decoding> DecodeOthers(const Matrix& unit_rows, const std::vector<Records>& tokens,
                              std::size_t first, std::size_t known, const Records& order,
                              std::uint64_t seed, const ExecContext& context);

// A fifth of the sample is known, another in each of ten turns. Appends its findings.
//
// Errors: kInterrupted
Status AddLearntDecoding(const People& people, const AuditPolicy& policy,
                         std::vector<Finding>* findings);

}  // namespace musubi::engine
