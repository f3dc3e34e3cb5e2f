// Tables cut into tiles of about equal cost. Private to blocking.
#pragma once

#include <cstdint>
#include <vector>

#include "blocking/lsh_rows.h"
#include "blocking/lsh_tables.h"

namespace musubi::blocking {

// Entries of a table to compare. Where left and right are the same, it is the pairs inside each
// bucket, or inside a part of one that is too large; else the lefts, each with every right, all of
// one bucket.
struct LshTile {
  std::uint32_t table;
  std::uint32_t left_begin;
  std::uint32_t left_end;
  std::uint32_t right_begin;
  std::uint32_t right_end;
  std::uint64_t visits;

  bool is_square() const { return left_begin == right_begin; }
};

struct CutTable {
  std::vector<LshTile> tiles;
  std::uint64_t buckets = 0;
  std::uint64_t largest_bucket = 0;  // records
  std::uint64_t split_buckets = 0;
};

CutTable CutIntoTiles(const Population& population, const HashedRows& rows, const LshTable& table,
                      std::uint32_t number);

// Replaces `*runs` by those of the entries from `begin` to `end`-1, which are of one bucket.
void FindRuns(const HashedRows& rows, const LshTable& table, std::uint32_t begin, std::uint32_t end,
              std::vector<RecordRun>* runs);

}  // namespace musubi::blocking
