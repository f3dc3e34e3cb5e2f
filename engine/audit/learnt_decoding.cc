#include "engine/audit/learnt_decoding.h"

#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "engine/audit/nearest.h"
#include "engine/audit/token_net.h"

namespace musubi::engine {
namespace {

using Eigen::Index;

constexpr double kLearntControl = 0.9;
constexpr std::size_t kShare = 5;     // one record in so many is known
constexpr std::size_t kTurns = 10;    // a record is known in two of them
constexpr std::size_t kLeast = 1000;  // records of a sample that there is enough to learn of
constexpr std::size_t kMostTargets = 4000;

std::vector<Records> RecordsOf(const std::vector<Records>& tokens, const Records& records) {
  std::vector<Records> chosen;
  for (const std::uint32_t record : records) chosen.push_back(tokens[record]);
  return chosen;
}

// The tokens of at least one in 200 of the records, in ascending order.
Records LearntTokens(const std::vector<Records>& records) {
  std::vector<std::size_t> counts;
  for (const Records& record : records) {
    for (const std::uint32_t token : record) {
      if (counts.size() <= token) counts.resize(token + std::size_t{1}, 0);
      ++counts[token];
    }
  }
  Records learnt;
  for (std::uint32_t token = 0; token < counts.size(); ++token) {
    if (counts[token] > 0 && counts[token] * 200 >= records.size()) learnt.push_back(token);
  }
  return learnt;
}

// A row for each record: 1 for each of its tokens, 0 for others.
Matrix TableOf(const std::vector<Records>& records, const Records& tokens) {
  Matrix table(static_cast<Index>(records.size()), static_cast<Index>(tokens.size()));
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (std::size_t t = 0; t < tokens.size(); ++t) {
      table(static_cast<Index>(i), static_cast<Index>(t)) =
          std::ranges::binary_search(records[i], tokens[t]) ? 1.0F : 0.0F;
    }
  }
  return table;
}

// Mean over the rows of the Dice similarity of the tokens that are in a row of `truth` with the
// `count` that score highest in that row of `scores`.
double MeanDice(const Matrix& scores, const Matrix& truth, std::size_t count) {
  double sum = 0;
  Records best(static_cast<std::size_t>(scores.cols()));
  for (Index i = 0; i < scores.rows(); ++i) {
    std::iota(best.begin(), best.end(), 0);
    std::ranges::nth_element(best, best.begin() + static_cast<std::ptrdiff_t>(count),
                             [&](std::uint32_t a, std::uint32_t b) {
                               return scores(i, a) != scores(i, b) ? scores(i, a) > scores(i, b)
                                                                   : a < b;
                             });
    double both = 0;
    for (std::size_t t = 0; t < count; ++t) both += truth(i, best[t]);
    const double tokens = static_cast<double>(count) + truth.row(i).sum();
    if (tokens > 0) sum += 2 * both / tokens;
  }
  return sum / static_cast<double>(scores.rows());
}

// What the ten turns, or fewer, came to.
struct Tally {
  Rate all;
  Rate rare;
  Rate other;
  double dice = 0;
  double prior_dice = 0;
};

void Count(bool right, Rate* rate) {
  ++rate->trials;
  rate->successes += right ? 1 : 0;
}

Tally TallyOf(const std::vector<Decoding>& turns, const Groups& groups) {
  Tally tally;
  for (const Decoding& turn : turns) {
    for (std::size_t i = 0; i < turn.targets.size(); ++i) {
      Count(turn.right[i], &tally.all);
      if (groups.rare[turn.targets[i]]) Count(turn.right[i], &tally.rare);
      if (groups.other[turn.targets[i]]) Count(turn.right[i], &tally.other);
    }
    tally.dice += turn.dice / static_cast<double>(turns.size());
    tally.prior_dice += turn.prior_dice / static_cast<double>(turns.size());
  }
  return tally;
}

// All turns of the audited encodings, and behind them one of the control: side by side, for each
// learns by itself.
Result<std::vector<Decoding>> TakeTurns(const People& people, std::size_t known) {
  const std::size_t records = people.sample.size();
  const Records order = DrawSample(records - known, records - known, people.pairs_seed);
  std::vector<std::optional<Result<Decoding>>> made(kTurns + 1);
  tbb::parallel_for(
      tbb::blocked_range<std::size_t>(0, made.size(), 1),
      [&](const tbb::blocked_range<std::size_t>& turns) {
        for (std::size_t turn = turns.begin(); turn < turns.end(); ++turn) {
          const Encoded& encoded = turn < kTurns ? *people.audited : *people.control;
          made[turn] =
              DecodeOthers(encoded.victims(), people.pieces.of, turn % kTurns * records / kTurns,
                           known, order, people.net_seed, people.context);
        }
      },
      tbb::simple_partitioner());
  std::vector<Decoding> decodings;
  for (auto& turn : made) {
    if (!turn->ok()) return turn->error();
    decodings.push_back(std::move(*turn).value());
  }
  return decodings;
}

}  // namespace

Result<Decoding> DecodeOthers(const Matrix& unit_rows, const std::vector<Records>& tokens,
                              std::size_t first, std::size_t known, const Records& order,
                              std::uint64_t seed, const ExecContext& context) {
  Records all(tokens.size());
  std::iota(all.begin(), all.end(), 0);
  std::ranges::rotate(all, all.begin() + static_cast<std::ptrdiff_t>(first));
  const auto behind = all.begin() + static_cast<std::ptrdiff_t>(known);
  const Records anchors(all.begin(), behind);
  const Records others(behind, all.end());
  Decoding decoding;
  decoding.targets.assign(
      behind, behind + static_cast<std::ptrdiff_t>(std::min(kMostTargets, others.size())));

  const float scale = std::sqrt(static_cast<float>(unit_rows.cols()));
  const auto of_anchors = RecordsOf(tokens, anchors);
  const Records learnt = LearntTokens(of_anchors);
  const Matrix wanted = TableOf(of_anchors, learnt);
  MUSUBI_ASSIGN_OR_RETURN(const TokenNet net, TokenNet::Learn(scale * RowsOf(unit_rows, anchors),
                                                              wanted, seed, context));

  const Matrix candidates = TableOf(RecordsOf(tokens, others), learnt);
  const Matrix evidence = net.Evidence(scale * RowsOf(unit_rows, decoding.targets));
  const Records named = FindNearest(evidence, RowsOf(candidates, order)).of_left;
  const Records truth = PlacesIn(order, decoding.targets.size());
  for (std::size_t i = 0; i < named.size(); ++i) {
    decoding.right.push_back(named[i] == truth[i]);
  }
  const Matrix held = candidates.topRows(evidence.rows());
  const auto count = static_cast<std::size_t>(
      std::lround(wanted.cast<double>().sum() / static_cast<double>(anchors.size())));
  decoding.dice = MeanDice(evidence.rowwise() + net.prior(), held, count);
  decoding.prior_dice = MeanDice(net.prior().replicate(held.rows(), 1), held, count);
  return decoding;
}

Status AddLearntDecoding(const People& people, const AuditPolicy& policy,
                         std::vector<Finding>* findings) {
  constexpr const char* kAbout = "a fifth known";
  const std::size_t known = people.sample.size() / kShare;
  if (people.sample.size() < kLeast) {
    findings->push_back(TooFewFinding("learnt_decoding", kAbout, kLeast));
    return {};
  }
  MUSUBI_ASSIGN_OR_RETURN(std::vector<Decoding> turns, TakeTurns(people, known));
  const Tally control = TallyOf({turns.back()}, people.groups);
  turns.pop_back();
  const Tally found = TallyOf(turns, people.groups);
  const double chance = 1 / static_cast<double>(people.sample.size() - known);
  findings->push_back(
      RateFinding("learnt_decoding", kAbout, found.all, chance, chance + policy.learnt_decoding));
  findings->back().control = control.all.value();
  RequireControl(kLearntControl, &findings->back());
  AddGroupFindings(found.rare, found.other, policy.group_factor, findings);
  findings->push_back(
      MeasureFinding("learnt_tokens", kAbout, found.dice, found.prior_dice + policy.learnt_tokens));
  findings->back().chance = found.prior_dice;
  findings->back().control = control.dice;
  return {};
}

}  // namespace musubi::engine
