// Which bits of a filter make the keys of locality-sensitive hashing. Private to blocking.
#pragma once

#include <cstdint>
#include <vector>

#include "blocking/lsh_rows.h"
#include "core/encoding_set.h"
#include "core/result.h"

namespace musubi::blocking {

// Rows that stand for all that have the filter: at most `most` of them, evenly spaced.
std::vector<std::uint32_t> SampleRows(const FilterColumn& column, std::size_t most);

// The positions of a filter, and those that keys are drawn from: set in 20 % to 80 % of the sampled
// records, and no more than kMost, those that tell records apart best. Others agree in most pairs,
// so they would make keys longer and hardly rarer.
//
// A position's spread is n (s - n), where n of s sampled records have it set: it goes with the
// probability that two unrelated records differ there.
struct PositionPool {
  static constexpr std::size_t kMost = FilterHead::kWords * 64;  // so that heads have all of them

  std::size_t size() const { return spread.size(); }

  std::vector<std::uint32_t> ranked;  // every position, the widest spread first; keys are drawn
                                      // from the first size() of them
  std::vector<std::uint64_t> spread;  // of each that keys are drawn from
  std::uint64_t total_spread = 0;     // of all that keys are drawn from
  std::uint64_t filter_spread = 0;    // of every position
};

PositionPool FindPositions(const FilterColumn& column, const std::vector<std::uint32_t>& sample);

// What the choice of parameters and the making of tables both need to know of a filter.
struct LshSample {
  static constexpr std::size_t kMostRows = 16'384;

  explicit LshSample(const FilterColumn& column)
      : rows(SampleRows(column, kMostRows)), pool(FindPositions(column, rows)) {}

  // Errors: kUsage  there are fewer than `least` positions that keys can be drawn from
  Status CheckPositions(std::uint32_t least) const;

  std::vector<std::uint32_t> rows;
  PositionPool pool;
};

// Indexes into pool.ranked, which are bits of a FilterHead: those of a table's key, in the order of
// its bits. A table's draw does not depend on how many others there are, and fewer bits are the
// beginning of more.
//
// Requires: bits <= pool.size().
std::vector<std::uint32_t> DrawKey(const PositionPool& pool, std::uint64_t seed,
                                   std::uint32_t table, std::uint32_t bits);

}  // namespace musubi::blocking
