// How many pairs a processor weighs a second by a model that it learnt: all pairs of a store's
// records, on one thread, several times. Prints a JSON line.
//
//   weigh_bench STORE [TIMES]     TIMES: 5 unless given; the store is only read
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "blocking/candidates.h"
#include "engine/link/learn_links.h"
#include "engine/link/load_population.h"
#include "engine/link/score_pairs.h"
#include "engine/link/weigh_pairs.h"
#include "storage/link_store.h"

namespace musubi {
namespace {

template <typename T>
T OrExit(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::cerr << "weigh_bench: " << result.error().message << "\n";
  std::exit(static_cast<int>(result.error().code));
}

// Seconds that weighing every pair of the plan takes, and the links found.
std::pair<double, std::size_t> Weigh(const engine::PatternSource& source,
                                     const engine::LearnedRun& learned,
                                     const blocking::CandidatePlan& plan) {
  std::size_t links = 0;
  const auto take = [&](engine::ScoredPart part) -> Status {
    links += part.found.links.size();
    return {};
  };
  const auto make_judge = [&] {
    return std::make_unique<engine::WeightJudge>(source, *learned.weights, learned.least);
  };
  ExecContext one_thread;
  one_thread.threads = 1;
  const auto start = std::chrono::steady_clock::now();
  if (!engine::ScorePairs(plan, make_judge, 0, {}, one_thread, take).ok()) std::exit(70);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  return {taken.count(), links};
}

int Run(const char* folder, int times) {
  const auto no_passphrase = []() -> Result<crypto::Passphrase> {
    return Error{ErrorCode::kRefused, "weigh_bench: the store's key has a passphrase"};
  };
  const crypto::StoreKey key =
      OrExit(crypto::StoreKey::Load(std::string(folder) + ".key", no_passphrase));
  storage::LinkStore store = OrExit(storage::LinkStore::Open(folder, key));
  const Contract& contract = store.contract();
  ExecContext context;
  context.threads = 1;
  engine::LoadedPopulation loaded = OrExit(engine::LoadPopulation(&store, std::nullopt, context));
  loaded.population.learns = true;
  const engine::NamedKernel& kernel = engine::BestCompareKernel();
  const auto plan = blocking::PlanAllPairs(loaded.population);
  const engine::LearnedRun learned =
      OrExit(engine::LearnFrom(loaded.population, loaded.rows, contract, *plan,
                               contract.plan().threshold, kernel.run, context));
  if (!learned.weights) {
    std::cerr << "weigh_bench: nothing was learnt of these records\n";
    return 65;
  }
  const engine::PatternSource source =
      learned.SourceOf(loaded.population, loaded.rows, contract, kernel.run);
  std::vector<double> seconds;
  std::size_t links = 0;
  for (int i = 0; i < times; ++i) {
    const auto [taken, found] = Weigh(source, learned, *plan);
    seconds.push_back(taken);
    links = found;
  }
  std::ranges::sort(seconds);
  const double median = seconds[seconds.size() / 2];
  std::cout << nlohmann::json{{"records", loaded.population.rows()},
                              {"pairs", plan->visits()},
                              {"filters", contract.filters().size()},
                              {"kernel", kernel.name},
                              {"links", links},
                              {"times", times},
                              {"median_seconds", median},
                              {"pairs_per_second", static_cast<double>(plan->visits()) / median}}
            << "\n";
  return 0;
}

}  // namespace
}  // namespace musubi

int main(int argc, char** argv) {
  const int times = argc == 3 ? std::atoi(argv[2]) : 5;
  if (argc < 2 || argc > 3 || times < 1) {
    std::cerr << "usage: weigh_bench STORE [TIMES]\n";
    return 64;
  }
  return musubi::Run(argv[1], times);
}
