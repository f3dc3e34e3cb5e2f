// Whether two records of a bucket are similar: a first look at their heads, then whole filters.
// Private to blocking.
#pragma once

#include <cstdint>
#include <vector>

#include "blocking/lsh_rows.h"
#include "core/encoding_set.h"
#include "core/similarity.h"

namespace musubi::blocking {

// Threads: const functions are safe from any number.
class FilterVerifier {
 public:
  FilterVerifier(const FilterColumn& column, const SimilarityRule& rule);

  // Writes to `kept` the indexes i of heads[begin] to heads[end-1] that may be similar to `left`:
  // those for which the common bits of the first lines would be enough if all other bits of one of
  // the two were common too. Returns how many. Requires: room for end - begin.
  std::size_t KeepPossible(const FilterHead& left, const FilterHead* heads, std::uint32_t begin,
                           std::uint32_t end, std::uint32_t* kept) const;

  // Whether two records are similar by the rule. Reads their whole filters.
  bool AreSimilar(const FilterHead& a, const FilterHead& b) const;

 private:
  const FilterColumn& column_;
  SimilarityRule rule_;
  // least_[i * classes_ + j] is the least number of common bits that can suffice for records of the
  // weight classes i and j. It grows with their bits, so that of the lightest holds for all.
  std::vector<std::uint16_t> least_;
  std::uint32_t lightest_ = 0;
  std::uint32_t class_shift_ = 0;
  std::uint32_t classes_ = 1;
};

}  // namespace musubi::blocking
