// All records of a link run in one table, with what decides whether two may be one person's.
// Holds no identifier.
#pragma once

#include <cstdint>
#include <vector>

#include "core/check.h"
#include "core/encoding_set.h"

namespace musubi {

// Rows of several holders, one after another. A source is a holder.
struct Population {
  EncodingSet records;
  std::vector<std::uint16_t> source;        // per row
  std::vector<std::uint8_t> allows_within;  // per source: 1 where it declares duplicates
  std::vector<std::uint8_t> settled;        // per row: 1 where it got its key in an earlier run
  bool learns = false;  // a model is to be learnt from all pairs, whether they may be linked or not

  std::size_t rows() const { return records.rows(); }

  // Whether two rows may be one person's: two holders, or one that declares duplicates.
  bool MayBeOne(std::uint32_t a, std::uint32_t b) const {
    return source[a] != source[b] || allows_within[source[a]] != 0;
  }

  // Whether a pair may be linked: it may be one person's, and a record has no key yet.
  bool MayPair(std::uint32_t a, std::uint32_t b) const {
    return MayBeOne(a, b) && (settled[a] == 0 || settled[b] == 0);
  }

  // Whether a pair is worth comparing.
  bool MayCompare(std::uint32_t a, std::uint32_t b) const { return learns || MayPair(a, b); }
};

}  // namespace musubi
