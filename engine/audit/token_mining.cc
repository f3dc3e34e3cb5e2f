#include "engine/audit/token_mining.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "engine/audit/dense.h"

namespace musubi::engine {
namespace {

using Records = std::vector<std::uint64_t>;  // a bit for each record

constexpr int kStarts = 60;
constexpr std::size_t kLeastBits = 4;  // of a set: fewer meet by chance
constexpr float kLeastPhi = 0.2F;      // of the pair that a set starts with
// Of a bit that joins a set: how often the set's records lack it, in how often all records do.
constexpr double kMostMissing = 0.1;
constexpr double kPrecise = 0.9;

std::uint64_t Count(const Records& records) {
  std::uint64_t count = 0;
  for (const std::uint64_t word : records) count += static_cast<std::uint64_t>(std::popcount(word));
  return count;
}

std::uint64_t CountBoth(const Records& a, const Records& b) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    count += static_cast<std::uint64_t>(std::popcount(a[i] & b[i]));
  }
  return count;
}

class Miner {
 public:
  Miner(const FilterColumn& filter, const std::vector<std::vector<std::uint32_t>>& tokens)
      : tokens_(tokens), records_(filter.bits.rows()) {
    columns_.assign(filter.bits.bits(), Records((records_ + 63) / 64, 0));
    for (std::size_t row = 0; row < records_; ++row) {
      for (std::size_t bit = 0; bit < columns_.size(); ++bit) {
        if (filter.bits.Get(row, bit)) columns_[bit][row / 64] |= std::uint64_t{1} << (row % 64);
      }
    }
    for (const Records& column : columns_) counts_.push_back(Count(column));
    used_.assign(columns_.size(), false);
    CountTokens();
    Correlate();
  }

  MinedTokens Run() {
    MinedTokens mined;
    for (int start = 0; start < kStarts; ++start) {
      const auto pair = BestPair();
      if (!pair) break;
      const auto set = Grow(*pair);
      if (!set) continue;
      ++mined.sets;
      mined.right += IsRight(*set) ? 1 : 0;
    }
    return mined;
  }

 private:
  struct Pair {
    std::size_t a;
    std::size_t b;
  };

  void CountTokens() {
    for (const auto& record : tokens_) {
      for (const std::uint32_t token : record) {
        if (token_counts_.size() <= token) token_counts_.resize(token + std::size_t{1}, 0);
        ++token_counts_[token];
      }
    }
  }

  // Fills phi_: the correlation of each two bits.
  void Correlate() {
    const auto bits = static_cast<Eigen::Index>(columns_.size());
    phi_.setZero(bits, bits);
    const auto n = static_cast<double>(records_);
    ForBlocks(bits, [&](Eigen::Index first, Eigen::Index count) {
      for (Eigen::Index i = first; i < first + count; ++i) {
        const auto a = static_cast<std::size_t>(i);
        const double p = static_cast<double>(counts_[a]) / n;
        for (std::size_t b = a + 1; b < columns_.size(); ++b) {
          const double q = static_cast<double>(counts_[b]) / n;
          const double spread = p * (1 - p) * q * (1 - q);
          if (spread <= 0) continue;
          const double both = static_cast<double>(CountBoth(columns_[a], columns_[b])) / n;
          phi_(i, static_cast<Eigen::Index>(b)) =
              static_cast<float>((both - p * q) / std::sqrt(spread));
        }
      }
    });
  }

  std::optional<Pair> BestPair() const {
    std::optional<Pair> best;
    float most = kLeastPhi;
    for (std::size_t a = 0; a < columns_.size(); ++a) {
      if (used_[a]) continue;
      for (std::size_t b = a + 1; b < columns_.size(); ++b) {
        const float phi = phi_(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
        if (used_[b] || phi <= most) continue;
        most = phi;
        best = Pair{a, b};
      }
    }
    return best;
  }

  // The records that have all bits of the set that grows from a pair; none where it stays small.
  std::optional<Records> Grow(const Pair& pair) {
    used_[pair.a] = used_[pair.b] = true;
    Records all = columns_[pair.a];
    for (std::size_t i = 0; i < all.size(); ++i) all[i] &= columns_[pair.b][i];
    std::size_t size = 2;
    while (const auto next = NextBit(all)) {
      used_[*next] = true;
      for (std::size_t i = 0; i < all.size(); ++i) all[i] &= columns_[*next][i];
      ++size;
    }
    if (size < kLeastBits) return std::nullopt;
    return all;
  }

  // The bit that the set's records lack least often, for how often it is lacking.
  std::optional<std::size_t> NextBit(const Records& all) const {
    const auto count = static_cast<double>(Count(all));
    if (count == 0) return std::nullopt;
    std::optional<std::size_t> best;
    double least = kMostMissing;
    for (std::size_t bit = 0; bit < columns_.size(); ++bit) {
      if (used_[bit] || counts_[bit] == records_) continue;
      const double missing = 1 - static_cast<double>(CountBoth(all, columns_[bit])) / count;
      const double usual = 1 - static_cast<double>(counts_[bit]) / static_cast<double>(records_);
      if (missing / usual >= least) continue;
      least = missing / usual;
      best = bit;
    }
    return best;
  }

  // Takes the set for the token that most nearly as many people have, and asks the truth.
  bool IsRight(const Records& set) const {
    const std::uint64_t count = Count(set);
    std::uint64_t nearest = records_;
    std::optional<std::uint32_t> guess;
    for (std::uint32_t token = 0; token < token_counts_.size(); ++token) {
      const std::uint64_t times = token_counts_[token];
      if (times * 100 < records_ || times * 10 > records_ * 6) continue;
      const std::uint64_t apart = times > count ? times - count : count - times;
      if (apart >= nearest) continue;
      nearest = apart;
      guess = token;
    }
    if (!guess) return false;
    std::uint64_t right = 0;
    for (std::size_t row = 0; row < records_; ++row) {
      if ((set[row / 64] >> (row % 64) & 1) == 0) continue;
      right += std::ranges::binary_search(tokens_[row], *guess) ? 1 : 0;
    }
    return static_cast<double>(right) >= kPrecise * static_cast<double>(count);
  }

  const std::vector<std::vector<std::uint32_t>>& tokens_;
  std::uint64_t records_;
  std::vector<Records> columns_;       // per bit: the records that have it
  std::vector<std::uint64_t> counts_;  // per bit
  std::vector<bool> used_;             // per bit
  std::vector<std::uint64_t> token_counts_;
  Matrix phi_;  // above the diagonal
};

}  // namespace

MinedTokens MineTokens(const FilterColumn& filter,
                       const std::vector<std::vector<std::uint32_t>>& tokens) {
  return Miner(filter, tokens).Run();
}

}  // namespace musubi::engine
