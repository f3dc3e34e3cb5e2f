#include "blocking/cluster_rows.h"

#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>
#include <vector>

#include "blocking/sliced_blocks.h"

namespace musubi::blocking {
namespace {

constexpr std::size_t kSample = 64;
constexpr std::size_t kRounds = 2;
constexpr std::size_t kParallelRows = 4096;

// From here down neighbours are found by comparing all.
constexpr std::size_t kFewRows = 64;

// How far a filter leans to one side: the bits of `towards` that it has, less those of `away`.
struct Direction {
  explicit Direction(std::size_t words) : towards(words), away(words) {}

  std::vector<std::uint64_t> towards;
  std::vector<std::uint64_t> away;
};

struct Leaning {
  std::int32_t lean;
  std::uint32_t row;

  auto operator<=>(const Leaning&) const = default;
};

class Clusterer {
 public:
  Clusterer(const BitMatrix& matrix, const SlicedKernel& kernel, const ExecContext& context)
      : matrix_(matrix),
        count_common_(kernel.count_common),
        words_(matrix.stride_words()),
        context_(context) {}

  void Order(std::span<std::uint32_t> rows) const {
    if (context_.stopped()) return;
    if (rows.size() <= kFewRows) return OrderFew(rows);
    const Direction direction = FindDirection(rows);
    std::vector<Leaning> leanings(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) leanings[i] = {Lean(rows[i], direction), rows[i]};
    const std::size_t half = FirstHalf(rows.size());
    std::ranges::nth_element(leanings, leanings.begin() + static_cast<std::ptrdiff_t>(half));
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = leanings[i].row;
    leanings = {};
    const auto first = [&] { Order(rows.first(half)); };
    const auto second = [&] { Order(rows.subspan(half)); };
    if (rows.size() < kParallelRows) {
      first();
      second();
    } else {
      tbb::parallel_invoke(first, second);
    }
  }

 private:
  const std::uint64_t* Bits(std::uint32_t row) const { return matrix_.row(row).data(); }

  std::uint32_t Common(std::uint32_t a, std::uint32_t b) const {
    return count_common_(Bits(a), Bits(b), words_);
  }

  std::int32_t Lean(std::uint32_t row, const Direction& direction) const {
    return static_cast<std::int32_t>(count_common_(Bits(row), direction.towards.data(), words_)) -
           static_cast<std::int32_t>(count_common_(Bits(row), direction.away.data(), words_));
  }

  std::uint32_t LeastAlike(const std::vector<std::uint32_t>& rows, std::uint32_t to) const {
    return *std::ranges::min_element(rows, {}, [&](std::uint32_t row) { return Common(row, to); });
  }

  // A whole number of trees, else the largest power of two: nodes of a tree are not cut.
  static std::size_t FirstHalf(std::size_t rows) {
    return rows <= 256 ? std::bit_ceil(rows) / 2 : (rows / 2 + 255) / 256 * 256;
  }

  // The bits that the half of the sample that leans to one side has clearly more often than the
  // other, and the reverse.
  Direction Refined(const std::vector<std::uint32_t>& sample, const Direction& direction) const {
    std::vector<Leaning> leanings;
    for (const std::uint32_t row : sample) leanings.push_back({Lean(row, direction), row});
    std::ranges::sort(leanings);
    std::array<std::uint32_t, 64> rows;
    std::ranges::transform(leanings, rows.begin(), &Leaning::row);
    const std::uint64_t upper = ~std::uint64_t{0} << (sample.size() / 2);
    const auto clear = static_cast<int>(std::max<std::size_t>(1, sample.size() / 8));
    Direction refined(words_);
    std::array<std::uint64_t, 64> slices;
    for (std::size_t w = 0; w < words_; ++w) {
      SliceRows(matrix_, std::span(rows).first(sample.size()), w, slices);
      for (std::size_t b = 0; b < 64; ++b) {
        const std::uint64_t halves[2] = {slices[b] & upper, slices[b] & ~upper};
        const int excess = static_cast<int>(CountBits(std::span(halves, 1))) -
                           static_cast<int>(CountBits(std::span(halves + 1, 1)));
        refined.towards[w] |= std::uint64_t{excess >= clear} << b;
        refined.away[w] |= std::uint64_t{excess <= -clear} << b;
      }
    }
    return refined;
  }

  Direction FindDirection(std::span<const std::uint32_t> rows) const {
    std::vector<std::uint32_t> sample;
    const std::size_t size = std::min(kSample, rows.size());
    for (std::size_t i = 0; i < size; ++i) sample.push_back(rows[i * rows.size() / size]);
    const std::uint32_t one = LeastAlike(sample, sample[0]);
    const std::uint32_t other = LeastAlike(sample, one);
    Direction direction(words_);
    for (std::size_t w = 0; w < words_; ++w) {
      direction.towards[w] = Bits(one)[w] & ~Bits(other)[w];
      direction.away[w] = Bits(other)[w] & ~Bits(one)[w];
    }
    for (std::size_t round = 0; round < kRounds; ++round) direction = Refined(sample, direction);
    return direction;
  }

  // Grows groups of 4, 16 and so on, each from the first row left by the rows that have most bits
  // in common with those it has.
  void OrderFew(std::span<std::uint32_t> rows) const {
    for (std::size_t size = kFewRows / 4; size >= 4; size /= 4) {
      for (std::size_t first = 0; first < rows.size(); first += size * 4) {
        const auto part = rows.subspan(first, std::min(size * 4, rows.size() - first));
        Gather(part, size);
      }
    }
  }

  // Reorders `rows` into groups of `size`.
  void Gather(std::span<std::uint32_t> rows, std::size_t size) const {
    std::vector<std::uint64_t> shared(words_);
    for (std::size_t first = 0; first + size < rows.size(); first += size) {
      std::copy_n(Bits(rows[first]), words_, shared.begin());
      for (std::size_t next = first + 1; next < first + size; ++next) {
        std::size_t best = next;
        std::uint32_t most = 0;
        for (std::size_t i = next; i < rows.size(); ++i) {
          const std::uint32_t common = count_common_(Bits(rows[i]), shared.data(), words_);
          if (common > most) {
            most = common;
            best = i;
          }
        }
        std::swap(rows[next], rows[best]);
        for (std::size_t w = 0; w < words_; ++w) shared[w] &= Bits(rows[next])[w];
      }
    }
  }

  const BitMatrix& matrix_;
  CountCommonBits count_common_;
  std::size_t words_;
  const ExecContext& context_;
};

}  // namespace

void ClusterRows(const BitMatrix& matrix, const SlicedKernel& kernel, std::span<std::uint32_t> rows,
                 const ExecContext& context) {
  Clusterer(matrix, kernel, context).Order(rows);
}

}  // namespace musubi::blocking
