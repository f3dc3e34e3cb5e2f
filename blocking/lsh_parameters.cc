#include <algorithm>
#include <optional>
#include <string>

#include "blocking/lsh.h"
#include "blocking/lsh_positions.h"
#include "blocking/lsh_recall.h"

namespace musubi::blocking {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint32_t kTrialTables = 8;
constexpr std::uint32_t kLeastBitsPerKey = 8;

// What a table costs, in the time of one comparison: measured on AMD EPYC (Zen 3).
constexpr std::uint64_t kCostPerRecord = 10;

// What is expected of keys of some length, from a few of them.
struct Trial {
  std::vector<std::uint64_t> agreement;  // per kind of pair, the mean of the keys
  std::uint64_t collisions = 0;          // pairs of sampled records with equal keys, of all keys
};

std::uint32_t RecallOf(const RecallModel& model, const Trial& trial, std::uint32_t tables) {
  std::vector<std::uint64_t> misses;
  for (const std::uint64_t agreement : trial.agreement) {
    misses.push_back(PowerOfProbability(kProbabilityOne - agreement, tables));
  }
  return model.RecallMillionths(misses);
}

// How many tables suffice, if any number does.
std::optional<std::uint32_t> TablesFor(const RecallModel& model, const Trial& trial,
                                       std::uint32_t recall_millionths) {
  std::uint32_t too_few = 0;
  std::uint32_t enough = LshParameters::kMaxTables;
  if (RecallOf(model, trial, enough) < recall_millionths) return std::nullopt;
  while (too_few + 1 < enough) {
    const std::uint32_t middle = (too_few + enough) / 2;
    (RecallOf(model, trial, middle) < recall_millionths ? too_few : enough) = middle;
  }
  return enough;
}

// The pairs of sampled records whose keys agree in the first `bits` of `width` bits. `keys` are
// ascending, the first position of a key is its highest bit.
std::uint64_t CountCollisions(const std::vector<std::uint32_t>& keys, std::uint32_t bits,
                              std::uint32_t width) {
  std::uint64_t collisions = 0;
  std::uint64_t earlier = 0;
  for (std::size_t i = 1; i < keys.size(); ++i) {
    earlier = ((keys[i] ^ keys[i - 1]) >> (width - bits)) == 0 ? earlier + 1 : 0;
    collisions += earlier;
  }
  return collisions;
}

std::vector<std::uint32_t> SortedKeys(const FilterColumn& column, const LshSample& sample,
                                      const std::vector<std::uint32_t>& key) {
  std::vector<std::uint32_t> keys;
  for (const std::uint32_t row : sample.rows) {
    std::uint32_t bits = 0;
    for (const std::uint32_t index : key) {
      bits =
          bits << 1 | static_cast<std::uint32_t>(column.bits.Get(row, sample.pool.ranked[index]));
    }
    keys.push_back(bits);
  }
  std::ranges::sort(keys);
  return keys;
}

// trials[bits], for 1 to `width` bits a key.
std::vector<Trial> TryKeys(const FilterColumn& column, const LshSample& sample,
                           const RecallModel& model, std::uint64_t seed, std::uint32_t width) {
  std::vector<Trial> trials(width + 1, {std::vector<std::uint64_t>(model.kinds()), 0});
  for (std::uint32_t table = 0; table < kTrialTables; ++table) {
    const std::vector<std::uint32_t> key = DrawKey(sample.pool, seed, table, width);
    const std::vector<std::uint32_t> keys = SortedKeys(column, sample, key);
    for (std::uint32_t bits = 1; bits <= width; ++bits) {
      const auto agreement = model.Agreement(std::span(key).first(bits));
      for (std::size_t i = 0; i < agreement.size(); ++i) {
        trials[bits].agreement[i] += agreement[i] / kTrialTables;
      }
      trials[bits].collisions += CountCollisions(keys, bits, width);
    }
  }
  return trials;
}

// The expected cost of a table over the whole population.
Wide TableCost(const Population& population, const LshSample& sample, const Trial& trial) {
  const std::uint64_t n = sample.rows.size();
  const Wide visits = Wide{CountAllPairs(population)} * trial.collisions /
                      (std::max<std::uint64_t>(n * (n - 1) / 2, 1) * kTrialTables);
  return visits + Wide{population.rows()} * kCostPerRecord;
}

Error NoTables(std::uint32_t recall_millionths) {
  return {ErrorCode::kUsage, "a recall of " + std::to_string(recall_millionths) +
                                 " millionths would need more than " +
                                 std::to_string(LshParameters::kMaxTables) +
                                 " tables at this threshold; ask for less recall or a higher "
                                 "threshold, or compare all pairs"};
}

// Adds tables to those that the mean key needs until these very tables keep the promise.
Result<LshParameters> Settle(const LshSample& sample, const RecallModel& model,
                             LshParameters parameters, std::uint32_t recall_millionths) {
  PlanRecall recall(model);
  for (std::uint32_t table = 0; table < LshParameters::kMaxTables; ++table) {
    recall.AddTable(DrawKey(sample.pool, parameters.seed, table, parameters.bits_per_key));
    if (recall.millionths() < recall_millionths) continue;
    parameters.tables = table + 1;
    return parameters;
  }
  return NoTables(recall_millionths);
}

}  // namespace

Result<LshParameters> ChooseLshParameters(const Population& population, std::size_t filter,
                                          const SimilarityRule& rule,
                                          std::uint32_t recall_millionths, std::uint64_t seed) {
  MUSUBI_CHECK(recall_millionths < kMillion && filter < population.records.filters.size());
  const FilterColumn& column = population.records.filters[filter];
  const LshSample sample(column);
  if (sample.rows.size() < 2) return LshParameters{kLeastBitsPerKey, 1, seed};
  MUSUBI_RETURN_IF_ERROR(sample.CheckPositions(LshParameters::kMaxBitsPerKey));
  const RecallModel model(column, sample.rows, sample.pool, rule);
  const std::vector<Trial> trials =
      TryKeys(column, sample, model, seed, LshParameters::kMaxBitsPerKey);

  LshParameters best{0, 0, seed};
  Wide least_cost = 0;
  for (std::uint32_t bits = kLeastBitsPerKey; bits < trials.size(); ++bits) {
    const auto tables = TablesFor(model, trials[bits], recall_millionths);
    if (!tables.has_value()) break;  // longer keys need more
    const Wide cost = *tables * TableCost(population, sample, trials[bits]);
    if (best.tables != 0 && cost >= least_cost) continue;
    best = {bits, *tables, seed};
    least_cost = cost;
  }
  if (best.tables == 0) return NoTables(recall_millionths);
  return Settle(sample, model, best, recall_millionths);
}

}  // namespace musubi::blocking
