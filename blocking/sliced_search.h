// The search of a block over any vector of bits, compiled once for each instruction set.
// Private to blocking.
//
// `Lanes` tells the vector: Vec, kWords, Load, Store, And, Or, Xor, Xor3, Majority, Fill (all lanes
// set or none), AllSet.
#pragma once

#include <cstdint>
#include <utility>

#include "blocking/sliced_kernel.h"

namespace musubi::blocking {
namespace {

// In an unnamed namespace on purpose: each file that includes this compiles its own copy for its
// own instruction set, and the linker must not merge them.

// A counter for each lane, in planes: lane i's value is the number whose bit p is bit i of plane p.
// A lane is dead, for good, once its counter has passed its end.
template <typename Lanes, std::size_t kPlanes>
struct Counters {
  using Vec = typename Lanes::Vec;
  Vec planes[kPlanes];
  Vec dead;

  void Load(const std::uint64_t* slices) {
    for (std::size_t p = 0; p < kPlanes; ++p) planes[p] = Lanes::Load(slices + p * Lanes::kWords);
    dead = Lanes::Load(slices + kPlanes * Lanes::kWords);
  }

  // A plain copy of the struct is a slow string instruction.
  void CopyFrom(const Counters& other) {
    for (std::size_t p = 0; p < kPlanes; ++p) planes[p] = other.planes[p];
    dead = other.dead;
  }

  // Adds one bit of weight 2^kFrom to each lane.
  template <std::size_t kFrom>
  void AddAt(Vec carry) {
    for (std::size_t p = kFrom; p < kPlanes; ++p) {
      const Vec next = Lanes::And(planes[p], carry);
      planes[p] = Lanes::Xor(planes[p], carry);
      carry = next;
    }
    dead = Lanes::Or(dead, carry);
  }

  // Adds the same number to each lane.
  void AddConstant(std::uint32_t number) {
    Vec carry = Lanes::Fill(false);
    for (std::size_t p = 0; p < kPlanes; ++p) {
      const Vec bit = Lanes::Fill((number >> p & 1) != 0);
      const Vec next = Lanes::Majority(planes[p], bit, carry);
      planes[p] = Lanes::Xor3(planes[p], bit, carry);
      carry = next;
    }
    dead = Lanes::Or(dead, carry);
  }

  // plane + a + b; the carry is returned.
  static Vec Add(Vec* plane, Vec a, Vec b) {
    const Vec carry = Lanes::Majority(*plane, a, b);
    *plane = Lanes::Xor3(*plane, a, b);
    return carry;
  }

  // Adds eight slices of a block, or what they have not.
  // Source: the carry-save adder of Harley and Seal; Warren, Hacker's Delight, 2nd ed., 5-1.
  template <bool kInverted>
  void AddEight(const std::uint64_t* block, const SliceIndex* slices) {
    constexpr std::size_t kWordsPerStep = Lanes::kWords / IndexStep(Lanes::kWords * 64);
    const auto slice = [&](std::size_t i) {
      const Vec lanes = Lanes::Load(block + slices[i] * kWordsPerStep);
      return kInverted ? Lanes::Xor(lanes, Lanes::Fill(true)) : lanes;
    };
    const Vec two_a = Add(&planes[0], slice(0), slice(1));
    const Vec two_b = Add(&planes[0], slice(2), slice(3));
    const Vec four_a = Add(&planes[1], two_a, two_b);
    const Vec two_c = Add(&planes[0], slice(4), slice(5));
    const Vec two_d = Add(&planes[0], slice(6), slice(7));
    const Vec four_b = Add(&planes[1], two_c, two_d);
    AddAt<3>(Add(&planes[2], four_a, four_b));
  }

  Survivor* WriteAlive(std::uint16_t query, Survivor* survivors) const {
    std::uint64_t words[Lanes::kWords];
    Lanes::Store(words, dead);
    for (std::size_t w = 0; w < Lanes::kWords; ++w) {
      for (std::uint64_t alive = ~words[w]; alive != 0; alive &= alive - 1) {
        const auto lane = w * 64 + static_cast<std::size_t>(__builtin_ctzll(alive));
        *survivors++ = {query, static_cast<std::uint16_t>(lane)};
      }
    }
    return survivors;
  }
};

// Counts slices, or what they have not, until every lane is dead, and returns whether they are.
template <bool kInverted, typename Lanes, std::size_t kPlanes>
bool CountSlices(const std::uint64_t* block, const SliceIndex* slice, std::uint32_t slices,
                 Counters<Lanes, kPlanes>* state) {
  const SliceIndex* const end = slice + slices;
  for (; slice != end; slice += kSlicesAtOnce) {
    state->template AddEight<kInverted>(block, slice);
    if (Lanes::AllSet(state->dead)) return true;
  }
  return false;
}

// Counts a node's slices until every lane is dead, and returns whether they are.
template <typename Lanes, std::size_t kPlanes>
bool CountNode(const BlockSearch& search, const QueryNode& node,
               const Counters<Lanes, kPlanes>& from, Counters<Lanes, kPlanes>* to) {
  Counters<Lanes, kPlanes> state;  // in registers
  state.CopyFrom(from);
  if (node.tighten != 0) state.AddConstant(node.tighten);
  const SliceIndex* const slices = search.slices + node.first_slice;
  if (CountSlices<false>(search.block, slices, node.slices, &state)) return true;
  to->CopyFrom(state);
  return Lanes::AllSet(state.dead);
}

// Counts a leaf's slices and writes the lanes that are alive after all of them.
template <typename Lanes, std::size_t kPlanes>
Survivor* CountLeaf(const BlockSearch& search, const QueryNode& node,
                    const Counters<Lanes, kPlanes>& from, Survivor* survivors) {
  Counters<Lanes, kPlanes> state;  // in registers
  state.CopyFrom(from);
  if (node.tighten != 0) state.AddConstant(node.tighten);
  const SliceIndex* const slices = search.slices + node.first_slice;
  if (CountSlices<false>(search.block, slices, node.slices, &state)) return survivors;
  if (CountSlices<true>(search.block, slices + node.slices, node.lacked, &state)) return survivors;
  return state.WriteAlive(node.query, survivors);
}

template <typename Lanes, std::size_t kPlanes>
Survivor* Search(const BlockSearch& search, Survivor* survivors) {
  // The counters at the start and after the last node of each level but the leaves'.
  Counters<Lanes, kPlanes> states[kTreeLevels];
  states[0].Load(search.start);
  for (std::size_t i = 0; i < search.nodes.size();) {
    const QueryNode& node = search.nodes[i];
    const Counters<Lanes, kPlanes>& above = states[node.parent_state];
    if (node.level == kTreeLevels - 1) {
      survivors = CountLeaf<Lanes, kPlanes>(search, node, above, survivors);
      ++i;
    } else {
      const bool all_dead = CountNode<Lanes, kPlanes>(search, node, above, &states[node.level + 1]);
      i = all_dead ? node.next : i + 1;
    }
  }
  return survivors;
}

[[maybe_unused]] std::uint32_t CountCommon(const std::uint64_t* a, const std::uint64_t* b,
                                           std::size_t words) {
  std::uint32_t common = 0;
  for (std::size_t w = 0; w < words; ++w) {
    common += static_cast<std::uint32_t>(__builtin_popcountll(a[w] & b[w]));
  }
  return common;
}

template <typename Lanes, std::size_t... kMore>
constexpr SlicedKernel MakeKernel(std::string_view name, std::index_sequence<kMore...> /*planes*/) {
  return {name, Lanes::kWords * 64, CountCommon, {Search<Lanes, kLeastPlanes + kMore>...}};
}

template <typename Lanes>
constexpr SlicedKernel MakeKernel(std::string_view name) {
  return MakeKernel<Lanes>(name, std::make_index_sequence<kMostPlanes - kLeastPlanes + 1>());
}

}  // namespace
}  // namespace musubi::blocking
