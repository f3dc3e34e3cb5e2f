// One record's normalised fields to its filters and block tokens. Holder only.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bloom/keys.h"
#include "bloom/positions.h"
#include "bloom/tokens.h"
#include "core/contract.h"
#include "core/encoding_set.h"

namespace musubi::bloom {

// Encodes records of one contract. Allocates nothing per record once its caches are warm.
//
// Threads: one at a time; make one for each thread. All make the same bits.
class RecordEncoder {
 public:
  // `contract` is borrowed and must outlive the encoder.
  RecordEncoder(const Contract& contract, EncodingKeys keys);

  // Sets row `row` of every filter of `*set`: bits, presence, popcount. `values` holds a normalised
  // value for each field of the contract, empty where it is missing. A filter is present when at
  // least one of its fields is.
  //
  // Requires: the row is zero; `set` was made for the contract.
  void SetFilters(std::span<const std::string> values, std::size_t row, EncodingSet* set);

  // The token of one blocking pass over its parts' texts: the first 16 bytes of HMAC(key, for each
  // part: its length in bytes as 4 little-endian bytes || the part). The lengths keep
  // ("ab", "c") apart from ("a", "bc").
  BlockToken TokenOf(std::size_t pass, std::span<const std::string> parts);

 private:
  const Contract& contract_;
  std::vector<std::vector<PositionCache>> features_;  // [filter][feature]
  std::vector<crypto::Hmac> blocks_;
  TokenList tokens_;
  std::vector<std::uint8_t> message_;
};

}  // namespace musubi::bloom
