// What links under a contract are worth, tried on some of a holder's records and on copies of them
// with simulated errors. Sees identifiers and the linkage secret. Private to engine/tune.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "core/contract.h"
#include "core/encoding_set.h"
#include "core/exec_context.h"
#include "core/pairs.h"
#include "core/result.h"
#include "core/threshold.h"
#include "crypto/linkage_secret.h"
#include "engine/encode/held_records.h"
#include "engine/link/trial.h"
#include "engine/tune/quality.h"

namespace musubi::engine {

// Two holders with three quarters of the people each, so that two records in three have a partner.
// The first holder's are as they are, the second's are copies, with errors or without.
//
// Threads: one at a time.
class QualityTrial {
 public:
  // Draws people of `held`: 10,000, or all where there are fewer.
  //
  // Errors: kInterrupted
  static Result<QualityTrial> Prepare(const HeldRecords& held, std::uint64_t seed,
                                      const ExecContext& context);

  std::size_t people() const { return partner_.size() + shift_; }
  std::size_t pairs() const { return partner_.size() - shift_; }

  // How many tokens a record has on average. Requires: `contract` has the fields that the records
  // were read under.
  double MeanTokens(const Contract& contract) const;

  // How a contract's threshold comes about.
  enum class Finds { kGiven, kBest };

  // Encodes both holders' records under the secret, and links them, those of both kinds of copies.
  // The best threshold of a weighted mean is found on copies with the usual errors: the links of
  // the people of one half are counted at the threshold that is best for the other half, so that
  // none is judged by what it was chosen on; the threshold told is the best for all, and that of
  // the clean copies' links. A model that learns has its contract's.
  //
  // Errors: kInterrupted
  Result<Quality> Measure(const Contract& contract, const crypto::LinkageSecret& secret,
                          Finds finds, const ExecContext& context) const;

  // The same of clear text: the one filter of `record` has a bit for each token instead, so that
  // similarities are those of the sets of tokens. The best threshold is found.
  Result<Quality> MeasureClearText(const Contract& record, const crypto::LinkageSecret& secret,
                                   const ExecContext& context) const;

 private:
  // People of the first holder whose number is even, odd, or any.
  enum class Half { kEven, kOdd, kBoth };
  using Encoder = std::function<Result<EncodingSet>(const std::vector<std::uint32_t>& rows)>;

  explicit QualityTrial(HeldRecords both) : both_(std::move(both)) {}

  Result<Quality> MeasureBy(const Contract& contract, const Encoder& encode, Finds finds,
                            const ExecContext& context) const;
  Result<LinkTrial> TrialOf(const Contract& contract, const Encoder& encode, Copies copies) const;
  Status FindThreshold(const LinkTrial& trial, bool by_blocks, const ExecContext& context,
                       PairCounts* counts, Threshold* threshold) const;
  PairCounts Count(const std::vector<ScoredPair>& links, Half half) const;
  Threshold BestThreshold(const std::vector<ScoredPair>& links, Half half) const;
  static bool Has(Half half, std::size_t person);

  HeldRecords both_;                    // a record for each person, and behind them the copies
  std::uint64_t file_rows_ = 0;         // that the people were drawn from
  std::size_t shift_ = 0;               // the second holder's people are those from here on
  std::vector<std::uint32_t> seconds_;  // the second holder's people, in its order
  // Per person of the first holder, who are those before the last `shift_`: the row of the other
  // record in a trial, or that there is none.
  std::vector<std::uint32_t> partner_;
};

}  // namespace musubi::engine
