#include "engine/attach/shuffle.h"

#include <array>
#include <cstddef>
#include <numeric>
#include <utility>

namespace musubi::engine {

namespace {

// Draws numbers below a bound, some bytes of the source at a time.
class Draws {
 public:
  explicit Draws(RandomSource& source) : source_(source) {}

  // A draw from the incomplete last stretch of the 32-bit numbers is thrown away, so that each
  // number below `bound` is as likely.
  Result<std::uint32_t> Below(std::uint32_t bound) {
    constexpr std::uint64_t kNumbers = std::uint64_t{1} << 32;
    const std::uint64_t whole = kNumbers - kNumbers % bound;
    while (true) {
      MUSUBI_ASSIGN_OR_RETURN(const std::uint32_t drawn, Next());
      if (drawn < whole) return drawn % bound;
    }
  }

 private:
  Result<std::uint32_t> Next() {
    if (at_ == bytes_.size()) {
      MUSUBI_RETURN_IF_ERROR(source_.Fill(bytes_));
      at_ = 0;
    }
    std::uint32_t number = 0;
    for (int i = 0; i < 4; ++i) number = number << 8 | bytes_[at_++];
    return number;
  }

  RandomSource& source_;
  std::array<std::uint8_t, 4096> bytes_{};
  std::size_t at_ = bytes_.size();
};

}  // namespace

Result<std::vector<std::uint32_t>> ShuffledOrder(std::uint32_t count, RandomSource& random) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  Draws draws(random);
  for (std::uint32_t left = count; left > 1; --left) {
    MUSUBI_ASSIGN_OR_RETURN(const std::uint32_t drawn, draws.Below(left));
    std::swap(order[left - 1], order[drawn]);
  }
  return order;
}

}  // namespace musubi::engine
