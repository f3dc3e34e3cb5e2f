#include "bloom/hardening.h"

#include <algorithm>
#include <utility>

#include "bloom/keyed_draws.h"
#include "core/check.h"
#include "crypto/shake256.h"

namespace musubi::bloom {
namespace {

constexpr std::uint32_t kWordBits = 64;
// Noise gives each bit a word of 16 bits: the highest 15 say whether it is replaced, the lowest by
// what.
constexpr std::uint32_t kCoinSpan = 1U << 15;

bool Bit(std::span<const std::uint64_t> row, std::uint32_t bit) {
  return (row[bit / kWordBits] >> (bit % kWordBits) & 1) != 0;
}

void SetBit(std::span<std::uint64_t> row, std::uint32_t bit) {
  row[bit / kWordBits] |= std::uint64_t{1} << (bit % kWordBits);
}

// The bits and behind them their complement, in an order.
void Balance(std::span<const std::uint64_t> from, std::uint32_t bits,
             std::span<const std::uint16_t> order, std::span<std::uint64_t> to) {
  for (std::uint32_t j = 0; j < order.size(); ++j) {
    const std::uint32_t at = order[j];
    if (at < bits ? Bit(from, at) : !Bit(from, at - bits)) SetBit(to, j);
  }
}

void Blip(const crypto::Digest256& seed, std::uint32_t flips, std::uint32_t bits,
          std::span<std::uint64_t> row) {
  std::vector<std::uint8_t> coins(std::size_t{2} * bits);
  crypto::Shake256(seed, coins);
  for (std::uint32_t bit = 0; bit < bits; ++bit) {
    const std::uint32_t coin = coins[2 * bit] | std::uint32_t{coins[2 * bit + 1]} << 8;
    if (coin >> 1 >= flips) continue;
    const std::uint64_t mask = std::uint64_t{1} << (bit % kWordBits);
    std::uint64_t& word = row[bit / kWordBits];
    word = (coin & 1) != 0 ? word | mask : word & ~mask;
  }
}

std::uint32_t BitsAfter(const HardeningStep& step, std::uint32_t bits) {
  switch (step.kind) {
    case HardeningKind::kSample:
      return step.bits;
    case HardeningKind::kBalance:
      return 2 * bits;
    case HardeningKind::kFold:
      return bits / 2;
    case HardeningKind::kRule90:
    case HardeningKind::kBlip:
      return bits;
  }
  return bits;
}

}  // namespace

void TakeBits(std::span<const std::uint64_t> from, std::span<const std::uint16_t> order,
              std::span<std::uint64_t> to, std::uint32_t first) {
  for (std::uint32_t j = 0; j < order.size(); ++j) {
    if (Bit(from, order[j])) SetBit(to, first + j);
  }
}

void Fold(std::span<const std::uint64_t> from, std::uint32_t bits, std::span<std::uint64_t> to) {
  MUSUBI_CHECK(bits % (2 * kWordBits) == 0);
  const std::size_t half = bits / kWordBits / 2;
  for (std::size_t word = 0; word < half; ++word) to[word] = from[word] ^ from[half + word];
}

void Rule90(std::span<const std::uint64_t> from, std::uint32_t bits, std::span<std::uint64_t> to) {
  MUSUBI_CHECK(bits % kWordBits == 0);
  const std::size_t words = bits / kWordBits;
  for (std::size_t word = 0; word < words; ++word) {
    const std::uint64_t before = from[(word + words - 1) % words];
    const std::uint64_t after = from[(word + 1) % words];
    const std::uint64_t left = from[word] << 1 | before >> (kWordBits - 1);
    const std::uint64_t right = from[word] >> 1 | after << (kWordBits - 1);
    to[word] = left ^ right;
  }
}

Hardening::Hardening(const Filter& filter, std::vector<crypto::Hmac> keys)
    : made_bits_(filter.made_bits), bits_(filter.made_bits) {
  MUSUBI_CHECK(keys.size() == filter.hardening.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const HardeningStep& rule = filter.hardening[i];
    Step step{rule.kind, BitsAfter(rule, bits_), {}, 0, std::nullopt};
    if (rule.kind == HardeningKind::kSample) {
      step.order = KeyedOrder(bits_, std::move(keys[i]));
      step.order.resize(rule.bits);
    } else if (rule.kind == HardeningKind::kBalance) {
      step.order = KeyedOrder(2 * bits_, std::move(keys[i]));
    } else if (rule.kind == HardeningKind::kBlip) {
      step.flips = static_cast<std::uint32_t>(std::uint64_t{kCoinSpan} * rule.flip.numerator /
                                              rule.flip.denominator);
      step.noise = std::move(keys[i]);
    }
    bits_ = step.bits;
    steps_.push_back(std::move(step));
  }
  MUSUBI_CHECK(bits_ == filter.bits);
}

bool Hardening::has_noise() const {
  return std::ranges::any_of(steps_, [](const Step& step) { return step.noise.has_value(); });
}

void Hardening::Run(Step* step, const crypto::Digest256& record, std::uint32_t bits,
                    std::span<const std::uint64_t> from, std::vector<std::uint64_t>* to) {
  to->assign((step->bits + kWordBits - 1) / kWordBits, 0);
  switch (step->kind) {
    case HardeningKind::kSample:
      return TakeBits(from, step->order, *to);
    case HardeningKind::kBalance:
      return Balance(from, bits, step->order, *to);
    case HardeningKind::kFold:
      return Fold(from, bits, *to);
    case HardeningKind::kRule90:
      return Rule90(from, bits, *to);
    case HardeningKind::kBlip:
      std::copy_n(from.begin(), to->size(), to->begin());
      return Blip((*step->noise)(record), step->flips, bits, *to);
  }
}

void Hardening::Apply(std::span<const std::uint64_t> made, const crypto::Digest256& record,
                      std::span<std::uint64_t> out) {
  now_.assign(made.begin(), made.begin() + made_bits_ / kWordBits);
  std::uint32_t bits = made_bits_;
  for (Step& step : steps_) {
    Run(&step, record, bits, now_, &next_);
    now_.swap(next_);
    bits = step.bits;
  }
  std::ranges::fill(out, 0);
  std::ranges::copy(now_, out.begin());
}

}  // namespace musubi::bloom
