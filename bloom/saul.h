// SAUL: a record as exclusive ors of keyed majorities over its tokens, which are neither its
// tokens' bits nor a linear map of them (docs/hardening.md, "SAUL"). Holder only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/contract_parts.h"
#include "crypto/hmac.h"

namespace musubi::bloom {

// The votes of tokens under one subkey, remembered, because tokens repeat.
//
// A token's votes are the first `votes` bits of SHAKE256(HMAC(key, "saul1" || token)), its rank the
// first 8 bytes of HMAC(key, "rank1" || token), read as a big-endian number.
//
// Threads: one at a time.
class SaulVotes {
 public:
  // 64 MiB of tokens of four terms of 1024 bits.
  static constexpr std::size_t kMaxRemembered = std::size_t{1} << 17;

  // Requires: 0 < votes, a multiple of 64.
  SaulVotes(crypto::Hmac key, std::uint32_t votes);

  struct Token {
    std::uint64_t rank = 0;
    std::span<const std::uint64_t> votes;  // borrowed until the next call
  };
  Token Of(std::string_view token);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const;
  };

  std::uint64_t Derive(std::string_view token, std::span<std::uint64_t> votes);

  crypto::Hmac key_;
  std::size_t words_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> index_;
  std::vector<std::uint64_t> ranks_;
  std::vector<std::uint64_t> remembered_;
  std::vector<std::uint64_t> latest_;
  std::vector<std::uint8_t> message_;
};

// Counts the votes of one record's tokens and gives its bits: bit j is the exclusive or, over the
// terms h, of whether most of the tokens vote for bit h * bits + j. Of an even number of tokens the
// one of the lowest rank does not vote, so that no majority is a tie.
//
// Threads: one at a time.
class SaulCounter {
 public:
  static constexpr std::size_t kMostTokens = 1023;

  // Requires: 0 < terms; 0 < bits, a multiple of 64.
  SaulCounter(std::uint32_t terms, std::uint32_t bits);

  void Clear();

  // Copies the votes. Requires: token.votes has terms * bits bits. Tokens beyond kMostTokens are
  // left out: a name has no such many.
  void Add(const SaulVotes::Token& token);

  std::size_t tokens() const { return tokens_; }

  // Writes the record's bits into `row`. Requires: a token was added.
  void Finish(std::span<std::uint64_t> row);

 private:
  static constexpr std::size_t kPlanes = 10;  // 2^10 > kMostTokens

  void Count(std::span<const std::uint64_t> votes);

  std::uint32_t terms_;
  std::size_t row_words_;
  std::size_t tokens_ = 0;
  std::uint64_t lowest_rank_ = 0;
  std::vector<std::uint64_t> lowest_;                       // its votes, not counted yet
  std::array<std::vector<std::uint64_t>, kPlanes> planes_;  // bit p of each vote's count
  std::size_t counted_ = 0;
};

}  // namespace musubi::bloom
