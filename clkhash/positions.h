// Which bits of a filter a token sets: keyed, and remembered. Holder only. Private to clkhash.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "clkhash/schema.h"
#include "crypto/blake2b.h"
#include "crypto/legacy_hmac.h"
#include "crypto/secure_bytes.h"

namespace musubi::clkhash {

// The positions of one feature's tokens, of which repeats are common: they are counted, not sought.
//
// blake: the little-endian 16-bit words of BLAKE2b(token) keyed with the first key, with salts "0",
// "1", ... for 32 words each, modulo `bits`. Bits from 65,536 on are never set.
// double: a + j * b modulo `bits` for j = 0, 1, ..., with a = HMAC-SHA-1 under the first key and
// b = HMAC-MD5 under the second, both big-endian (Schnell, Bachteler, Reiher 2011). Where b is 0
// modulo `bits` all positions are one; the non-singular kind then tries HMAC-MD5 of the token with
// U+0000, U+0001, ... appended.
//
// What was computed is remembered, up to kMaxRememberedBytes.
//
// Threads: one at a time; give each thread its own Clone().
class PositionSource {
 public:
  static constexpr std::size_t kMaxRememberedBytes = std::size_t{8} << 20;

  // Requires: 0 < bits <= Schema::kMaxBits; for blake a power of two and a first key of at most 64
  // bytes; for the non-singular kind bits > 1.
  PositionSource(HashKind kind, const crypto::SecureBytes& first, const crypto::SecureBytes& second,
                 std::uint32_t bits);

  // The same function, with nothing remembered.
  PositionSource Clone() const;

  // Replaces `*positions` by the first `count` positions of `token`. False where no second hash of
  // the non-singular kind is other than 0, as clkhash then fails too.
  bool Of(std::string_view token, std::uint32_t count, std::vector<std::uint32_t>* positions);

 private:
  using Words = std::vector<std::uint16_t>;
  struct Pair {
    std::uint32_t start;
    std::uint32_t step;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  template <typename Value>
  using TokenMap = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  PositionSource(HashKind kind, std::uint32_t bits) : kind_(kind), bits_(bits) {}

  std::span<const std::uint16_t> WordsOf(std::string_view token, std::size_t blocks);
  void DeriveWords(std::string_view token, std::size_t blocks, Words* words);
  std::optional<Pair> PairOf(std::string_view token);
  std::optional<Pair> DerivePair(std::string_view token);
  bool MayRemember(std::size_t bytes);

  HashKind kind_;
  std::uint32_t bits_;
  std::optional<crypto::KeyedBlake2b> blake_;
  std::optional<crypto::LegacyHmac> sha1_;
  std::optional<crypto::LegacyHmac> md5_;

  TokenMap<Words> words_;  // of blake
  TokenMap<Pair> pairs_;   // of double
  std::size_t remembered_bytes_ = 0;
  Words latest_;
  std::string extended_;
};

}  // namespace musubi::clkhash
