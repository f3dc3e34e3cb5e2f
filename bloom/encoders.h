// Normalised values to the bits of a filter, and combinations of them to keyed tokens. Holder only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bloom/positions.h"
#include "bloom/tokens.h"
#include "core/contract_parts.h"
#include "core/filter_parts.h"
#include "core/ids.h"
#include "crypto/hmac.h"

namespace musubi::bloom {

// Sets the bits of one feature of one filter.
//
// Threads: one at a time; make one for each thread. All make the same bits.
class FeatureEncoder {
 public:
  // `kind` is that of the feature's field; `filter_bits` the width of its filter.
  FeatureEncoder(const Feature& feature, FieldKind kind, std::uint32_t filter_bits,
                 crypto::Hmac prf);

  // Sets in `row`, a row of a BitMatrix of the filter's width, the bits of the tokens of `value`.
  // Returns whether it has any: a value of lost characters has not. A salt, as AppendTokenPart
  // writes it, goes before each token: so the same value sets other bits under another salt
  // (Niedermeyer, Steinmetzer, Kroll, Schnell, "Cryptanalysis of basic Bloom filters used for
  // privacy preserving record linkage", J Privacy and Confidentiality 6(2), 2014).
  //
  // Requires: `value` is valid UTF-8 and not empty.
  bool SetBits(std::string_view value, std::span<std::uint64_t> row, std::string_view salt = {});

  // Of the field's forms, the one that this feature takes.
  Level level() const { return level_; }

 private:
  TokenRule rule_;
  Level level_;
  bool days_;
  PositionCache positions_;
  TextList tokens_;
  std::string salted_;
};

// Appends one part of a block or match token to its message: its length in bytes as 4
// little-endian bytes, then the part. The lengths keep ("ab", "c") apart from ("a", "bc").
void AppendTokenPart(std::string_view part, std::string* message);

// Has `*batch` put the token of a message into `*token`: the first 16 bytes of HMAC-SHA-256 under
// the token's subkey. See crypto::HmacBatch::Add.
void AddToken(std::string_view message, crypto::Hmac* key, BlockToken* token,
              crypto::HmacBatch* batch);

}  // namespace musubi::bloom
