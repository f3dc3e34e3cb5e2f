#include "bloom/record_encoder.h"

#include <algorithm>

namespace musubi::bloom {

RecordEncoder::RecordEncoder(const Contract& contract, EncodingKeys keys)
    : contract_(contract), blocks_(std::move(keys.blocks)) {
  for (std::size_t f = 0; f < contract.filters().size(); ++f) {
    const Filter& filter = contract.filters()[f];
    auto& caches = features_.emplace_back();
    for (std::size_t i = 0; i < filter.features.size(); ++i) {
      caches.emplace_back(std::move(keys.features[f][i]), filter.bits,
                          filter.features[i].positions);
    }
  }
}

void RecordEncoder::SetFilters(std::span<const std::string> values, std::size_t row,
                               EncodingSet* set) {
  for (std::size_t f = 0; f < features_.size(); ++f) {
    const Filter& filter = contract_.filters()[f];
    FilterColumn& column = set->filters[f];
    for (std::size_t i = 0; i < filter.features.size(); ++i) {
      const Feature& feature = filter.features[i];
      const std::string& value = values[feature.field];
      if (value.empty()) continue;
      column.present[row] = 1;
      Tokenise(feature.tokens, value, &tokens_);
      for (std::size_t t = 0; t < tokens_.size(); ++t) {
        for (const std::uint16_t bit : features_[f][i].Of(tokens_[t])) column.bits.Set(row, bit);
      }
    }
    column.popcounts[row] = column.bits.Popcount(row);
  }
}

BlockToken RecordEncoder::TokenOf(std::size_t pass, std::span<const std::string> parts) {
  message_.clear();
  for (const std::string& part : parts) {
    for (std::size_t i = 0; i < 4; ++i) {
      message_.push_back(static_cast<std::uint8_t>(part.size() >> (8 * i)));
    }
    message_.insert(message_.end(), part.begin(), part.end());
  }
  const crypto::Digest256 digest = blocks_[pass](message_);
  BlockToken token;
  std::copy_n(digest.begin(), token.bytes.size(), token.bytes.begin());
  return token;
}

}  // namespace musubi::bloom
