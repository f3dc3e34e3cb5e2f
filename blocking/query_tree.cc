#include "blocking/query_tree.h"

#include <algorithm>
#include <bit>

#include "blocking/sliced_blocks.h"

namespace musubi::blocking {
namespace {

constexpr std::size_t kLeaves = kTreeLevels - 1;  // the leaves' level

// The first node of each level where the levels stand one after another.
constexpr std::size_t kFirstNode[kTreeLevels] = {0, 1, 5, 21, 85};
constexpr std::size_t kNodes = 85 + kTreeQueries;

// A tightening of fewer misses than this takes longer than it saves.
constexpr std::uint32_t kLeastTightening = 4;

// How many of a node's queries must have a position for it to be counted there: six in ten of
// many, and three of four. The figures were measured; others are slower, not wrong.
constexpr std::size_t kEnough[kTreeLevels] = {154, 38, 10, 3, 1};

constexpr std::size_t NodesOf(std::size_t level) { return kTreeQueries / kQueriesOfLevel[level]; }
constexpr std::size_t Children(std::size_t level) {
  return kQueriesOfLevel[level] / kQueriesOfLevel[level + 1];
}

constexpr std::uint64_t LowBits(std::size_t n) {
  return n >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << n) - 1;
}

// Bit n * i is set where at least `kEnough` of bits n * i to n * i + n - 1 are, for n of 4 and 16.
struct FullGroups {
  std::uint64_t of_4;
  std::uint64_t of_16;
  std::size_t all;  // bits set

  explicit FullGroups(std::uint64_t bits) {
    constexpr std::uint64_t kNibbles = 0x1111111111111111;
    constexpr std::uint64_t kQuarters = 0x0001000100010001;
    std::uint64_t counts = bits - (bits >> 1 & 0x5555555555555555);
    counts = (counts & 0x3333333333333333) + (counts >> 2 & 0x3333333333333333);
    of_4 = (counts + (8 - kEnough[3]) * kNibbles) >> 3 & kNibbles;
    counts = (counts + (counts >> 4)) & 0x0f0f0f0f0f0f0f0f;
    counts = (counts + (counts >> 8)) & 0x001f001f001f001f;
    of_16 = (counts + (0x8000 - kEnough[2]) * kQuarters) >> 15 & kQuarters;
    all = counts * kQuarters >> 48;
  }
};

}  // namespace

QueryTreeMaker::QueryTreeMaker(const BitMatrix& matrix, const MissAllowance& allowance,
                               std::size_t lanes)
    : matrix_(matrix),
      allowance_(allowance),
      steps_(IndexStep(lanes)),
      having_(matrix.stride_words() * 64) {
  for (std::size_t level = 0; level < kTreeLevels; ++level) lists_[level].resize(NodesOf(level));
}

const QueryTree& QueryTreeMaker::Make(std::span<const std::uint32_t> rows,
                                      std::span<const std::uint16_t> classes,
                                      std::span<const std::uint16_t> order) {
  SliceQueries(rows);
  ShareOut(order);
  AllowMisses(classes);
  tree_.nodes.clear();
  tree_.slices.clear();
  tree_.allowance.assign(Allowed(0, 0), Allowed(0, 0) + allowance_.classes());
  AddNode(0, 0, 0, 0);
  return tree_;
}

void QueryTreeMaker::SliceQueries(std::span<const std::uint32_t> rows) {
  std::array<std::uint64_t, 64> slices;
  for (std::size_t w = 0; w < kWords; ++w) {
    const std::size_t first = std::min(w * 64, rows.size());
    const auto part = rows.subspan(first, std::min<std::size_t>(64, rows.size() - first));
    valid_[w] = LowBits(part.size());
    for (std::size_t bit = 0; bit < matrix_.bits(); bit += 64) {
      SliceRows(matrix_, part, bit / 64, slices);
      for (std::size_t b = 0; b < 64; ++b) having_[bit + b][w] = slices[b];
    }
  }
}

void QueryTreeMaker::ShareOut(std::span<const std::uint16_t> order) {
  for (auto& level : lists_) {
    for (auto& list : level) list.clear();
  }
  for (auto& list : lacked_) list.clear();
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto slice = static_cast<SliceIndex>(rank * steps_);
    const QuerySet& having = having_[order[rank]];
    std::size_t all = 0;
    for (std::size_t w = 0; w < kWords; ++w) all += FullGroups(having[w] | ~valid_[w]).all;
    if (all >= kEnough[0]) {
      lists_[0][0].push_back(slice);
      for (std::size_t w = 0; w < kWords; ++w) AddLacking(w, valid_[w] & ~having[w], slice);
      continue;
    }
    for (std::size_t w = 0; w < kWords; ++w) {
      if (having[w] != 0) ShareOutWord(w, having[w], slice);
    }
  }
}

void QueryTreeMaker::ShareOutWord(std::size_t w, std::uint64_t having, SliceIndex slice) {
  // Queries beyond the last have every bit, and no node of its own.
  const FullGroups full(having | ~valid_[w]);
  if (full.all >= kEnough[1]) {
    lists_[1][w].push_back(slice);
    return AddLacking(w, valid_[w] & ~having, slice);
  }
  const std::uint64_t in_16 = full.of_16 * 0xffff;
  const std::uint64_t of_4 = full.of_4 & ~in_16 & valid_[w];
  for (std::uint64_t left = full.of_16 & valid_[w]; left != 0; left &= left - 1) {
    lists_[2][w * 4 + static_cast<std::size_t>(std::countr_zero(left)) / 16].push_back(slice);
  }
  for (std::uint64_t left = of_4; left != 0; left &= left - 1) {
    lists_[3][w * 16 + static_cast<std::size_t>(std::countr_zero(left)) / 4].push_back(slice);
  }
  const std::uint64_t shared = in_16 | of_4 * 0xf;
  for (std::uint64_t left = having & ~shared; left != 0; left &= left - 1) {
    lists_[4][w * 64 + static_cast<std::size_t>(std::countr_zero(left))].push_back(slice);
  }
  AddLacking(w, valid_[w] & shared & ~having, slice);
}

void QueryTreeMaker::AddLacking(std::size_t w, std::uint64_t queries, SliceIndex slice) {
  for (; queries != 0; queries &= queries - 1) {
    lacked_[w * 64 + static_cast<std::size_t>(std::countr_zero(queries))].push_back(slice);
  }
}

std::uint16_t* QueryTreeMaker::Allowed(std::size_t level, std::size_t index) {
  return allowed_.data() + (kFirstNode[level] + index) * allowance_.classes();
}

// For each query, and for a node the most of its queries.
void QueryTreeMaker::AllowMisses(std::span<const std::uint16_t> classes) {
  const std::size_t width = allowance_.classes();
  allowed_.assign(kNodes * width, 0);
  for (std::size_t query = 0; query < classes.size(); ++query) {
    const auto lacking = static_cast<std::uint16_t>(lacked_[query].size());
    const auto row = allowance_.row(classes[query]);
    std::uint16_t* const to = Allowed(kLeaves, query);
    for (std::size_t c = 0; c < width; ++c) {
      to[c] = static_cast<std::uint16_t>(row[c] == 0 ? 0 : row[c] + lacking);
    }
  }
  for (std::size_t level = kLeaves; level-- > 0;) {
    for (std::size_t child = 0; child < NodesOf(level + 1); ++child) {
      const std::uint16_t* const from = Allowed(level + 1, child);
      std::uint16_t* const to = Allowed(level, child / Children(level));
      for (std::size_t c = 0; c < width; ++c) to[c] = std::max(to[c], from[c]);
    }
  }
}

// Adds a node and those below it. `above` is by how much the counters that it begins from have
// been tightened.
void QueryTreeMaker::AddNode(std::size_t level, std::size_t index, std::uint8_t parent_state,
                             std::uint32_t above) {
  const std::uint16_t* const allowed = Allowed(level, index);
  const std::size_t width = allowance_.classes();
  // The misses by which every record that can still be similar has fewer left.
  std::uint32_t least = ~std::uint32_t{0};
  for (std::size_t c = 0; c < width; ++c) {
    const std::uint32_t difference = static_cast<std::uint32_t>(tree_.allowance[c] - allowed[c]);
    least = std::min(least, allowed[c] == 0 ? ~std::uint32_t{0} : difference);
  }
  if (least == ~std::uint32_t{0}) return;  // nothing can be
  const auto& list = lists_[level][index];
  const std::size_t at = tree_.nodes.size();
  const bool is_leaf = level == kLeaves;
  if (is_leaf || !list.empty()) {
    QueryNode& node = tree_.nodes.emplace_back();
    AddSlices(list, &node);
    if (is_leaf) AddLacked(index, &node);
    node.tighten = static_cast<std::uint16_t>(least - above < kLeastTightening ? 0 : least - above);
    node.query = static_cast<std::uint16_t>(index);
    node.level = static_cast<std::uint8_t>(level);
    node.parent_state = parent_state;
    above += node.tighten;
    parent_state = static_cast<std::uint8_t>(level + 1);
  }
  if (!is_leaf) {
    for (std::size_t child = 0; child < Children(level); ++child) {
      AddNode(level + 1, index * Children(level) + child, parent_state, above);
    }
  }
  if (is_leaf || !list.empty()) {
    tree_.nodes[at].next = static_cast<std::uint32_t>(tree_.nodes.size());
  }
}

void QueryTreeMaker::AddSlices(const std::vector<SliceIndex>& list, QueryNode* node) {
  const auto zeros = static_cast<SliceIndex>(matrix_.bits() * steps_);  // after the last position's
  node->first_slice = static_cast<std::uint32_t>(tree_.slices.size());
  tree_.slices.insert(tree_.slices.end(), list.begin(), list.end());
  while (tree_.slices.size() % kSlicesAtOnce != 0) tree_.slices.push_back(zeros);
  node->slices = static_cast<std::uint32_t>(tree_.slices.size()) - node->first_slice;
}

// Those that most records have come first: they tell the most, and what does not fill a step is
// left out, which only lets a record be looked at for nothing.
void QueryTreeMaker::AddLacked(std::size_t query, QueryNode* node) {
  const std::vector<SliceIndex>& list = lacked_[query];
  node->lacked = static_cast<std::uint32_t>(list.size() / kSlicesAtOnce * kSlicesAtOnce);
  tree_.slices.insert(tree_.slices.end(), list.rbegin(), list.rbegin() + node->lacked);
}

}  // namespace musubi::blocking
