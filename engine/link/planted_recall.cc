#include "engine/link/planted_recall.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "engine/link/pair_scorer.h"
#include "engine/link/pattern_reader.h"
#include "engine/link/weigh_pairs.h"

namespace musubi::engine {
namespace {

// Where the records of each data set begin in the population.
std::map<std::uint32_t, std::size_t> FirstRows(const LoadedPopulation& loaded) {
  std::map<std::uint32_t, std::size_t> first;
  for (std::size_t row = 0; row < loaded.dataset.size(); ++row) {
    const bool begins = row == 0 || loaded.dataset[row] != loaded.dataset[row - 1];
    if (begins) first[loaded.dataset[row]] = row;
  }
  return first;
}

// The rows of the records that `copies` are of. Both ascend by reference.
Result<std::vector<std::uint32_t>> FindOriginals(const EncodingSet& copies,
                                                 std::span<const RecordRef> records,
                                                 std::size_t first_row) {
  std::vector<std::uint32_t> rows;
  auto record = records.begin();
  for (const RecordRef& ref : copies.refs) {
    record = std::lower_bound(record, records.end(), ref);
    if (record == records.end() || *record != ref) {
      return Error{ErrorCode::kInternal, "the store holds a planted copy of no record"};
    }
    rows.push_back(static_cast<std::uint32_t>(first_row) +
                   static_cast<std::uint32_t>(record - records.begin()));
  }
  return rows;
}

PlantedPairs PairsOf(const LoadedPopulation& loaded, const Contract& contract,
                     std::vector<std::uint32_t> originals, const EncodingSet& copies) {
  PlantedPairs pairs(FilterRows(contract.filter_bits(), loaded.rows.order()));
  pairs.rows.Append(loaded.rows, originals);
  pairs.rows.Append(copies);
  for (std::size_t pass = 0; pass < copies.tokens.size(); ++pass) {
    const auto& tokens = loaded.population.records.tokens[pass];
    auto& of_pairs = pairs.population.records.tokens.emplace_back();
    for (const std::uint32_t row : originals) of_pairs.push_back(tokens[row]);
    of_pairs.insert(of_pairs.end(), copies.tokens[pass].begin(), copies.tokens[pass].end());
  }
  pairs.originals = std::move(originals);
  return pairs;
}

class PlantedCounter {
 public:
  PlantedCounter(const PlantedRun& run, const PlantedJudge& judge, const ExecContext& context)
      : run_(run), judge_(judge), context_(context), first_rows_(FirstRows(run.loaded)) {}

  Status Count(const storage::DatasetInfo& dataset) {
    if (dataset.manifest.planted == 0) return {};
    const std::size_t first = first_rows_.at(dataset.id);
    const std::span<const RecordRef> records =
        std::span(run_.loaded.population.records.refs).subspan(first, dataset.manifest.records);
    return run_.store.VisitPlanted(dataset.id, [&](const EncodingSet& copies) -> Status {
      if (context_.stopped()) return Interrupted();
      MUSUBI_ASSIGN_OR_RETURN(auto originals, FindOriginals(copies, records, first));
      CountSome(dataset.manifest.holder, copies, std::move(originals));
      context_.Progress(all_.copies);
      return {};
    });
  }

  std::vector<PlantedRecall> Recalls() && {
    if (all_.copies == 0) return {};
    std::vector<PlantedRecall> recalls = {std::move(all_)};
    for (auto& [name, of_holder] : holders_) recalls.push_back(std::move(of_holder));
    for (PlantedRecall& recall : recalls) {
      recall.recall = ShareOf(recall.found, recall.copies);
    }
    return recalls;
  }

 private:
  void CountSome(const std::string& holder, const EncodingSet& copies,
                 std::vector<std::uint32_t> originals) {
    const PlantedPairs pairs =
        PairsOf(run_.loaded, run_.store.contract(), std::move(originals), copies);
    const std::vector<std::uint8_t> linked = judge_(pairs);
    PlantedRecall& of_holder = holders_[holder];
    of_holder.holder = holder;
    for (std::uint32_t i = 0; i < pairs.size(); ++i) {
      const bool compared = run_.compares_all || run_.plan.WouldHave(pairs.originals[i], copies, i);
      for (PlantedRecall* recall : {&all_, &of_holder}) {
        ++recall->copies;
        recall->compared += compared ? 1 : 0;
        recall->found += compared && linked[i] != 0 ? 1 : 0;
      }
    }
  }

  const PlantedRun& run_;
  const PlantedJudge& judge_;
  const ExecContext& context_;
  const std::map<std::uint32_t, std::size_t> first_rows_;
  PlantedRecall all_;
  std::map<std::string, PlantedRecall> holders_;
};

}  // namespace

std::vector<std::uint8_t> LinkedByMean(const PlantedPairs& pairs, const Contract& contract,
                                       CompareKernel kernel, const WeightedMean& model) {
  const ScoringBasis basis{pairs.population, pairs.rows, contract, kernel};
  const PairWeights weights(contract, pairs.rows);
  PairScorer scorer(basis, weights, model);
  std::vector<std::uint8_t> linked;
  std::vector<ScoredPair> accepted;
  const auto originals = static_cast<std::uint32_t>(pairs.size());
  for (std::uint32_t i = 0; i < originals; ++i) {
    const std::uint32_t copy = originals + i;
    accepted.clear();
    scorer.Score(i, {&copy, 1}, &accepted);
    linked.push_back(accepted.empty() ? 0 : 1);
  }
  return linked;
}

std::vector<std::uint8_t> LinkedByLearning(const PlantedPairs& pairs, const Contract& contract,
                                           CompareKernel kernel, const LearnedRun& learned) {
  const ValueRarity rarity = learned.rarity.Of(pairs.originals);
  const PatternSource source{pairs.population, pairs.rows, contract, rarity, learned.coins, kernel};
  PatternReader reader(source);
  std::vector<std::uint8_t> linked;
  const auto originals = static_cast<std::uint32_t>(pairs.size());
  for (std::uint32_t i = 0; i < originals; ++i) {
    const std::uint32_t copy = originals + i;
    const Pattern pattern = reader.Read(i, {&copy, 1}).front();
    const std::uint32_t score = ScoreOf(learned.weights->Of(pattern), learned.least);
    linked.push_back(score >= kLinkScore ? 1 : 0);
  }
  return linked;
}

Result<std::vector<PlantedRecall>> RecallOfPlanted(const PlantedRun& run, const PlantedJudge& judge,
                                                   const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<storage::DatasetInfo> datasets, run.store.Datasets());
  std::uint64_t copies = 0;
  for (const auto& dataset : datasets) copies += dataset.manifest.planted;
  if (copies == 0) return std::vector<PlantedRecall>();
  context.Stage("planted", copies);
  PlantedCounter counter(run, judge, context);
  for (const auto& dataset : datasets) MUSUBI_RETURN_IF_ERROR(counter.Count(dataset));
  return std::move(counter).Recalls();
}

}  // namespace musubi::engine
