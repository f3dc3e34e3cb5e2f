// Pairs of records to patterns of agreement. Private to engine/link.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/contract.h"
#include "core/exec_context.h"
#include "core/population.h"
#include "engine/compare/compare_rows.h"
#include "engine/link/value_rarity.h"
#include "engine/model/filter_levels.h"
#include "engine/model/pattern_counts.h"

namespace musubi::engine {

// A coin for each record, 0 or 1, thrown by what its filters hold: another encoding of the same
// records under the same secret, whose references differ, throws the same.
// Fewer, once `context` was stopped.
std::vector<std::uint8_t> ThrowCoins(const FilterRows& rows, const ExecContext& context = {});

// What reading a pattern needs; all of it is borrowed.
struct PatternSource {
  const Population& population;
  const FilterRows& rows;
  const Contract& contract;
  const ValueRarity& rarity;
  const std::vector<std::uint8_t>& coins;
  CompareKernel kernel;
};

// Candidates may be one person's. Of all others, which are of a holder without duplicates, those
// whose coins differ are held out.
inline PairKind KindOf(const PatternSource& source, std::uint32_t a, std::uint32_t b) {
  if (source.population.MayBeOne(a, b)) return PairKind::kCandidate;
  return source.coins[a] == source.coins[b] ? PairKind::kControl : PairKind::kHeldOut;
}

// Threads: one at a time.
class PatternReader {
 public:
  explicit PatternReader(const PatternSource& source);

  // The patterns of `left` and each of `rights`; borrowed until the next call.
  std::span<const Pattern> Read(std::uint32_t left, std::span<const std::uint32_t> rights);

 private:
  void AddFilter(std::uint32_t left, std::span<const std::uint32_t> rights, std::size_t place);
  void AddMatchToken(std::uint32_t left, std::span<const std::uint32_t> rights, std::size_t rule);

  const PatternSource source_;
  std::vector<FilterLevels> levels_;  // in the order of FilterRows
  std::vector<std::uint32_t> counts_;
  std::vector<Pattern> patterns_;
};

}  // namespace musubi::engine
