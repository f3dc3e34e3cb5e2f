// What is done to a filter after its tokens have set it, so that its bits say less of them: the
// steps that a contract declares (docs/hardening.md). Holder only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/contract_parts.h"
#include "core/filter_parts.h"
#include "crypto/hmac.h"
#include "crypto/sha256.h"

namespace musubi::bloom {

// Rows are those of a BitMatrix of the width named: bit i is bit i%64 of word i/64.

// `to` gets bit order[j] of `from` as its bit first + j. Requires: every order[j] is a bit of
// `from`; these bits of `to` are zero.
void TakeBits(std::span<const std::uint64_t> from, std::span<const std::uint16_t> order,
              std::span<std::uint64_t> to, std::uint32_t first = 0);

// The exclusive or of both halves of `bits` bits. Requires: `bits` is a multiple of 128; `to` has
// bits/64/2 words.
//
// Source: Schnell, Borgs, "XOR-folding for Bloom filter-based encryptions for privacy-preserving
// record linkage", German Record Linkage Center, WP-GRLC-2016-03.
void Fold(std::span<const std::uint64_t> from, std::uint32_t bits, std::span<std::uint64_t> to);

// Bit i is the exclusive or of bits i-1 and i+1, the first and the last being neighbours. Requires:
// `bits` is a multiple of 64; both have bits/64 words and do not overlap.
//
// Source: Wolfram's rule 90, for filters in Schnell, Borgs, "Encoding hierarchical classification
// codes for privacy-preserving record linkage using Bloom filters", ECML PKDD workshops 2019.
void Rule90(std::span<const std::uint64_t> from, std::uint32_t bits, std::span<std::uint64_t> to);

// A filter's chain. Threads: one at a time; give each thread its own.
class Hardening {
 public:
  // `keys` has one for each step of the filter.
  Hardening(const Filter& filter, std::vector<crypto::Hmac> keys);

  bool empty() const { return steps_.empty(); }
  std::uint32_t made_bits() const { return made_bits_; }
  std::uint32_t bits() const { return bits_; }  // of what Apply gives

  // Whether Apply looks at `record`.
  bool has_noise() const;

  // Writes into `out`, of the words of a row of bits(), what becomes of `made`, of made_bits().
  //
  // `record` stands for all that is known of the record under this key: noise is drawn from it, so
  // that the same record always gives the same bits. Drawn anew each time, it would be lost in the
  // mean of a record that is sent often (Erlingsson, Pihur, Korolova, "RAPPOR", CCS 2014, section
  // 2).
  void Apply(std::span<const std::uint64_t> made, const crypto::Digest256& record,
             std::span<std::uint64_t> out);

 private:
  struct Step {
    HardeningKind kind;
    std::uint32_t bits;                // of what it gives
    std::vector<std::uint16_t> order;  // of kSample and kBalance
    std::uint32_t flips = 0;           // of kBlip: of kCoinSpan words, those that replace a bit
    std::optional<crypto::Hmac> noise;
  };

  static void Run(Step* step, const crypto::Digest256& record, std::uint32_t bits,
                  std::span<const std::uint64_t> from, std::vector<std::uint64_t>* to);

  std::uint32_t made_bits_;
  std::uint32_t bits_;
  std::vector<Step> steps_;
  std::vector<std::uint64_t> now_;
  std::vector<std::uint64_t> next_;
};

}  // namespace musubi::bloom
