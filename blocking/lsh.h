// Candidates by locality-sensitive hashing of filters, each checked before it is emitted. Sees
// filters and holders, no identifier. Approximate: a pair may be missed, with a known probability.
#pragma once

#include <cstdint>
#include <memory>

#include "blocking/candidates.h"
#include "core/exec_context.h"
#include "core/population.h"
#include "core/result.h"
#include "core/similarity.h"

namespace musubi::blocking {

// Each of `tables` keys of a record is `bits_per_key` bits of its filter, at positions drawn from
// `seed`. Two records with an equal key are compared.
struct LshParameters {
  static constexpr std::uint32_t kMaxBitsPerKey = 32;
  static constexpr std::uint32_t kMaxTables = 1024;

  std::uint32_t bits_per_key = 0;  // 1 to kMaxBitsPerKey
  std::uint32_t tables = 0;        // 1 to kMaxTables
  std::uint64_t seed = 0;

  bool operator==(const LshParameters&) const = default;
};

// What a plan looks like, for the operator.
struct LshStats {
  LshParameters parameters;
  std::uint32_t usable_positions = 0;  // bits of the filter that keys are drawn from
  // Of a pair exactly on the threshold, in millionths; pairs above it have more (lsh_recall.h).
  std::uint32_t expected_recall_millionths = 0;
  std::uint64_t records = 0;         // that have the filter
  std::uint64_t visits = 0;          // pairs compared, over all tables
  std::uint64_t buckets = 0;         // keys shared by records that may pair, over all tables
  std::uint64_t largest_bucket = 0;  // records
  std::uint64_t split_buckets = 0;   // too large for one tile, and spread over several
  bool rebuilds_tables = false;      // memory did not suffice to keep them: each is made twice
};

// How much memory the tables of a plan may take; more than that are made again when needed.
inline constexpr std::uint64_t kLshTableBytes = std::uint64_t{3} << 29;  // 1.5 GiB

// The bits per key and tables for which a pair of `filter` exactly on `rule`'s threshold is found
// with a probability of `recall_millionths` or more, at the least expected cost, which is estimated
// from a sample of the population. Integers throughout: the same on every machine.
//
// The promise is for pairs whose differing bits lie as those of unrelated records do
// (lsh_recall.h). Pairs that differ in a whole field may be found less often, pairs above the
// threshold are found more often.
//
// Requires: recall_millionths < 1,000,000; filter < population.records.filters.size(); the filter
// is at most 2^16 bits wide.
// Errors: kUsage  too few positions tell records apart, or no number of tables up to kMaxTables
//                 suffices: the message says what else to do
// Threads: one.
Result<LshParameters> ChooseLshParameters(const Population& population, std::size_t filter,
                                          const SimilarityRule& rule,
                                          std::uint32_t recall_millionths, std::uint64_t seed);

// Every pair that may be one person's, has an equal key in some table, and is similar by `rule`
// (decided in integers on whole filters). A pair that several tables find is emitted by the first
// of them. Records without the filter are in no pair. No bucket is left out, however large: its
// pairs are spread over tiles. The same arguments give the same tiles and the same bytes with any
// number of threads.
//
// `population` is borrowed and must outlive the plan. Makes tables in parallel; what it makes is of
// no use once `context` was stopped.
// Memory: 132 bytes a record; 4 bytes a record and table, up to `table_bytes`; 16 bytes a record
// and
//         thread while tables are made.
// Requires: as ChooseLshParameters; fewer than 2^31 rows.
// Errors: kUsage  parameters out of range; fewer usable positions than bits_per_key
// Source: Indyk, Motwani, Approximate nearest neighbors, STOC 1998; for linkage: Durham, A
// framework
//         for accurate, efficient private record linkage, 2012; Karapiperis, Verykios, An LSH-based
//         blocking approach with a homomorphic matching technique, IEEE TKDE 27(4), 2015.
Result<std::unique_ptr<CandidatePlan>> PlanLsh(const Population& population, std::size_t filter,
                                               const SimilarityRule& rule,
                                               const LshParameters& parameters, LshStats* stats,
                                               const ExecContext& context = {},
                                               std::uint64_t table_bytes = kLshTableBytes);

}  // namespace musubi::blocking
