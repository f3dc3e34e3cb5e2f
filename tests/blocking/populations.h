// Random populations, and what a plan should find in them, pair by pair.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "blocking/candidates.h"

namespace musubi::blocking {

using Pair = std::pair<std::uint32_t, std::uint32_t>;  // the lower row first

// A token that stands for `number`; 0 is "none".
inline BlockToken TokenOf(std::uint32_t number) {
  BlockToken token;
  for (std::size_t i = 0; i < 4; ++i) {
    token.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return token;
}

struct Recipe {
  std::size_t rows = 0;
  std::uint16_t sources = 3;
  std::vector<std::uint32_t> tokens_of_pass = {};  // per pass: how many different ones there are
  unsigned none_percent = 10;                      // records without a token, in each pass
  unsigned settled_percent = 0;
  unsigned duplicates_percent = 0;  // holders that declare them
  bool learns = false;
};

inline Population RandomPopulation(const Recipe& recipe, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
  Population population;
  population.records.tokens.resize(recipe.tokens_of_pass.size());
  population.records.Resize(recipe.rows);
  for (std::size_t source = 0; source < recipe.sources; ++source) {
    population.allows_within.push_back(chance(recipe.duplicates_percent) ? 1 : 0);
  }
  for (std::size_t row = 0; row < recipe.rows; ++row) {
    population.source.push_back(static_cast<std::uint16_t>(random() % recipe.sources));
    population.settled.push_back(chance(recipe.settled_percent) ? 1 : 0);
    for (std::size_t pass = 0; pass < recipe.tokens_of_pass.size(); ++pass) {
      const auto number = static_cast<std::uint32_t>(1 + random() % recipe.tokens_of_pass[pass]);
      population.records.tokens[pass][row] = TokenOf(chance(recipe.none_percent) ? 0 : number);
    }
  }
  std::ranges::sort(population.source);
  population.learns = recipe.learns;
  return population;
}

// By the words of core/population.h, without its code.
inline bool MayBeOnePerson(const Population& p, std::uint32_t a, std::uint32_t b) {
  if (p.learns) return true;  // any pair teaches
  const bool two_holders = p.source[a] != p.source[b];
  const bool declared = p.allows_within[p.source[a]] == 1;
  const bool one_is_new = p.settled[a] == 0 || p.settled[b] == 0;
  return (two_holders || declared) && one_is_new;
}

template <typename Predicate>
std::vector<Pair> PairsWhere(const Population& population, Predicate predicate) {
  std::vector<Pair> pairs;
  const auto rows = static_cast<std::uint32_t>(population.rows());
  for (std::uint32_t a = 0; a < rows; ++a) {
    for (std::uint32_t b = a + 1; b < rows; ++b) {
      if (predicate(population, a, b)) pairs.emplace_back(a, b);
    }
  }
  return pairs;
}

// All that a plan emits, in its order.
inline std::vector<Pair> Emitted(const CandidatePlan& plan) {
  std::vector<Pair> pairs;
  CandidateBatch batch;
  for (std::size_t tile = 0; tile < plan.tiles(); ++tile) {
    plan.Emit(tile, &batch);
    for (std::size_t group = 0; group < batch.lefts.size(); ++group) {
      for (std::uint32_t i = batch.offsets[group]; i < batch.offsets[group + 1]; ++i) {
        pairs.push_back(std::minmax({batch.lefts[group], batch.rights[i]}));
      }
    }
  }
  return pairs;
}

// The same, ascending: pairs that come twice stand twice.
inline std::vector<Pair> Sorted(std::vector<Pair> pairs) {
  std::ranges::sort(pairs);
  return pairs;
}

// The pairs that may be, of a row and of the other row held against the plan as a stranger: what
// the plan emits, where it is asked rightly.
inline std::vector<Pair> WouldHavePairs(const Population& population, const CandidatePlan& plan) {
  return PairsWhere(population, [&](const Population& p, std::uint32_t a, std::uint32_t b) {
    return MayBeOnePerson(p, a, b) && plan.WouldHave(a, p.records, b);
  });
}

inline std::uint64_t SumOfTileVisits(const CandidatePlan& plan) {
  std::uint64_t visits = 0;
  for (std::size_t tile = 0; tile < plan.tiles(); ++tile) visits += plan.tile_visits(tile);
  return visits;
}

}  // namespace musubi::blocking
