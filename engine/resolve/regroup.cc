#include "engine/resolve/regroup.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "core/check.h"

namespace musubi::engine {
namespace {

class Regrouper {
 public:
  Regrouper(const Population& population, std::span<const std::uint32_t> first_of,
            const GivenKeys& given, const PairScores& scores)
      : population_(population), first_of_(first_of), given_(given), scores_(scores) {}

  Regrouping Run() {
    result_.key_of.assign(given_.key_of.begin(), given_.key_of.end());
    FindAnchors();
    FindHomes();
    FindStrays();
    GiveKeys();
    CollectMoves();
    return std::move(result_);
  }

 private:
  // Whether row `a` has been under its key longer than row `b` under its own.
  bool Older(std::uint32_t a, std::uint32_t b) const {
    const auto& refs = population_.records.refs;
    return std::tie(given_.since[a], refs[a]) < std::tie(given_.since[b], refs[b]);
  }

  void FindAnchors() {
    anchor_.assign(given_.keys, kNoKey);
    for (std::uint32_t row = 0; row < first_of_.size(); ++row) {
      const std::uint32_t key = given_.key_of[row];
      if (key == kNoKey) continue;
      if (anchor_[key] == kNoKey || Older(row, anchor_[key])) anchor_[key] = row;
    }
  }

  // The key of each cluster, at its first row; and all that have their anchors in one of several.
  void FindHomes() {
    home_.assign(first_of_.size(), kNoKey);
    for (std::uint32_t key = 0; key < given_.keys; ++key) {
      if (anchor_[key] == kNoKey) continue;
      const std::uint32_t first = first_of_[anchor_[key]];
      std::uint32_t& home = home_[first];
      if (home != kNoKey) {
        rivals_[first].insert(key);
        rivals_[first].insert(home);
      }
      if (home == kNoKey || Older(anchor_[key], anchor_[home])) home = key;
    }
    if (rivals_.empty()) return;
    for (std::uint32_t row = 0; row < first_of_.size(); ++row) {
      const auto rivals = rivals_.find(first_of_[row]);
      const std::uint32_t key = given_.key_of[row];
      if (rivals != rivals_.end() && rivals->second.contains(key))
        rows_of_rival_[key].push_back(row);
    }
  }

  // The rows of each key that are not in its anchor's cluster.
  void FindStrays() {
    for (std::uint32_t row = 0; row < first_of_.size(); ++row) {
      const std::uint32_t key = given_.key_of[row];
      if (key != kNoKey && first_of_[row] != first_of_[anchor_[key]]) strays_.push_back(row);
    }
    std::ranges::stable_sort(strays_, {}, [this](std::uint32_t row) { return given_.key_of[row]; });
  }

  std::span<const std::uint32_t> StraysOf(std::uint32_t key) const {
    const auto range = std::ranges::equal_range(
        strays_, key, {}, [this](std::uint32_t row) { return given_.key_of[row]; });
    return {range.begin(), range.end()};
  }

  // The key that a new row belongs under, or kNoKey where its cluster has none.
  std::uint32_t KeyFor(std::uint32_t row) const {
    const std::uint32_t home = home_[first_of_[row]];
    const auto rivals = rivals_.find(first_of_[row]);
    if (rivals == rivals_.end()) return home;
    std::uint32_t best = home;
    for (const std::uint32_t key : rivals->second) {
      if (HasMoreInCommon(row, key, best)) best = key;
    }
    return best;
  }

  // Whether the mean score with `key` is above that with `other`, or is as high and `key` is older.
  bool HasMoreInCommon(std::uint32_t row, std::uint32_t key, std::uint32_t other) const {
    const auto [sum, pairs] = SumOfScores(row, key);
    const auto [other_sum, other_pairs] = SumOfScores(row, other);
    if (sum * other_pairs != other_sum * pairs) return sum * other_pairs > other_sum * pairs;
    return key != other && Older(anchor_[key], anchor_[other]);
  }

  std::pair<std::uint64_t, std::uint64_t> SumOfScores(std::uint32_t row, std::uint32_t key) const {
    const std::vector<std::uint32_t>& rows = rows_of_rival_.at(key);
    const std::size_t speakers = std::min(rows.size(), kSpeakers);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < speakers; ++i) {
      const auto [left, right] = std::minmax(row, rows[i]);
      sum += scores_.Of(left, right);
    }
    return {sum, speakers};
  }

  // Whether a new row may come under a key, whatever else that key still has.
  bool Fits(std::uint32_t row, std::uint32_t key) const {
    return std::ranges::all_of(
        StraysOf(key), [&](std::uint32_t stray) { return population_.MayBeOne(row, stray); });
  }

  void GiveKeys() {
    std::vector<std::uint32_t> minted_for(first_of_.size(), kNoKey);  // at a cluster's first row
    for (std::uint32_t row = 0; row < first_of_.size(); ++row) {
      if (given_.key_of[row] != kNoKey) continue;
      std::uint32_t& minted = minted_for[first_of_[row]];
      std::uint32_t& home = home_[first_of_[row]];
      // A key that the cluster got just now has nothing else.
      std::uint32_t key = home == minted ? home : KeyFor(row);
      if (key == kNoKey || (key != minted && !Fits(row, key))) {
        if (minted == kNoKey) {
          MUSUBI_CHECK(given_.keys + result_.minted < kNoKey - 1);
          minted = given_.keys + result_.minted++;
        }
        key = minted;
        if (home == kNoKey) home = minted;
      }
      result_.key_of[row] = key;
    }
  }

  // Rows whose key is not their cluster's, those of one key and cluster together.
  void CollectMoves() {
    std::vector<std::uint32_t> misplaced;
    for (std::uint32_t row = 0; row < first_of_.size(); ++row) {
      if (result_.key_of[row] != home_[first_of_[row]]) misplaced.push_back(row);
    }
    if (misplaced.empty()) return;
    std::vector<std::uint32_t> rows_of(given_.keys + std::size_t{result_.minted});
    for (const std::uint32_t key : result_.key_of) ++rows_of[key];
    const auto place = [this](std::uint32_t row) {
      return std::tuple(first_of_[row], result_.key_of[row]);
    };
    std::ranges::stable_sort(misplaced, {}, place);
    std::vector<KeyMove>& moves = result_.moves;
    for (std::size_t i = 0; i < misplaced.size(); ++i) {
      const std::uint32_t row = misplaced[i];
      if (i == 0 || place(row) != place(misplaced[i - 1])) {
        moves.push_back({{}, result_.key_of[row], home_[first_of_[row]], false});
      }
      moves.back().rows.push_back(row);
    }
    for (KeyMove& move : moves) move.whole = move.rows.size() == rows_of[move.from];
    std::ranges::sort(moves, {}, [](const KeyMove& move) { return move.rows.front(); });
  }

  const Population& population_;
  std::span<const std::uint32_t> first_of_;
  const GivenKeys& given_;
  const PairScores& scores_;
  std::vector<std::uint32_t> anchor_;  // by key: a row
  std::vector<std::uint32_t> home_;    // by a cluster's first row: a key
  std::vector<std::uint32_t> strays_;  // by key
  // Of clusters in which several keys have their anchors, by first row; and the rows that each of
  // these keys has there.
  std::map<std::uint32_t, std::set<std::uint32_t>> rivals_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> rows_of_rival_;
  Regrouping result_;
};

}  // namespace

Regrouping Regroup(const Population& population, std::span<const std::uint32_t> first_of,
                   const GivenKeys& given, const PairScores& scores) {
  MUSUBI_CHECK(first_of.size() == given.key_of.size() && first_of.size() == given.since.size());
  return Regrouper(population, first_of, given, scores).Run();
}

}  // namespace musubi::engine
