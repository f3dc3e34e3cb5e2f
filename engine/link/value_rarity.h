// How rare the value is that a record has in each filter, seen by nothing but which filters are
// equal. Private to engine/link.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/contract.h"
#include "core/exec_context.h"
#include "engine/compare/filter_rows.h"
#include "engine/model/mixture.h"

namespace musubi::engine {

// The level of agreement of two equal filters (engine/model/pattern.h): kEqual where more than a
// quarter of the records has this value, one more for each further factor of 4, kEqual + 7 at most.
class ValueRarity {
 public:
  // Filters are equal where their 64-bit hashes are: of a million values two are taken for one with
  // a chance of 3 * 10^-8, which changes how rare they seem and nothing else.
  //
  // Works in parallel; of no use once `context` was stopped.
  // Memory: a byte a record and filter, and up to 32 bytes a record while it works.
  explicit ValueRarity(const FilterRows& rows, const ExecContext& context = {});

  // Of records whose values nobody counted: all equal ones are of the most common kind.
  static ValueRarity Unknown(const FilterRows& rows);

  // Requires: row < rows.rows(), place < rows.filters().
  std::uint8_t level(std::size_t row, std::size_t place) const {
    return levels_.empty() ? static_cast<std::uint8_t>(kEqual) : levels_[row * filters_ + place];
  }

  // The same of some rows alone: row i is rows[i] of these. Knows no shares.
  ValueRarity Of(std::span<const std::uint32_t> rows) const;

  // For each filter and match token of the contract, in its order: the share of records with it at
  // each level. Match tokens are taken to be all of one rarity.
  std::vector<LevelTable> Shares(const Contract& contract) const;

 private:
  explicit ValueRarity(std::size_t filters) : filters_(filters) {}

  using Counts = std::array<std::uint64_t, kRarities>;

  struct Value {
    std::uint64_t hash;
    std::uint32_t row;
  };

  void RateFilter(const FilterRows& rows, std::size_t place, std::size_t first_word,
                  const ExecContext& context);
  Counts RateBucket(std::span<const Value> values, std::size_t place, std::uint64_t all);

  std::size_t filters_;
  std::vector<std::size_t> order_;
  std::vector<std::uint8_t> levels_;
  std::vector<Counts> records_;  // per place: records at each rarity
};

}  // namespace musubi::engine
