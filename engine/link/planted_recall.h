// Which share of the planted copies a run finds: whether it would have compared each with its
// original, and linked the two. Private to engine/link.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "blocking/candidates.h"
#include "core/contract.h"
#include "core/exec_context.h"
#include "core/population.h"
#include "core/result.h"
#include "engine/compare/compare_rows.h"
#include "engine/compare/filter_rows.h"
#include "engine/link/learn_links.h"
#include "engine/link/link.h"
#include "engine/link/load_population.h"
#include "engine/model/pattern_weights.h"
#include "engine/model/weighted_mean.h"
#include "storage/link_store.h"

namespace musubi::engine {

// Some copies and their originals, as a population of their own that nothing else is learnt from:
// row i is an original, row size() + i its copy.
struct PlantedPairs {
  explicit PlantedPairs(FilterRows empty) : rows(std::move(empty)) {}

  std::size_t size() const { return originals.size(); }

  Population population;  // its match and block tokens alone
  FilterRows rows;
  std::vector<std::uint32_t> originals;  // their rows in the run's population
};

// For each pair, 1 where a run that compared it would link it, else 0.
using PlantedJudge = std::function<std::vector<std::uint8_t>(const PlantedPairs& pairs)>;

// By the weighted mean.
std::vector<std::uint8_t> LinkedByMean(const PlantedPairs& pairs, const Contract& contract,
                                       CompareKernel kernel, const WeightedMean& model);

// By what was learnt. A value that both have is as rare as the original's is in the population.
//
// Requires: learned.weights.
std::vector<std::uint8_t> LinkedByLearning(const PlantedPairs& pairs, const Contract& contract,
                                           CompareKernel kernel, const LearnedRun& learned);

// What a run's planted copies are held against: borrowed.
struct PlantedRun {
  storage::LinkStore& store;
  const LoadedPopulation& loaded;
  const blocking::CandidatePlan& plan;
  bool compares_all = false;  // every pair is decided, whatever the plan emits
};

// Counts the copies of all data sets, as stage "planted": those of all holders together first, then
// of each holder that planted some, by name. Empty where none did. The resolution of links has no
// part in it: a copy is in no cluster.
//
// Memory: 4,096 copies at a time, and their originals: 6 MiB of eight filters of 512 bits each.
// Errors: kInterrupted; those of the store; kInternal where a copy is of no record
Result<std::vector<PlantedRecall>> RecallOfPlanted(const PlantedRun& run, const PlantedJudge& judge,
                                                   const ExecContext& context);

}  // namespace musubi::engine
